"""What a viewer may do to a row, and why not: written from the matrix of writes and the workflows.

`WRITERS`: which rows of a type somebody may write besides ADMIN, who writes all of them. `FIELD_WRITERS`: the
fields that others may set. `UPDATED`: the types with an update.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planner.messages import message
from schema.messages import message as schema_message
from tests.reference import registrations
from tests.reference.archive import archive_refusals
from tests.reference.calls import manages_call, runs_program
from tests.reference.policy import Sight, manages_mentorship, runs_program_of_cohort
from tests.reference.rows import Row
from tests.reference.steps import STEPS, Holds, is_mentee, is_mentor, may_answer, own_webhook
from tests.reference.viewers import Viewer

UPDATED = (
    *("Institution", "Program", "Cohort", "Activity", "Project", "Agreement", "Event", "Venue"),
    *("Mentor", "Mentorship", "Mobility", "Award", "Participant", "Person", "Call", "Champion"),
    "ImpactMetric",
)


IN_PROJECTS = ("project_institution", "project_id", "PROJECTS_WRITE", ("LEAD", "PARTNER"))
IN_EVENTS = ("event_organizer", "event_id", "EVENTS_WRITE", ("HOST", "CO_HOST"))


def _takes_part(table: str, column: str, scope: str, roles: tuple[str, ...], *, drafts: bool = True) -> Holds:
    """Coordinators of those in these roles; systems of all with a scope, of drafts those that they know.

    They know a draft by an id that their institution gave it, and may read drafts. No system publishes one.
    """

    def holds(sight: Sight, row: Row) -> bool:
        links = sight.rows.owned(table, column, row["id"])
        writing = {link["institution_id"] for link in links if link["role"] in roles}
        own, scoped = set(sight.viewer.institutions()), set(sight.viewer.institutions(scope))
        linked = {link["institution_id"] for link in links}
        ids = sight.rows.owned(f"{column.removesuffix('_id')}_external_id", column, row["id"])
        reading = set(sight.viewer.institutions(scope.replace("WRITE", "READ")))
        known = drafts and bool({one["institution_id"] for one in ids} & reading)
        return bool(writing & own) or ((row["status"] != "DRAFT" or known) and bool(linked & scoped))

    return holds


def _of_themselves(sight: Sight, row: Row) -> bool:
    return sight.viewer.self_ is not None and row["person_id"] == sight.viewer.self_


def _participates(sight: Sight, row: Row) -> bool:
    participant = sight.get("participant", row["participant_id"])
    return participant is not None and _of_themselves(sight, participant)


def _signs_draft(sight: Sight, row: Row) -> bool:
    """Their institution is to sign it, and it is not in force yet: then it is everybody's word."""
    links = sight.rows.owned("agreement_party", "agreement_id", row["id"])
    signing = [link["institution_id"] for link in links if link["role"] == "SIGNATORY"]
    return row["status"] == "DRAFT" and any(map(sight.coordinates, signing))


WRITERS: Mapping[str, Holds] = {
    "Institution": lambda sight, row: sight.coordinates(row["id"]),
    "Project": _takes_part(*IN_PROJECTS),
    "Event": _takes_part(*IN_EVENTS),
    "Venue": lambda sight, row: (
        row["institution_id"] is not None and sight.coordinates(row["institution_id"])
    ),
    "Webhook": own_webhook,
    "CalendarLink": _of_themselves,
    "Mentor": _of_themselves,
    "Mentorship": lambda sight, row: (
        is_mentor(sight, row) or is_mentee(sight, row) or manages_mentorship(sight, row)
    ),
    "Program": lambda sight, row: sight.coordinates(row["institution_id"]),
    "Cohort": runs_program,
    "ImpactMetric": runs_program,
    "Activity": runs_program,
    "Call": manages_call,
    "Champion": lambda sight, row: sight.coordinates(row["institution_id"]),
    "Award": lambda sight, row: sight.coordinates(row["funder_id"]),
    "Agreement": _signs_draft,
    "Mobility": lambda sight, row: sight.coordinates(row["sending_institution_id"]),
    "Registration": registrations.managed,
    "Person": lambda sight, row: sight.coordinates(row["institution_id"]),
    "Participant": lambda sight, row: sight.coordinates(row["institution_id"]),
    "Participation": lambda sight, row: runs_program_of_cohort(sight, row["cohort_id"]),
}


