"""Mentors whom participants of a cohort prefer or avoid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import models
from models.mentorship import LOWEST_RANK
from planner.declaration.bindings import RootFields
from planner.declaration.fields import column, one
from schema.common import GLOBAL_ID, Entity
from schema.concerns import by_reference
from schema.declarations import node

if TYPE_CHECKING:
    from schema.person import Mentor, Participant
    from schema.program import Cohort


@node(
    models.MentorPreference,
    "preference",
    roots=RootFields("One preference of a mentor.", (GLOBAL_ID,)),
    changes="Participants' preferences of mentors.",
    concerns=by_reference(models.Participant, "participant_id"),
)
class MentorPreference(Entity):
    """A mentor whom a participant of a cohort prefers, or avoids."""

    rank: int | None = column(
        f"Which choice the mentor is, 1 to {LOWEST_RANK}, each once; null of one to avoid."
    )
    avoid: bool = column("Whether the participant avoids the mentor, who is then never suggested.")
    mentor: Mentor | None = one("The mentor.")
    participant: Participant | None = one("The participant.")
    cohort: Cohort = one("The cohort.")
