"""Mentorships and their sessions, as the model knows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from tests.mutations.model.entity import Entity
from tests.mutations.model.fields import NEEDED, Choice, Count, Day, Reference, Text
from tests.mutations.model.making import Effect, Making, NewMust
from tests.mutations.model.world import World
from tests.reference.ids import global_id
from tests.reference.policy import Sight
from tests.reference.rows import Row
from tests.reference.steps import is_mentee, is_mentor

Values = Mapping[str, Any]
OPEN, UNDER_WAY = ("PROPOSED", "ACCEPTED", "ACTIVE"), ("ACCEPTED", "ACTIVE")
ANSWER_DAYS, MOST_WAITING = 10, 3


def _today() -> date:
    return datetime.now(UTC).date()


def _own(table: str) -> Callable[[Sight], Row | None]:
    """The viewer's own record as a mentor or a participant."""

    def own(sight: Sight) -> Row | None:
        found = sight.rows.owned(table, "person_id", sight.viewer.self_) if sight.viewer.self_ else []
        return next(iter(found), None)

    return own


def _profile(sight: Sight, table: str) -> UUID | None:
    found = _own(table)(sight)
    return found["id"] if found else None


def _holds(role: str) -> Callable[[Sight, Values], bool]:
    return lambda sight, given: any(one.role == role for one in sight.viewer.held)


def _proposed(requester: str, own: str) -> Callable[[Sight, Row], Values]:
    def sets(sight: Sight, row: Row) -> Values:
        return {
            f"{own}_id": _profile(sight, own),
            "status": "PROPOSED",
            "requested_by": requester,
            "respond_by": _today() + timedelta(days=ANSWER_DAYS),
            "notes_shared": False,
            "sessions": 0,
        }

    return sets


def _of_the_two(sight: Sight, row: Row) -> list[Row]:
    """The other mentorships of the two in the cohort."""
    found = sight.rows.owned("mentorship", "mentor_id", row["mentor_id"])
    keys = ("participant_id", "cohort_id")
    return [one for one in found if all(one[n] == row[n] for n in keys) and one["id"] != row.get("id")]


def _waiting(sight: Sight, row: Row) -> Row | None:
    """The same request, which nobody has answered."""
    found = [one for one in _of_the_two(sight, row) if one["requested_by"] == row["requested_by"]]
    return next((one for one in found if one["status"] == "PROPOSED"), None)


def _is_first(sight: Sight, row: Row) -> bool:
    return not any(one["status"] in OPEN for one in _of_the_two(sight, row))


def _persons(sight: Sight, row: Row) -> tuple[UUID, UUID]:
    """The mentor and the participant."""
    mentor = sight.rows.tables["mentor"][row["mentor_id"]]
    participant = sight.rows.tables["participant"][row["participant_id"]]
    return mentor["person_id"], participant["person_id"]


def _are_two(sight: Sight, row: Row) -> bool:
    mentor, participant = _persons(sight, row)
    return mentor != participant


def _takes_part(sight: Sight, row: Row) -> bool:
    """The participant is or will be in the cohort, if one is named."""
    parts = sight.rows.owned("participation", "participant_id", row["participant_id"])
    found = [one for one in parts if one["cohort_id"] == row["cohort_id"] and one["status"] != "WITHDRAWN"]
    return row["cohort_id"] is None or bool(found)


def _partners_may_know(sight: Sight, row: Row) -> bool:
    given = sight.rows.owned("consent", "person_id", _persons(sight, row)[1])
    return any(one["purpose"] == "PARTNER_ACCESS" and one["withdrawn_at"] is None for one in given)


def _takes_participants(sight: Sight, row: Row) -> bool:
    return bool(sight.rows.tables["mentor"][row["mentor_id"]]["available"])


def _are_few(sight: Sight, row: Row) -> bool:
    """The participant's requests that wait, this one among them."""
    own = sight.rows.owned("mentorship", "participant_id", row["participant_id"])
    waiting = [one for one in own if (one["status"], one["requested_by"]) == ("PROPOSED", "PARTICIPANT")]
    return len(waiting) <= MOST_WAITING


