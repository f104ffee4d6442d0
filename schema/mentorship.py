"""Mentorships of participants."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import models
from models.mentorship import MentorshipRequester, MentorshipStatus
from planner.declaration.bindings import FacetSource, RootFields
from planner.declaration.fields import column, one
from schema.common import GLOBAL_ID, Entity
from schema.concerns import by_reference
from schema.dates import by_year
from schema.declarations import declarations, node
from schema.mentorship_writes import WRITES

if TYPE_CHECKING:
    from schema.person import Mentor, Participant
    from schema.program import Cohort

declarations.enums(MentorshipStatus, MentorshipRequester)


@node(
    models.Mentorship,
    "mentorship",
    roots=RootFields("One mentorship.", (GLOBAL_ID,), "mentorships", "Mentorships."),
    changes="Mentorships.",
    writes=WRITES,
    concerns=by_reference(models.Mentor, "mentor_id"),
    facets={
        "status": FacetSource(("status",), lambda row: row["status"]),
        "requestedBy": FacetSource(("requestedBy",), lambda row: row["requested_by"]),
        "year": by_year("startsOn", "starts_on"),
    },
)
class Mentorship(Entity):
    """A mentor's work with one participant."""

    status: MentorshipStatus = column("Its status.")
    requested_by: MentorshipRequester = column("The person who requested it; the other one answers.")
    respond_by: date | None = column("The last day to answer, while it is not answered.", order=True)
    decline_reason: str | None = column(
        "Why it was declined: for staff of the cohort's program, and the mentor who declined.",
        filter=False,
    )
    starts_on: date | None = column("Its first day.", order=True)
    ends_on: date | None = column("Its last day.", order=True)
    goals: str | None = column("The goals of the two.", filter=False)
    notes: str | None = column("The mentor's notes; the participant sees them once shared.", filter=False)
    notes_shared: bool | None = column("Whether the participant sees the notes.", filter=False)
    sessions: int | None = column("How many times they have met.", order=True)
    mentor: Mentor | None = one("The mentor.")
    participant: Participant | None = one("The participant.")
    cohort: Cohort | None = one("The cohort it belongs to.")
