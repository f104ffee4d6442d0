"""Who is who in a mentorship: rules that the policy is made of."""

from __future__ import annotations

import models
from models.mentorship import MentorshipRequester
from planner.declaration.access import Rule
from schema.roles import COORDINATOR, MENTOR, SELF
from schema.rules import of_program, through


def not_requested_by(requester: MentorshipRequester) -> Rule:
    return Rule(lambda row: row["requested_by"] != requester.value, "which they did not ask for")


OWN = through("mentor_id", models.Mentor, "person_id", MENTOR, "that they mentor in")
AS_MENTOR = through("mentor_id", models.Mentor, "person_id", SELF, "that they mentor in")
AS_MENTEE = through("participant_id", models.Participant, "person_id", SELF, "that they are mentored in")
EITHER = AS_MENTOR | AS_MENTEE
ANSWERING = (AS_MENTOR & not_requested_by(MentorshipRequester.MENTOR)) | (
    AS_MENTEE & not_requested_by(MentorshipRequester.PARTICIPANT)
)
"""The one who did not request it answers."""
DECLINED = OWN & Rule(
    lambda row: row["requested_by"] == MentorshipRequester.PARTICIPANT.value, "asked for by the participant"
)
"""What the mentor declined, if it was declined."""
MANAGED = (
    through("participant_id", models.Participant, "institution_id", COORDINATOR, "of their participants")
    | through("mentor_id", models.Mentor, "institution_id", COORDINATOR, "of their mentors")
    | of_program()
)
