"""Participations, as the model knows them: nominated at home, accepted by whoever runs the program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from tests.mutations.model.entity import Entity, Links, Must
from tests.mutations.model.fields import NEEDED, Choice, Count, Reference
from tests.mutations.model.making import Making
from tests.mutations.model.people import holds
from tests.mutations.model.vocabulary import needed
from tests.reference.policy import Sight
from tests.reference.rows import Row

Values = Mapping[str, Any]
LOWEST_RANK = 5


def _today() -> date:
    return datetime.now(UTC).date()


def _has_none(sight: Sight, row: Row) -> bool:
    return not sight.rows.owned("participation", "participant_id", row["id"])


def _is_of_their_own(sight: Sight, row: Row) -> bool:
    participant = sight.get("participant", row["participant_id"])
    own = participant is not None and sight.coordinates(participant["institution_id"])
    return sight.viewer.is_admin or own


def _nominated(sight: Sight, row: Row) -> Row | None:
    """The participation in the same cohort, unless it was withdrawn."""
    for one in sight.rows.owned("participation", "participant_id", row["participant_id"]):
        if one["cohort_id"] == row["cohort_id"] and one["status"] != "WITHDRAWN":
            return one
    return None


def _joined(sight: Sight, row: Row) -> Values:
    return {"joined_on": row["joined_on"] or _today()}


def _left(sight: Sight, row: Row) -> Values:
    """Today, or the day of joining if that is ahead; who never joined has not left."""
    joined = row["joined_on"]
    return {"left_on": None if joined is None else row["left_on"] or max(joined, _today())}


PREFERENCES = Links(
    "mentorPreferences",
    "MentorPreference",
    "mentor_preference",
    "participation_id",
    ("mentor_id",),
    (
        Count(name="rank", most=LOWEST_RANK),
        Choice(name="avoid", nullable=False, default=False, options=(True, False)),
        Reference(name="mentor", column="mentor_id", types={"Mentor": "id"}, nullable=False, default=NEEDED),
    ),
    musts=(Must(("rank", "avoid"), lambda row: (row["rank"] is None) is row["avoid"], "INVALID"),),
    copied=("participant_id", "cohort_id"),
    resets={"rank": None, "avoid": False},
    once=("rank",),
    likely=lambda draw: draw.choice(({"rank": draw.randrange(1, LOWEST_RANK + 1)}, {"avoid": True})),
)
ENTITIES = (
    Entity(
        "Participation",
        (),
        links=(PREFERENCES,),
        made=False,
        updated=False,
        together=(("participant_id", "cohort_id"),),
    ),
)
PARTICIPANT = Reference(
    name="participant",
    column="participant_id",
    types={"Participant": "id"},
    nullable=False,
    default=NEEDED,
    prefer=_has_none,
)
MAKINGS = (
    Making(
        "nominateParticipant",
        "Participation",
        (PARTICIPANT, needed("cohort", "Cohort")),
        may=holds("ADMIN", "COORDINATOR"),
        sets=lambda sight, row: {"status": "NOMINATED"},
        owns=_is_of_their_own,
        same=_nominated,
    ),
)
STEPS_SET: Mapping[str, Callable[[Sight, Row], Values]] = {
    "startParticipation": _joined,
    "completeParticipation": _left,
    "withdrawParticipation": _left,
}
LINKED_BY_STEPS = {"setMentorPreferences": (PREFERENCES,)}
PERFORMERS: Mapping[str, tuple[str, ...]] = {
    "nominateParticipant": ("admin", "uc-coordinator", "mx-coordinator", "two-campuses"),
    **dict.fromkeys(
        ("acceptParticipation", "startParticipation", "completeParticipation"), ("admin", "mx-coordinator")
    ),
    "withdrawParticipation": ("admin", "admin", "admin", "participant"),
    "setMentorPreferences": (
        "participant",
        "participant",
        "participant-and-system",
        "participant-and-mentor",
    ),
}
