"""Lets people mark their own notifications and choose mails, each in one transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from delivery.messages import message
from models import inbox
from models.database.client import Database, DatabaseUnavailable
from models.notification import NotificationKind
from planner.declaration.scalar_types import parse_global_id
from planner.errors import BadUserInput
from planner.message_catalog import LocalizedMessage
from schema.grants import Principal, person_of
from schema.inbox import InputRejected, MarkNotificationsReadInput
from schema.user_errors import UserError

PREFIX = "notification"


@dataclass(frozen=True, slots=True)
class Inbox:
    """Marks notifications as read, a limited number at once, and stores which kinds are mailed."""

    engine: AsyncEngine
    database: Callable[[], Database]
    most: int

    async def mark_read(
        self, viewer: Principal, language: str, wanted: MarkNotificationsReadInput, *, dry_run: bool
    ) -> list[str]:
        """The global ids of those that were unread before; raises InputRejected."""
        given = dict(_given(wanted))
        if not given:
            raise InputRejected(_error(language, "REQUIRED", ("input",), message("inbox.nothing_named")))
        if len(given) > self.most:
            words = message("inbox.too_many", limit=self.most, asked=len(given))
            raise InputRejected(_error(language, "TOO_MANY", ("input", "ids"), words))
        keys = {path: _key(id) for path, id in given.items()}
        ids = [key for path, key in keys.items() if key is not None and path[1] == "ids"]
        malformed = None in keys.values()  # then nothing is done, but it is looked at what else is wrong
        up_to = keys.get(("input", "upTo"))
        async with _translating():
            outcome = await inbox.mark_read(
                self.engine, people_of(viewer), ids, up_to, dry_run=dry_run or malformed
            )
        unknown = [path for path, key in keys.items() if key is None or key in outcome.unknown]
        if unknown:
            raise InputRejected(
                *(_error(language, "NOT_FOUND", path, message("inbox.unknown")) for path in unknown)
            )
        return [f"{PREFIX}_{key}" for key in outcome.marked]

    async def unwanted(self, viewer: Principal) -> frozenset[NotificationKind]:
        """The kinds that the viewer doesn't want to be mailed."""
        return await inbox.unwanted_kinds(self.database(), people_of(viewer))

    async def set_mailed(
        self, viewer: Principal, language: str, kind: NotificationKind, *, mailed: bool, dry_run: bool
    ) -> bool:
        """Whether that differs from before; raises InputRejected for who is no person here."""
        people = people_of(viewer)
        if not people:
            raise InputRejected(_error(language, "FORBIDDEN", ("input",), message("inbox.nobody")))
        differs = (kind in await self.unwanted(viewer)) is mailed
        if differs and not dry_run:
            async with _translating():
                await inbox.set_preference(self.engine, people, kind, mailed=mailed)
        return differs


@asynccontextmanager
async def _translating() -> AsyncIterator[None]:
    try:
        yield
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseUnavailable("the database went away") from error
        raise


def people_of(viewer: Principal) -> Sequence[UUID]:
    """The person that a viewer is known to be, if any."""
    person = person_of(viewer)
    return [person] if person is not None else []


def _given(wanted: MarkNotificationsReadInput) -> Iterator[tuple[tuple[str, ...], str]]:
    for number, id in enumerate(wanted.ids or ()):
        yield ("input", "ids", str(number)), id
    if wanted.up_to is not None:
        yield ("input", "upTo"), wanted.up_to


def _key(id: str) -> UUID | None:
    try:
        _, key = parse_global_id(id, frozenset({PREFIX}))
    except BadUserInput:
        return None
    return key


def _error(language: str, code: str, path: Sequence[str], words: LocalizedMessage) -> UserError:
    return UserError(code=code, path=list(path), message=words.read(language))
