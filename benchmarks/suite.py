"""What is measured: what portals ask, as documents of Puente's, and as hand-written SQL for the ceiling."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import orjson

from planner.statement.ordering import Term, fingerprint
from schema import catalog

FOLDER = Path(__file__).parent / "operations"
PUBLIC, STAFF, COORDINATOR = "public", "staff", "coordinator"
NESTED = frozenset({"project_list", "calendar", "roster"})
"""The operations with lists in lists, where it hurts most to ask for each."""
FIRST_KEY = re.compile(r"(?<=[\s{])(id|key)(?=\s)")


@dataclass(frozen=True)
class BenchmarkOperation:
    """One operation: its `variables` for documents, its `parameters` for SQL, and who asks.

    Its files bear its name, if not another one; `version` makes a document that differs in an alias only.
    """

    name: str
    title: str
    variables: dict[str, Any]
    parameters: Sequence[Any]
    persona: str = PUBLIC
    file: str | None = None
    version: int | None = None

    @property
    def document(self) -> str:
        document = (FOLDER / f"{self.file or self.name}.graphql").read_text()
        if self.version is None:
            return document
        return FIRST_KEY.sub(rf"a{self.version}: \g<0>", document, count=1)

    @property
    def sql(self) -> str:
        return (FOLDER / f"{self.name}.sql").read_text()

    def requested_by(self, persona: str) -> BenchmarkOperation:
        return replace(self, persona=persona)

    def varied(self, version: int) -> BenchmarkOperation:
        """The same with another alias: a document, a plan and a statement that nobody has seen."""
        return replace(self, version=version)


@dataclass(frozen=True)
class Facts:
    """What the operations name in a grown database: it differs from one to the other."""

    project_id: str
    words: str
    """A place: a page full of studies and meetings is there, in a database of any size."""
    middle: str
    """The title that is in the middle of all, as it is ordered by."""
    from_: datetime = field(default=datetime(2023, 1, 1, tzinfo=UTC))


FACTS = """
    select 'project_' || (select id from project where slug = 'grown-777') as project_id,
        (select lower(split_part(title_en, ' in ', 2)) from project where slug = 'grown-777') as words,
        (select title_fold_en from project order by title_fold_en, id
            offset (select count(*) / 2 from project) limit 1) as middle
"""


def facts_of(url: str) -> Facts:
    async def ask() -> Facts:
        connection = await asyncpg.connect(url)
        try:
            return Facts(**await connection.fetchrow(FACTS))
        finally:
            await connection.close()

    return asyncio.run(ask())


def suite(facts: Facts) -> tuple[BenchmarkOperation, ...]:
    """The operations, with the values that a grown database has."""
    key = facts.project_id.removeprefix("project_")
    since = facts.from_.isoformat().replace("+00:00", "Z")
    return (
        BenchmarkOperation("project_page", "a project's page", {"slug": "grown-777"}, ("grown-777",)),
        BenchmarkOperation("project_list", "20 projects, three nested lists", {"first": 20}, (20,)),
        BenchmarkOperation("calendar", "a calendar of 50 events", {"from": since}, (facts.from_,)),
        BenchmarkOperation("map", "a map of all institutions", {}, ()),
        BenchmarkOperation(
            "mentor_directory",
            "mentors, filtered and searched",
            {"text": "energía", "fields": ["ENERGY", "CLIMATE"]},
            ("energía", ["ENERGY", "CLIMATE"]),
            STAFF,
        ),
        BenchmarkOperation(
            "roster",
            "a roster of 100, three levels deep",
            {"slug": "grown-cohort-77"},
            ("grown-cohort-77",),
            STAFF,
        ),
        BenchmarkOperation("search", "search over everything", {"text": facts.words}, (facts.words,)),
        BenchmarkOperation("impact", "impact, reported and computed", {}, ()),
        BenchmarkOperation("node", "one object by its id", {"id": facts.project_id}, (key,)),
        BenchmarkOperation(
            "deep_page",
            "20 projects from the middle",
            {"after": cursor(facts.middle)},
            (facts.middle, order_by_title()),
        ),
    )


def project_actions(reader: str) -> BenchmarkOperation:
    """What somebody may do to 20 projects."""
    return BenchmarkOperation(
        "project_actions",
        "20 projects, and what one may do to each",
        {"first": 20, "actions": True},
        (),
        reader,
        file="access/project_actions",
    )


def first_page() -> BenchmarkOperation:
    """What `deep_page` asks, from the beginning: it should cost the same."""
    return BenchmarkOperation("first_page", "the first 20 projects", {"after": None}, (), file="deep_page")


def order_by_title() -> str:
    """What Puente's cursors of projects by title begin with."""
    project = catalog.types["Project"]
    return fingerprint(project, (Term(project.members["title"], descending=False),), "EN")


def cursor(title: str) -> str:
    """Puente's cursor before every project that has this title."""
    values = orjson.dumps([order_by_title(), title, "00000000-0000-0000-0000-000000000000"])
    return base64.urlsafe_b64encode(values).decode().rstrip("=")