def _of_two(named: str) -> tuple[NewMust, ...]:
    return (
        NewMust(named, _is_first, "ALREADY_EXISTS"),
        NewMust(named, _are_two, "INVALID"),
        NewMust("cohort", _takes_part, "NOT_ELIGIBLE"),
    )


def _lapse_others(world: World, id: UUID) -> None:
    """The participant's other open requests in the cohort."""
    accepted = world.tables["mentorship"][id]
    for one in list(world.owned("mentorship", "participant_id", accepted["participant_id"])):
        waits = (one["status"], one["requested_by"]) == ("PROPOSED", "PARTICIPANT")
        if waits and one["id"] != id and one["cohort_id"] == accepted["cohort_id"]:
            world.update("mentorship", one["id"], {"status": "LAPSED"})


def _mentorship(sight: Sight, row: Row) -> Row:
    """That of a session."""
    return sight.rows.tables["mentorship"][row["mentorship_id"]]


def _note(world: World, id: UUID) -> None:
    """It counts; the first begins the mentorship, on no day that was over when that was requested."""
    session = world.tables["mentorship_session"][id]
    row = world.tables["mentorship"][session["mentorship_id"]]
    if row["status"] not in UNDER_WAY:
        return
    requested = (row["created_at"].astimezone(UTC) - timedelta(hours=12)).date()
    first = max(session["held_on"], requested)
    begins = row["starts_on"] or first
    begins = begins if row["status"] == "ACTIVE" else min(begins, first)
    values = {"sessions": row["sessions"] + 1, "status": "ACTIVE", "starts_on": begins}
    world.update("mentorship", row["id"], values)


def _began(sight: Sight, row: Row) -> bool:
    begins = _mentorship(sight, row)["starts_on"]
    return begins is None or bool(begins <= row["held_on"])


def _is_of_the_two(sight: Sight, row: Row) -> bool:
    return is_mentor(sight, row) or is_mentee(sight, row)


def _ended(sight: Sight, row: Row) -> Values:
    """Today; never before it began."""
    begins = row["starts_on"]
    return {"ends_on": begins if begins is not None and begins > _today() else _today()}


def _known_role(role: str, table: str) -> Callable[[Sight, Values], bool]:
    """Who holds the role, and has such a record."""
    holds = _holds(role)
    return lambda sight, given: holds(sight, given) and _profile(sight, table) is not None


def _likely(other: str, type_: str, own: str) -> Callable[[Random, Sight], Values]:
    """Often somebody whom they asked before, and a cohort of the participant's."""

    def draw_values(draw: Random, sight: Sight) -> Values:
        rows = [one for one in sight.rows.all(other) if sight.sees(type_, one)]
        if not rows:
            return {}
        row = draw.choice(sorted(rows, key=lambda one: str(one["id"]))[: draw.choice((2, 5, 100))])
        participant = row["id"] if other == "participant" else _profile(sight, own)
        parts = sight.rows.owned("participation", "participant_id", participant) if participant else []
        cohorts = [None, *(one["cohort_id"] for one in parts)]
        cohort = draw.choice(cohorts)
        given: dict[str, Any] = {other: global_id(type_, row["id"])}
        return {**given, "cohort": global_id("Cohort", cohort) if cohort else None}

    return draw_values


def _likely_session(draw: Random, sight: Sight) -> Values:
    """Of one of their own that is under way, lately."""
    own = [one for one in sight.rows.all("mentorship") if _is_of_the_two(sight, one)]
    under_way = [one for one in own if one["status"] in UNDER_WAY]
    listed = under_way if under_way and draw.random() < 0.8 else own
    held = _today() + timedelta(days=draw.choice((0, 0, 0, -1, -2, -40, 1, 3)))
    given: dict[str, Any] = {"heldOn": str(held)}
    return {**given, "mentorship": global_id("Mentorship", draw.choice(listed)["id"])} if listed else given


