"""What a viewer may do to a row, and why not: written from the matrix of writes and the workflows.

`WRITERS`: which rows of a type somebody may write besides ADMIN, who writes all of them. `FIELD_WRITERS`: the
fields that others may set. `UPDATED`: the types with an update. `STEPS`: the changes of status, each with
where it starts and what else must hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from planner.messages import message
from schema.messages import message as schema_message
from tests.reference.policy import Sight
from tests.reference.rows import Row
from tests.reference.viewers import HeldGrant, Viewer

Holds = Callable[[Sight, Row], bool]


@dataclass(frozen=True)
class Needed:
    """What must hold for a step, and what is said where it does not."""

    holds: Holds
    code: str
    text: str
    path: str = "id"


@dataclass(frozen=True)
class ReferenceStep:
    type: str
    sources: tuple[str, ...]
    target: str
    needs: tuple[Needed, ...] = ()
    column: str = "status"


def _own_webhook(sight: Sight, row: Row) -> bool:
    return row["client_id"] in sight.viewer.clients()


def _in_role(table: str, column: str, role: str) -> Holds:
    return lambda sight, row: any(link["role"] == role for link in sight.rows.owned(table, column, row["id"]))


def _before_the_end(sight: Sight, row: Row) -> bool:
    event = sight.get("event", row["event_id"])
    return event is not None and bool(event["ends_at"] > datetime.now(UTC))


def _came_today(sight: Sight, row: Row) -> bool:
    event = sight.get("event", row["event_id"])
    assert event is not None
    today = datetime.now(ZoneInfo(event["time_zone"])).date()
    return any(one["day"] == today for one in sight.rows.owned("attendance", "registration_id", row["id"]))


NOT_OVER = Needed(lambda sight, row: row["ends_at"] > datetime.now(UTC), "DEADLINE_PASSED", "event.over")
ITS_CLIENT = Needed(_own_webhook, "FORBIDDEN", "webhook.only_its_client")
POSITION_KNOWN = Needed(
    lambda sight, row: row["parked_for"] not in ("AGE", "EPOCH", "GRANTS"),
    "INCOMPLETE",
    "webhook.position_lost",
    "after",
)
STEPS = {
    "publishProject": ReferenceStep(
        "Project",
        ("DRAFT", "PROPOSED"),
        "ACTIVE",
        (Needed(_in_role("project_institution", "project_id", "LEAD"), "INCOMPLETE", "project.no_lead"),),
    ),
    "completeProject": ReferenceStep("Project", ("ACTIVE",), "COMPLETED"),
    "cancelProject": ReferenceStep("Project", ("PROPOSED", "ACTIVE"), "CANCELLED"),
    "publishEvent": ReferenceStep(
        "Event",
        ("DRAFT",),
        "PUBLISHED",
        (
            NOT_OVER,
            Needed(_in_role("event_organizer", "event_id", "HOST"), "INCOMPLETE", "event.no_host"),
        ),
    ),
    "cancelEvent": ReferenceStep("Event", ("PUBLISHED",), "CANCELLED", (NOT_OVER,)),
    "rotateWebhookSecret": ReferenceStep("Webhook", (), "", (ITS_CLIENT,), "state"),
    "pauseWebhook": ReferenceStep("Webhook", ("ACTIVE",), "PAUSED", column="state"),
    "resumeWebhook": ReferenceStep("Webhook", ("PAUSED", "PARKED"), "ACTIVE", (POSITION_KNOWN,), "state"),
    "redeliver": ReferenceStep("Webhook", (), "", (ITS_CLIENT,), "state"),
    "removeWebhook": ReferenceStep("Webhook", (), "", column="state"),
    "setEventCapacity": ReferenceStep("Event", ("DRAFT", "PUBLISHED"), ""),
    "cancelRegistration": ReferenceStep(
        "Registration",
        ("CONFIRMED", "WAITLISTED"),
        "CANCELLED",
        (Needed(_before_the_end, "DEADLINE_PASSED", "event.over"),),
    ),
    "undoCheckIn": ReferenceStep(
        "Registration",
        ("ATTENDED",),
        "CONFIRMED",
        (Needed(_came_today, "DEADLINE_PASSED", "registration.not_today"),),
    ),
}
CONSEQUENCES = {
    "registration": {("WAITLISTED", "CONFIRMED"), ("CONFIRMED", "ATTENDED"), ("CONFIRMED", "NO_SHOW")},
}
"""Changes of status by other rows' steps, and by time."""
UPDATED = ("Institution", "Program", "Cohort", "Activity", "Project", "Agreement", "Event", "Venue", "Mentor")