ACTORS: Mapping[str, Holds] = {
    "publishProject": _takes_part(*IN_PROJECTS, drafts=False),
    "publishEvent": _takes_part(*IN_EVENTS, drafts=False),
    "undoCheckIn": registrations.checks_in,
    "acceptMentorship": may_answer,
    "declineMentorship": may_answer,
    "confirmArrival": lambda sight, row: sight.coordinates(row["receiving_institution_id"]),
    "confirmDeparture": lambda sight, row: sight.coordinates(row["receiving_institution_id"]),
    "updateMyProfile": lambda sight, row: row["id"] == sight.viewer.self_,
    "changeHome": lambda sight, row: False,
    "mergePeople": lambda sight, row: False,
    "shortenCall": lambda sight, row: False,
    "archiveInstitution": lambda sight, row: False,
    "unarchiveInstitution": lambda sight, row: False,
    **dict.fromkeys(
        ("archiveMentor", "unarchiveMentor"), lambda sight, row: sight.coordinates(row["institution_id"])
    ),
    "withdrawParticipation": _participates,
    "setMentorPreferences": _participates,
    "updateParticipant": lambda sight, row: _of_themselves(sight, row) or WRITERS["Participant"](sight, row),
}
"""Who carries out a mutation, where it is not whoever may write the row."""
NOT_BY_STAFF = {
    *("acceptMentorship", "declineMentorship", "updateMentorship"),
    *("updateMyProfile", "updateParticipant", "setMentorPreferences"),
    *("renewCalendarLink", "revokeCalendarLink"),
}
"""What ADMIN may not do."""


def _leads(sight: Sight, row: Row) -> bool:
    """The viewer is a PI or co-PI of the project."""
    led = [
        one["person_id"]
        for one in sight.rows.owned("project_contributor", "project_id", row["id"])
        if one["role"] in ("PI", "CO_PI")
    ]
    return sight.viewer.self_ is not None and sight.viewer.self_ in led


def _nobody(sight: Sight, row: Row) -> bool:
    return False


FIELD_WRITERS: Mapping[tuple[str, str], Holds] = {
    **dict.fromkeys(
        [("Institution", name) for name in ("rorId", "kind", "side", "legalRegime")],
        _nobody,
    ),
    ("Person", "orcid"): _nobody,
    ("Participant", "preferredSector"): lambda sight, row: (
        _of_themselves(sight, row) or WRITERS["Participant"](sight, row)
    ),
    **dict.fromkeys(
        [("Project", name) for name in ("titles", "summaries", "outputs")],
        lambda sight, row: WRITERS["Project"](sight, row) or _leads(sight, row),
    ),
    ("Mentorship", "goals"): lambda sight, row: is_mentor(sight, row) or is_mentee(sight, row),
    ("Mentorship", "notes"): is_mentor,
    ("Mentorship", "notesShared"): is_mentor,
}
"""Fields whose writers, besides ADMIN, are others than those of the type."""
ROLES = {
    "Institution": ("COORDINATOR",),
    "Project": ("COORDINATOR", "INTEGRATION"),
    "Event": ("COORDINATOR", "INTEGRATION"),
    "Venue": ("COORDINATOR",),
    "Webhook": ("INTEGRATION",),
    "CalendarLink": ("SELF",),
    "Registration": ("COORDINATOR", "INTEGRATION", "SELF"),
    "Mentor": ("SELF",),
    "Mentorship": ("COORDINATOR", "SELF"),
    "Mobility": ("COORDINATOR",),
    "Person": ("COORDINATOR",),
    "Participant": ("COORDINATOR",),
    "Participation": ("COORDINATOR",),
    **dict.fromkeys(
        ("Program", "Cohort", "Activity", "Award", "Agreement", "Call", "Champion", "ImpactMetric"),
        ("COORDINATOR",),
    ),
}
"""Who may ever write rows of a type: others are told of no action at all."""


