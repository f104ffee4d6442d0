"""Who writes events: the institutions that organize them."""

from __future__ import annotations

import models
from planner.declaration.access import Rule, Rules
from schema.roles import COORDINATOR, INTEGRATION, Scope
from schema.rules import ANNOUNCED, Link, linked


def organized(attribute: str) -> Rule:
    return linked(
        Link(models.EventOrganizer, "event_id"), attribute, words="that their institution organizes"
    )


KNOWN_EVENT = linked(
    Link(models.EventExternalId, "event_id"),
    Scope.EVENTS_READ,
    words="with an external id of their institution",
)
EVENT_WRITERS: Rules = {
    COORDINATOR: organized(COORDINATOR),
    INTEGRATION: organized(Scope.EVENTS_WRITE) & (ANNOUNCED | KNOWN_EVENT),
}
EVENT_PUBLISHERS: Rules = {
    COORDINATOR: organized(COORDINATOR),
    INTEGRATION: organized(Scope.EVENTS_WRITE) & ANNOUNCED,
}
