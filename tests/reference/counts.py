"""What a row counts of others, whichever of them the viewer sees; small figures about people are hidden."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from tests.reference.tables import ReferenceContext, VisibleRow

OPEN_MENTORSHIPS = ("ACCEPTED", "ACTIVE")
Given = Mapping[str, Any]
NONE: Given = MappingProxyType({})


def _free_places(context: ReferenceContext, source: VisibleRow, given: Given = NONE) -> int:
    mentorships = context.rows.owned("mentorship", "mentor_id", source.row["id"])
    taken = sum(mentorship["status"] in OPEN_MENTORSHIPS for mentorship in mentorships)
    return int(max(source.row["capacity"] - taken, 0)) if source.row["available"] else 0


def _places_left(context: ReferenceContext, source: VisibleRow, given: Given = NONE) -> int | None:
    """Nobody gets a place before those who wait for one."""
    event = source.row
    if event["status"] == "CANCELLED" or event["ends_at"] <= datetime.now(UTC):
        return 0
    if event["capacity"] is None:
        return None
    statuses = [one["status"] for one in context.rows.owned("registration", "event_id", event["id"])]
    taken = statuses.count("CONFIRMED") + statuses.count("ATTENDED")
    return 0 if "WAITLISTED" in statuses else max(int(event["capacity"]) - int(taken), 0)


def _participant_count(context: ReferenceContext, source: VisibleRow, given: Given = NONE) -> int | None:
    """Of a cohort: exact for those who coordinate the institutions of all who are in it."""
    participations = context.rows.owned("participation", "cohort_id", source.row["id"])
    homes = [
        context.rows.tables["participant"][participation["participant_id"]]["institution_id"]
        for participation in participations
    ]
    exact = bool(homes) and all(map(context.sight.coordinates, homes))
    return context.sight.published(len(participations), exact=exact)


def _students(context: ReferenceContext, source: VisibleRow, given: Given = NONE) -> int | None:
    studying = context.rows.owned("participant", "institution_id", source.row["id"])
    return context.sight.published(len(studying), exact=context.sight.coordinates(source.row["id"]))


def _stays(context: ReferenceContext, source: VisibleRow, given: Given = NONE) -> int | None:
    ends = ("sending_institution_id", "receiving_institution_id")
    stays = [stay for end in ends for stay in context.rows.owned("mobility", end, source.row["id"])]
    return context.sight.published(len(stays), exact=context.sight.coordinates(source.row["id"]))


COUNTS: Mapping[tuple[str, str], Any] = {
    ("Event", "placesLeft"): _places_left,
    ("Mentor", "placesLeft"): _free_places,
    ("Cohort", "participantCount"): _participant_count,
    ("Institution", "participantCount"): _students,
    ("Institution", "mobilityCount"): _stays,
}
"""By type and field. Lists are ordered and filtered by what the field shows."""
