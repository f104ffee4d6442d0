"""Bugs to plant in what is declared of people, consents, participations and calls."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pytest

import planner.mutation.creation_statement
import planner.mutation.link_statement
import planner.mutation.references
import planner.mutation.write_statement
from planner.declaration.access import Rules, every_row
from planner.mutation.references import refers_to_offered
from schema.roles import COORDINATOR, MENTOR, PUBLIC, SELF
from schema.rules import OF_THEIR_PARTICIPANTS, of_person
from tests.access.leaks import Plant, ever_agreed, rows_of, stated
from tests.mutations.model.planted import InDatabase, no_trigger
from tests.mutations.model.planted_declarations import declared, of_types, unset


def acted(type_: str, mutation: str, rules: Rules) -> Plant:
    """Others carry out a mutation."""
    return stated(type_, lambda one: dataclasses.replace(one, acts={**one.acts, mutation: rules}))


def without_guard_of(mutation: str, words: str) -> Plant:
    """A condition is not looked at, by its words."""

    def change(act: object) -> Mapping[str, object]:
        guards = act.guards  # type: ignore[attr-defined]
        assert any(one.rule.words == words for one in guards), "there is something to leave out"
        return {"guards": tuple(one for one in guards if one.rule.words != words)}

    return declared(mutation, change)


def only_of_one_type(patch: pytest.MonkeyPatch) -> None:
    """A reference to one of several types may be to an archived row."""
    for module in (planner.mutation.references, planner.mutation.link_statement):
        patch.setattr(
            module,
            "refers_to_offered",
            lambda context, one, *more: (
                None if len(one.references) > 1 else refers_to_offered(context, one, *more)
            ),
        )


CONSENTS: Mapping[str, Plant] = {
    "a withdrawn consent that still shows": stated("Mentor", rows_of(PUBLIC, ever_agreed("person_id"))),
    "a champion named without consent": lambda patch: patch.setattr(
        planner.mutation.creation_statement, "seen_checks", lambda *_: iter(())
    ),
    "champions that every coordinator writes": stated(
        "Champion", lambda one: dataclasses.replace(one, writes={COORDINATOR: every_row})
    ),
    "the same consent once more": declared("setConsent", lambda act: {"same": ("id",)}),
}
PARTICIPATIONS: Mapping[str, Plant] = {
    "a participation accepted by the wrong side": acted(
        "Participation", "acceptParticipation", {COORDINATOR: OF_THEIR_PARTICIPANTS}
    ),
    "nominated by whoever runs the program": acted(
        "Participation", "nominateParticipant", {COORDINATOR: every_row}
    ),
    "nobody ever left": unset("withdrawParticipation", "left_on"),
    "a nomination twice": declared("nominateParticipant", lambda act: {"same": ()}),
}
CALLS: Mapping[str, Plant] = {
    "a call extended to an earlier moment": without_guard_of(
        "extendCall", "a closing later than the present one"
    ),
    "a call shortened to what is over": without_guard_of("shortenCall", "a closing that is ahead"),
    "a call that is open before its opening": unset("publishCall", "status"),
    "calls of programs that others run": acted("Call", "createCall", {COORDINATOR: every_row}),
}
PEOPLE: Mapping[str, Plant] = {
    "a home that people confirm themselves": acted(
        "Person", "confirmHome", {SELF: of_person(SELF, "id"), COORDINATOR: every_row}
    ),
    "people whom every coordinator sees": stated("Person", rows_of(COORDINATOR, every_row)),
    "a record without its role": declared("createMentor", lambda act: {"effects": ()}),
    "a home that nobody confirmed": unset("changeHome", "home_confirmed"),
    "a phone number of no country": lambda patch: patch.setattr(
        planner.mutation.write_statement, "form_checks", lambda _: iter(())
    ),
}
PREFERENCES: Mapping[str, Plant] = {
    "preferences that their mentor sees": stated("MentorPreference", rows_of(MENTOR, every_row)),
    "one rank twice": lambda patch: patch.setattr(
        planner.mutation.link_statement, "_single_values", lambda links: iter(())
    ),
}
ARCHIVING: Mapping[str, Plant] = {
    "a mentor archived by themselves": acted("Mentor", "archiveMentor", {SELF: of_person(SELF)}),
    "a mentor archived with mentees": without_guard_of("archiveMentor", "without open mentorships"),
    "a participant archived in a cohort": without_guard_of(
        "archiveParticipant", "without open participations"
    ),
    "a second record beside an archived one": declared("createMentor", lambda act: {"needs": ()}),
    "archived people in what is new": only_of_one_type,
}
PLANTED: Mapping[str, Plant] = {
    **CONSENTS,
    **PARTICIPATIONS,
    **CALLS,
    **PEOPLE,
    **PREFERENCES,
    **ARCHIVING,
}
IN_DATABASE: Mapping[str, InDatabase] = {
    "a change of consent not delivered": no_trigger("consent", "consent_track"),
    "an address of two people": InDatabase(statements=("drop index uq_person_email",)),
}
PEOPLES = of_types("Person", "Mentor", "Participant")
AMONG: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((*CONSENTS, "a change of consent not delivered"), of_types("Consent", "Champion")),
    **dict.fromkeys(PARTICIPATIONS, of_types("Participation")),
    **dict.fromkeys(CALLS, of_types("Call")),
    **dict.fromkeys((*PEOPLE, "an address of two people"), PEOPLES),
    "a phone number of no country": ("updatePerson", "updateMyProfile"),
    **dict.fromkeys(PREFERENCES, ("setMentorPreferences",)),
    **dict.fromkeys(ARCHIVING, PEOPLES),
    "archived people in what is new": ("updateProject", "createAward", "createChampion"),
}
"""The mutations that these bugs show in."""
