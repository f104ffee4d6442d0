"""Reads the entity of a notification as its recipient sees it now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from delivery.calendar.calendar_file import EVENT_FRAGMENT
from delivery.planning import Planning
from delivery.request_errors import MAX_REFRESHES, grants_unsettled
from models.database.client import Database
from models.grant_queries import grants_of_person
from models.mail_queue import QueuedMail
from planner.document.arguments import Variables
from planner.engine import Engine
from planner.plan.query_plan import Plan
from planner.viewer import Viewer
from schema.grants import grant_of, guest_of, person_principal

DOCUMENT = (
    """
query Mail($id: ID!) {
  node(id: $id) {
    __typename
    id
    displayName
    ...EventOfCalendar
    ... on Registration { registrationStatus: status ticketCode event { id displayName ...EventOfCalendar } }
    ... on Mentorship {
      mentorshipStatus: status respondBy declineReason
      mentor { displayName } participant { displayName } cohort { displayName }
    }
    ... on Mobility {
      mobilityStatus: status startsOn endsOn
      participant { displayName } sendingInstitution { displayName } receivingInstitution { displayName }
    }
    ... on Participation {
      participationStatus: status
      participant { displayName } takesPartIn: cohort { displayName }
    }
  }
}
"""
    + EVENT_FRAGMENT
)
"""The selections for mails. Types that are not listed have only their name."""


@dataclass(frozen=True, slots=True)
class RecipientView:
    """Reads entities as the planner shows them to the recipients of mails."""

    engine: Engine
    turns: Planning
    database: Callable[[], Database]

    async def read(self, mail: QueuedMail) -> Mapping[str, Any] | None:
        """The entity; None where the recipient may not see it. Raises DatabaseError and RequestError."""
        database = self.database()
        if mail.person is None:
            assert mail.guest is not None
            return _entity(await self._fetched(mail, guest_of(mail.guest)))
        for _ in range(MAX_REFRESHES):
            granted = await grants_of_person(database, mail.person)
            held = [grant_of(row) for row in granted.grants]
            viewer = person_principal(mail.person, held, epoch=granted.epoch)
            row = await self._fetched(mail, viewer)
            if row[-1] == viewer.grants_epoch:
                return _entity(row)
        raise grants_unsettled()

    async def _fetched(self, mail: QueuedMail, viewer: Viewer) -> Sequence[Any]:
        plan, variables = await self._planned(mail, viewer)
        parameters = plan.parameters(variables, viewer)
        return await self.database().fetch(plan.sql, parameters, by_values=plan.needs_custom_plan)

    async def _planned(self, mail: QueuedMail, viewer: Viewer) -> tuple[Plan, Variables]:
        operation = self.engine.operation(DOCUMENT, None, suggestions=False)
        variables = operation.coerce({"id": mail.entity})
        key = self.engine.plan_key(operation, variables, viewer, mail.language)
        found = self.engine.known_plan(key)
        if found is None:
            make = partial(self.engine.plan, operation, variables, viewer, mail.language)
            found = await self.turns.run_owed(viewer.key, "", make)
        plan, _ = found
        assert plan is not None
        return plan, variables


def _entity(row: Sequence[Any]) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = orjson.loads(row[0]) if row[0] is not None else None
    return found