COHORT = Reference(name="cohort", column="cohort_id", types={"Cohort": "id"})
GOALS = Text(name="goals")
MENTOR = Reference(name="mentor", column="mentor_id", types={"Mentor": "id"}, nullable=False, default=NEEDED)
PARTICIPANT = Reference(
    name="participant", column="participant_id", types={"Participant": "id"}, nullable=False, default=NEEDED
)
REQUEST = Making(
    "requestMentorship",
    "Mentorship",
    (MENTOR, COHORT, GOALS),
    may=_known_role("PARTICIPANT", "participant"),
    sets=_proposed("PARTICIPANT", "participant"),
    owns=is_mentee,
    same=_waiting,
    musts=(
        *_of_two("mentor"),
        NewMust("", _partners_may_know, "CONSENT_MISSING"),
        NewMust("mentor", _takes_participants, "CAPACITY_REACHED"),
        NewMust("", _are_few, "TOO_MANY"),
    ),
    likely=_likely("mentor", "Mentor", "participant"),
    own=_own("participant"),
)
INVITE = Making(
    "inviteMentee",
    "Mentorship",
    (PARTICIPANT, COHORT, GOALS),
    may=_known_role("MENTOR", "mentor"),
    sets=_proposed("MENTOR", "mentor"),
    owns=is_mentor,
    same=_waiting,
    musts=_of_two("participant"),
    likely=_likely("participant", "Participant", "mentor"),
    own=_own("mentor"),
)
LOG = Making(
    "logMentorshipSession",
    "MentorshipSession",
    (
        Reference(
            name="mentorship",
            column="mentorship_id",
            types={"Mentorship": "id"},
            nullable=False,
            default=NEEDED,
        ),
        Day(name="heldOn", column="held_on", nullable=False, default=NEEDED),
        Count(name="minutes", most=1440),
        Choice(name="mode", options=("IN_PERSON", "ONLINE")),
        Text(name="summary"),
        Text(name="sharedNote", column="shared_note"),
    ),
    may=lambda sight, given: sight.viewer.self_ is not None,
    sets=lambda sight, row: {n: _mentorship(sight, row)[n] for n in ("mentor_id", "participant_id")},
    owns=_is_of_the_two,
    musts=(
        NewMust(
            "mentorship", lambda sight, row: _mentorship(sight, row)["status"] in UNDER_WAY, "WRONG_STATE"
        ),
        NewMust("heldOn", lambda sight, row: bool(row["held_on"] <= _today()), "OUT_OF_RANGE"),
        NewMust("heldOn", _began, "OUT_OF_RANGE"),
    ),
    effect=_note,
    likely=_likely_session,
    writers={"summary": is_mentor},
)
MAKINGS = (REQUEST, INVITE, LOG)
ENTITIES = (
    Entity(
        "Mentorship",
        (
            GOALS,
            Text(name="notes"),
            Choice(name="notesShared", column="notes_shared", nullable=False, options=(True, False)),
        ),
        made=False,
    ),
    Entity("MentorshipSession", (), made=False, updated=False),
)
STEPS_SET: Mapping[str, Callable[[Sight, Row], Values]] = {
    "startMentorship": lambda sight, row: {"starts_on": row["starts_on"] or _today()},
    "completeMentorship": _ended,
    "endMentorship": _ended,
}
EFFECTS: Mapping[str, tuple[Effect, ...]] = {"acceptMentorship": (_lapse_others,)}
AS_MENTOR = ("mentor", "mentor", "mentor-and-coordinator")
AS_MENTEE = ("participant", "participant-and-system", "participant-and-mentor")
COORDINATORS = ("admin", "uc-coordinator", "mx-coordinator")
PERFORMERS: Mapping[str, tuple[str, ...]] = {
    "requestMentorship": AS_MENTEE,
    "inviteMentee": AS_MENTOR,
    **dict.fromkeys(
        ("acceptMentorship", "declineMentorship", "updateMentorship", "logMentorshipSession"),
        (*AS_MENTOR, *AS_MENTEE),
    ),
    **dict.fromkeys(
        ("startMentorship", "completeMentorship", "endMentorship"), (*AS_MENTOR, *AS_MENTEE, *COORDINATORS)
    ),
}
LIKELY: Mapping[str, Callable[[Random, Sight, Row], Values]] = {}
