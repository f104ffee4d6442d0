"""The session that Strawchemy takes from the context: one for a request."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from strawberry.extensions import SchemaExtension


@dataclass
class SessionContext:
    sessions: async_sessionmaker[AsyncSession]
    session: AsyncSession | None = None


class SessionOfRequest(SchemaExtension):
    """Opens it when execution begins, and gives its connection back before the answer is sent."""

    async def on_execute(self) -> AsyncIterator[None]:
        context: SessionContext = self.execution_context.context
        async with context.sessions() as context.session:
            yield