ACTING_ROLES = {
    "updateProject": (*ROLES["Project"], "SELF"),
    "undoCheckIn": ("COORDINATOR", "INTEGRATION"),
    **dict.fromkeys(NOT_BY_STAFF, ("SELF",)),
    "updateParticipant": ("COORDINATOR", "SELF"),
    "changeHome": (),
    "mergePeople": (),
    "shortenCall": (),
    "archiveInstitution": (),
    "unarchiveInstitution": (),
    **dict.fromkeys(("archiveMentor", "unarchiveMentor"), ("COORDINATOR",)),
    "withdrawParticipation": ("SELF",),
}
"""The same of a mutation, where it is others."""


MADE_BY_COORDINATORS = (
    *("Project", "Event", "Venue", "Program", "Cohort", "Activity", "Award", "Agreement", "Mobility", "Call"),
    "Champion",
    "Person",
    "ImpactMetric",
)
"""Systems write none that is a draft, and what is made is one."""


def may_ever_make(viewer: Viewer, type_: str) -> bool:
    """Whether there may be a row of the type that they make; else nothing is said of what they sent."""
    return viewer.is_admin or (type_ in MADE_BY_COORDINATORS and bool(viewer.institutions()))


MAKERS: Mapping[str, Holds] = {"createCall": runs_program}
"""Whose rows are made by a mutation, where it is not whoever may write them."""


def may_make(sight: Sight, name: str, type_: str, row: Row) -> bool:
    """Whether the viewer may make a row such as this one."""
    if sight.viewer.is_admin or name not in MAKERS:
        return may_act(sight, f"update {type_}", type_, row)
    return MAKERS[name](sight, row)


def may_set(sight: Sight, type_: str, field: str, row: Row) -> bool:
    """Whether an update may set a field."""
    writer = FIELD_WRITERS.get((type_, field), WRITERS.get(type_, _nobody))
    staff = sight.viewer.is_admin and f"update{type_}" not in NOT_BY_STAFF
    return staff or writer(sight, row)


def may_act(sight: Sight, name: str, type_: str, row: Row) -> bool:
    """Whether the viewer may carry out a mutation: an update, if there is a field that they may set."""
    if sight.viewer.is_admin and name not in NOT_BY_STAFF:
        return True
    if name in ACTORS:
        return ACTORS[name](sight, row)
    if name in STEPS:
        return type_ in WRITERS and WRITERS[type_](sight, row)
    fields = [field for of, field in FIELD_WRITERS if of == type_]
    of_type = type_ in WRITERS and name not in NOT_BY_STAFF and WRITERS[type_](sight, row)
    return of_type or any(may_set(sight, type_, field, row) for field in fields)


def mutations_of(type_: str) -> list[str]:
    updates = [f"update{type_}"] if type_ in UPDATED else []
    return sorted([*updates, *(name for name, step in STEPS.items() if step.type == type_)])


def refusals(sight: Sight, name: str, type_: str, row: Row, language: str) -> Iterator[tuple[str, str, str]]:
    """Why a mutation of a visible row is refused: code, words and field of each reason."""
    if not may_act(sight, name, type_, row):
        yield "FORBIDDEN", message("mutation.forbidden").read(language), "id"
        return
    step = STEPS.get(name)
    if step is not None and step.sources and row[step.column] not in step.sources:
        statuses = ", ".join(step.sources)
        yield "WRONG_STATE", message("mutation.wrong_state", statuses=statuses).read(language), "id"
    for code, text in archive_refusals(name, type_, row):
        yield code, message(text).read(language), "id"
    for needed in step.needs if step is not None else ():
        if not needed.holds(sight, row):
            yield needed.code, schema_message(needed.text).read(language), needed.path


def available_actions(sight: Sight, type_: str, row: Row, language: str) -> list[dict[str, Any]]:
    """`availableActions` of a row."""
    found = []
    for name in mutations_of(type_):
        if not knows_action(sight.viewer, name, type_):
            continue
        reasons = list(refusals(sight, name, type_, row, language))
        listed = [{"code": code, "path": ["input", field], "message": text} for code, text, field in reasons]
        found.append({"name": name, "allowed": not reasons, "reasons": listed})
    return found


def knows_action(viewer: Viewer, name: str, type_: str) -> bool:
    """Whether there may be a row that the viewer carries the mutation out on; a person may lead projects."""
    if viewer.is_admin and name not in NOT_BY_STAFF:
        return True
    roles = ACTING_ROLES.get(name, ROLES.get(type_, ()))
    return any(held.role in roles for held in viewer.held) or ("SELF" in roles and viewer.self_ is not None)
