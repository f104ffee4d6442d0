"""Whose a mobility is: rules that the policy is made of."""

from __future__ import annotations

import models
from planner.declaration.access import Rule
from schema.roles import COORDINATOR, PARTICIPANT
from schema.rules import of_institution, through


def sent(attribute: str) -> Rule:
    return of_institution(attribute, "sending_institution_id", "sent by their institution")


SENT = sent(COORDINATOR)
RECEIVED = of_institution(COORDINATOR, "receiving_institution_id", "received by their institution")
OWN = through("participant_id", models.Participant, "person_id", PARTICIPANT, "their own")
