"""Mentors that are suggested for a participation, reckoned again from what docs/changing.md says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from schema.messages import message
from tests.reference.archive import offered
from tests.reference.policy import runs_program_of_cohort
from tests.reference.rows import Row
from tests.reference.tables import ReferenceContext, VisibleRow

POINTS = {"FIELD": 40, "OTHER_SIDE": 20, "LANGUAGE": 15, "SECTOR": 10, "PLACES": 10, "TIME_ZONE": 5}
"""The weights of a cohort that sets none of its own."""
ABOVE_ALL = 1000
"""What a choice counts more than the next; six reasons count 600 at most."""
OF_STUDY: Mapping[str, str] = {
    "01": "EDUCATION",
    "02": "ARTS_AND_HUMANITIES",
    "03": "SOCIAL_SCIENCES",
    "0311": "ECONOMICS",
    "041": "ECONOMICS",
    "042": "SOCIAL_SCIENCES",
    "051": "LIFE_SCIENCES",
    "052": "CLIMATE NATURAL_RESOURCES",
    "053": "PHYSICAL_SCIENCES",
    "0532": "CLIMATE",
    "054": "PHYSICAL_SCIENCES",
    "06": "TECHNOLOGY",
    "07": "ENGINEERING",
    "0713": "ENERGY",
    "0714": "TECHNOLOGY",
    "0716": "TRANSPORT",
    "08": "AGRICULTURE",
    "082": "NATURAL_RESOURCES",
    "083": "NATURAL_RESOURCES",
    "09": "HEALTH",
    "0923": "SOCIAL_SCIENCES MIGRATION",
    "104": "TRANSPORT",
}


def suggestions(context: ReferenceContext, part: VisibleRow) -> list[dict[str, Any]]:
    """The best first, then by the mentor's id; nothing for who is neither the participant nor runs it."""
    participant = context.rows.get("participant", part.row["participant_id"])
    assert participant is not None
    if not _is_read(context, part.row, participant) or part.row["status"] in ("COMPLETED", "WITHDRAWN"):
        return []
    found = [
        _suggestion(context, part.row, participant, mentor)
        for mentor in offered(context.all("Mentor"))
        if _may_be_requested(context, part.row, participant, mentor.row)
    ]
    return sorted(found, key=lambda one: (-one["score"], one["mentor"].row["id"]))


def _is_read(context: ReferenceContext, part: Row, participant: Row) -> bool:
    viewer = context.viewer
    mine = viewer.self_ is not None and participant["person_id"] == viewer.self_
    return viewer.is_admin or mine or runs_program_of_cohort(context.sight, part["cohort_id"])


def _free(context: ReferenceContext, mentor: Row) -> int:
    taken = context.rows.owned("mentorship", "mentor_id", mentor["id"])
    return int(mentor["capacity"]) - sum(one["status"] in ("ACCEPTED", "ACTIVE") for one in taken)


def _may_be_requested(context: ReferenceContext, part: Row, participant: Row, mentor: Row) -> bool:
    of_the_two = [
        one.row
        for one in context.visible("Mentorship", context.rows.owned("mentorship", "mentor_id", mentor["id"]))
        if one.row["participant_id"] == participant["id"]
    ]
    is_over = any(one["status"] == "ENDED" for one in of_the_two)
    is_open = any(
        one["status"] in ("PROPOSED", "ACCEPTED", "ACTIVE") and one["cohort_id"] == part["cohort_id"]
        for one in of_the_two
    )
    another = mentor["person_id"] != participant["person_id"]
    possible = mentor["available"] and _free(context, mentor) > 0 and another and not is_over and not is_open
    return possible and not is_avoided(_preference(context, part, mentor))


def _preference(context: ReferenceContext, part: Row, mentor: Row) -> Row | None:
    """Whether the participant prefers or avoids the mentor in this cohort."""
    given = context.rows.owned("mentor_preference", "participant_id", part["participant_id"])
    found = [
        one for one in given if (one["cohort_id"], one["mentor_id"]) == (part["cohort_id"], mentor["id"])
    ]
    return found[0] if found else None


def is_avoided(preference: Row | None) -> bool:
    return preference is not None and preference["avoid"]


def weight(cohort: Row, kind: str) -> int:
    """What a reason counts in a cohort."""
    return int(cohort[f"{kind.lower()}_weight"])


def _suggestion(context: ReferenceContext, part: Row, participant: Row, mentor: VisibleRow) -> dict[str, Any]:
    points = _points(context, part, participant, mentor.row)
    kinds = sorted(points, key=lambda kind: (-points[kind], kind))

    def reasons() -> list[dict[str, Any]]:
        words = {kind: message(f"suggestion.{kind.lower()}").read(context.viewer.language) for kind in kinds}
        return [{"kind": kind, "points": points[kind], "text": words[kind]} for kind in kinds]

    return {"mentor": mentor, "score": sum(points.values()), "reasons": reasons()}


def _points(context: ReferenceContext, part: Row, participant: Row, mentor: Row) -> dict[str, int]:
    """Of each reason that counts: the cohort's weights, and above them the participant's preference."""
    cohort, preference = context.rows.get("cohort", part["cohort_id"]), _preference(context, part, mentor)
    assert cohort is not None
    points = {kind: weight(cohort, kind) for kind in _fits(context, participant, mentor)}
    if preference is not None:
        points["PREFERENCE"] = (6 - preference["rank"]) * ABOVE_ALL
    return {kind: worth for kind, worth in points.items() if worth}


def _fits(context: ReferenceContext, participant: Row, mentor: Row) -> Iterator[str]:
    code = participant["field_of_study"] or "none"
    fields = {field for start, names in OF_STUDY.items() if code.startswith(start) for field in names.split()}
    if fields & set(mentor["expertise"]):
        yield "FIELD"
    if fluent(context, participant["person_id"]) & fluent(context, mentor["person_id"]):
        yield "LANGUAGE"
    if 2 * _free(context, mentor) >= mentor["capacity"]:
        yield "PLACES"
    if participant["preferred_sector"] == mentor["sector"]:
        yield "SECTOR"
    home, other = (context.rows.get("institution", one["institution_id"]) for one in (participant, mentor))
    if home is not None and other is not None:
        if home["side"] != other["side"]:
            yield "OTHER_SIDE"
        clocks = [
            datetime.now(UTC).astimezone(ZoneInfo(one["time_zone"])).utcoffset() for one in (home, other)
        ]
        if (
            clocks[0] is not None
            and clocks[1] is not None
            and abs((clocks[0] - clocks[1]).total_seconds()) <= 10800
        ):
            yield "TIME_ZONE"


def fluent(context: ReferenceContext, person: Any) -> set[str]:
    spoken = context.rows.owned("person_language", "person_id", person)
    return {one["language"] for one in spoken if one["level"] in ("B2", "C1", "C2", "NATIVE")}
