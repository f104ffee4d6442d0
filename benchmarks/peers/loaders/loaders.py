"""What a request reads after its first rows: a DataLoader for each relation, one statement for a batch."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Executable
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from strawberry.dataloader import DataLoader

from benchmarks.peers.loaders import statements
from models import ProjectRole

Row = dict[str, Any]
One = DataLoader[UUID, Row | None]
Many = DataLoader[UUID, list[Row]]


class LoaderDatabase:
    """A session for each statement: one session can't run two at once, and loaders run concurrently."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def rows(self, statement: Executable, **parameters: Any) -> list[Row]:
        async with self._sessions() as session:
            result = await session.execute(statement, parameters)
            names = tuple(result.keys())
            return [dict(zip(names, row, strict=True)) for row in result]

    async def row(self, statement: Executable, **parameters: Any) -> Row | None:
        return next(iter(await self.rows(statement, **parameters)), None)


class Loaders:
    """The loaders of one request, each made when it is first asked."""

    def __init__(self, database: LoaderDatabase) -> None:
        self._database = database
        self._by_argument: dict[tuple[str, Any], Many] = {}

    @cached_property
    def project(self) -> One:
        return self._one(statements.PROJECT_BY_KEY)

    @cached_property
    def institution(self) -> One:
        return self._one(statements.INSTITUTION_BY_KEY)

    @cached_property
    def program(self) -> One:
        return self._one(statements.PROGRAM_BY_KEY)

    @cached_property
    def event(self) -> One:
        return self._one(statements.EVENT_BY_KEY)

    @cached_property
    def venue(self) -> One:
        return self._one(statements.VENUE_BY_KEY)

    @cached_property
    def mentor(self) -> One:
        return self._one(statements.MENTOR_BY_KEY)

    @cached_property
    def cohort(self) -> One:
        return self._one(statements.COHORT_BY_KEY)

    @cached_property
    def agreement(self) -> One:
        return self._one(statements.AGREEMENT_BY_KEY)

    @cached_property
    def contributors_of_project(self) -> Many:
        return self._many(statements.CONTRIBUTORS_OF_PROJECT)

    @cached_property
    def awards_of_project(self) -> Many:
        return self._many(statements.AWARDS_OF_PROJECT)

    @cached_property
    def totals_of_project(self) -> Many:
        return self._many(statements.TOTALS_OF_PROJECT)

    @cached_property
    def outputs_of_project(self) -> Many:
        return self._many(statements.OUTPUTS_OF_PROJECT)

    @cached_property
    def organizers_of_event(self) -> Many:
        return self._many(statements.ORGANIZERS_OF_EVENT)

    def institutions_of_project(self, role: ProjectRole | None) -> Many:
        if role is None:
            return self._many_by_argument("institutions", statements.INSTITUTIONS_OF_PROJECT)
        return self._many_by_argument("institutions", statements.INSTITUTIONS_OF_PROJECT_BY_ROLE, role=role)

    def participants_of_cohort(self, first: int) -> Many:
        return self._many_by_argument("participants", statements.PARTICIPANTS_OF_COHORT, first=first)

    def mentorships_of_participant(self, first: int) -> Many:
        return self._many_by_argument("mentorships", statements.MENTORSHIPS_OF_PARTICIPANT, first=first)

    def _one(self, statement: Executable) -> One:
        async def load(keys: list[UUID]) -> list[Row | None]:
            rows = {row["key"]: row for row in await self._database.rows(statement, keys=keys)}
            return [rows.get(key) for key in keys]

        return DataLoader(load_fn=load)

    def _many(self, statement: Executable, **parameters: Any) -> Many:
        async def load(keys: list[UUID]) -> list[list[Row]]:
            rows: dict[UUID, list[Row]] = defaultdict(list)
            for row in await self._database.rows(statement, keys=keys, **parameters):
                rows[row.pop("owner")].append(row)
            return [rows[key] for key in keys]

        return DataLoader(load_fn=load)

    def _many_by_argument(self, name: str, statement: Executable, **parameters: Any) -> Many:
        """The loader of a relation with an argument: one for each value."""
        key = name, tuple(parameters.values())
        if key not in self._by_argument:
            self._by_argument[key] = self._many(statement, **parameters)
        return self._by_argument[key]