def _takes_part(table: str, column: str, scope: str, roles: tuple[str, ...]) -> Holds:
    """Coordinators of those in these roles; systems of all with a scope, once it is no draft."""

    def holds(sight: Sight, row: Row) -> bool:
        links = sight.rows.owned(table, column, row["id"])
        writing = {link["institution_id"] for link in links if link["role"] in roles}
        own, scoped = set(sight.viewer.institutions()), set(sight.viewer.institutions(scope))
        linked = {link["institution_id"] for link in links}
        return bool(writing & own) or (row["status"] != "DRAFT" and bool(linked & scoped))

    return holds


def _of_themselves(sight: Sight, row: Row) -> bool:
    return sight.viewer.self_ is not None and row["person_id"] == sight.viewer.self_


WRITERS: Mapping[str, Holds] = {
    "Institution": lambda sight, row: sight.coordinates(row["id"]),
    "Project": _takes_part("project_institution", "project_id", "PROJECTS_WRITE", ("LEAD", "PARTNER")),
    "Event": _takes_part("event_organizer", "event_id", "EVENTS_WRITE", ("HOST", "CO_HOST")),
    "Venue": lambda sight, row: (
        row["institution_id"] is not None and sight.coordinates(row["institution_id"])
    ),
    "Webhook": _own_webhook,
    "Mentor": _of_themselves,
    "Registration": lambda sight, row: row["person_id"] == sight.viewer.self_ or _organizes(sight, row),
}


def _organizes(sight: Sight, row: Row) -> bool:
    links = sight.rows.owned("event_organizer", "event_id", row["event_id"])
    return any(sight.coordinates(link["institution_id"]) for link in links)


ACTORS: Mapping[str, Holds] = {"undoCheckIn": _organizes}
"""Who carries out a mutation, where it is not whoever may write the row."""


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
    **dict.fromkeys(
        [("Project", name) for name in ("titles", "summaries", "outputs")],
        lambda sight, row: WRITERS["Project"](sight, row) or _leads(sight, row),
    ),
}
"""Fields whose writers, besides ADMIN, are others than those of the type."""
ROLES = {
    "Institution": ("COORDINATOR",),
    "Project": ("COORDINATOR", "INTEGRATION"),
    "Event": ("COORDINATOR", "INTEGRATION"),
    "Venue": ("COORDINATOR",),
    "Webhook": ("INTEGRATION",),
    "Registration": ("COORDINATOR",),
}
"""Who may ever write rows of a type: others are told of no action at all."""


BY_THEMSELVES = ("updateProject", "updateMentor", "cancelRegistration")
"""What anybody may do who is a known person, to some rows."""


def may_set(sight: Sight, type_: str, field: str, row: Row) -> bool:
    """Whether an update may set a field."""
    writer = FIELD_WRITERS.get((type_, field), WRITERS.get(type_, _nobody))
    return sight.viewer.is_admin or writer(sight, row)


def may_act(sight: Sight, name: str, type_: str, row: Row) -> bool:
    """Whether the viewer may carry out a mutation: an update, if there is a field that they may set."""
    if name in ACTORS:
        return sight.viewer.is_admin or ACTORS[name](sight, row)
    if sight.viewer.is_admin or (type_ in WRITERS and WRITERS[type_](sight, row)):
        return True
    fields = [field for of, field in FIELD_WRITERS if of == type_] if name not in STEPS else []
    return any(may_set(sight, type_, field, row) for field in fields)


def mutations_of(type_: str) -> list[str]:
    updates = [f"update{type_}"] if type_ in UPDATED else []
    return sorted([*updates, *(name for name, step in STEPS.items() if step.type == type_)])


def refusals(sight: Sight, name: str, type_: str, row: Row, language: str) -> Iterator[tuple[str, str, str]]:
    """Why a mutation of a visible row is refused: code, words and field of each reason."""
    if not may_act(sight, name, type_, row):
        yield "FORBIDDEN", message("mutation.forbidden").read(language), "id"
        return
    step = STEPS.get(name)
    if step is None:
        return
    if step.sources and row[step.column] not in step.sources:
        statuses = ", ".join(step.sources)
        yield "WRONG_STATE", message("mutation.wrong_state", statuses=statuses).read(language), "id"
    for needed in step.needs:
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
    if viewer.is_admin or any(_is_writer(held, type_) for held in viewer.held):
        return True
    return name in BY_THEMSELVES and viewer.self_ is not None


def _is_writer(held: HeldGrant, type_: str) -> bool:
    return held.role in ROLES.get(type_, ())
