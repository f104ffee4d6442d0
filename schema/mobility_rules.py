"""Rules of the policy on the participant and the institutions of a stay."""

from __future__ import annotations

import models
from planner.declaration.access import Rule
from schema.roles import COORDINATOR
from schema.rules import of_institution, through


def staying(attribute: str) -> Rule:
    """The participant is the viewer."""
    return through("participant_id", models.Participant, "person_id", attribute, "their own")


def sent(attribute: str) -> Rule:
    return of_institution(attribute, "sending_institution_id", "sent by their institution")


SENT = sent(COORDINATOR)
RECEIVED = of_institution(COORDINATOR, "receiving_institution_id", "received by their institution")
