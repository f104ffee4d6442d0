"""Rules of the policy on the mentor and the participant of a mentorship."""

from __future__ import annotations

import models
from models.mentorship import MentorshipRequester
from planner.declaration.access import Rule, Rules
from schema.roles import COORDINATOR, MENTOR, PARTICIPANT, SELF
from schema.rules import of_program, through


def not_requested_by(requester: MentorshipRequester) -> Rule:
    return Rule(lambda row: row["requested_by"] != requester.value, "which they did not ask for")


def as_mentor(attribute: str) -> Rule:
    return through("mentor_id", models.Mentor, "person_id", attribute, "that they mentor in")


def as_mentee(attribute: str) -> Rule:
    return through("participant_id", models.Participant, "person_id", attribute, "that they are mentored in")


AS_MENTOR, AS_MENTEE = as_mentor(SELF), as_mentee(SELF)
EITHER = AS_MENTOR | AS_MENTEE
ANSWERING = (AS_MENTOR & not_requested_by(MentorshipRequester.MENTOR)) | (
    AS_MENTEE & not_requested_by(MentorshipRequester.PARTICIPANT)
)
"""The one who did not request it answers."""
BY_THE_TWO: Rules = {SELF: EITHER, MENTOR: as_mentor(MENTOR), PARTICIPANT: as_mentee(PARTICIPANT)}
BY_MENTOR: Rules = {SELF: AS_MENTOR, MENTOR: as_mentor(MENTOR)}
SHARED = Rule(lambda row: row["notes_shared"], "shared with them")
BY_MENTOR_OR_SHARED: Rules = {
    SELF: AS_MENTOR | (SHARED & AS_MENTEE),
    MENTOR: as_mentor(MENTOR),
    PARTICIPANT: SHARED & as_mentee(PARTICIPANT),
}
TO_MENTOR = Rule(
    lambda row: row["requested_by"] == MentorshipRequester.PARTICIPANT.value, "asked for by the participant"
)
BY_DECLINING_MENTOR: Rules = {role: rule & TO_MENTOR for role, rule in BY_MENTOR.items()}
"""What the mentor declined, if it was declined."""
MANAGED = (
    through("participant_id", models.Participant, "institution_id", COORDINATOR, "of their participants")
    | through("mentor_id", models.Mentor, "institution_id", COORDINATOR, "of their mentors")
    | of_program()
)
