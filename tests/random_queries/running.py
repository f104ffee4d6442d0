"""Runs random queries by the number, and tells how many had something to compare."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from graphql import parse, validate
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import schema
from models.database import Database
from planner.engine import Bounds, Engine
from planner.rows import Limits
from tests.random_queries.comparing import Judge, Question
from tests.random_queries.generating import random_question
from tests.random_queries.pools import WORDS, Pools, make_pools
from tests.reference.executor import reference_schema
from tests.reference.rows import load_rows
from tests.reference.search import load_matches
from tests.reference.world import World


@dataclass
class Tally:
    """How many queries were compared: with rows in the answer, refused alike, or not valid after all."""

    compared: int = 0
    with_data: int = 0
    refused: int = 0
    invalid: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.compared + other.compared,
            self.with_data + other.with_data,
            self.refused + other.refused,
            self.invalid + other.invalid,
        )

    def __str__(self) -> str:
        return (
            f"{self.compared} random queries compared: {self.with_data} with rows,"
            f" {self.refused} refused alike ({self.invalid} more were not valid)"
        )


@dataclass(frozen=True)
class Court:
    """Where questions are put: a judge, the values to ask with, and the loop that the database lives on."""

    judge: Judge
    pools: Pools
    loop: asyncio.Runner

    def put(self, question: Question, tally: Tally) -> None:
        """Compare, and count; raises `Different`."""
        if validate(self.judge.engine.schema, parse(question.document)):
            tally.invalid += 1
            return
        answer = self.loop.run(self.judge.compare(question))
        tally.compared += 1
        tally.with_data += _has_rows(answer.data)
        tally.refused += answer.code is not None


ANY = 10**9
UNBOUNDED = Bounds(
    limits=Limits(
        max_tokens=ANY,
        max_nesting=80,
        max_fields=ANY,
        max_root_fields=ANY,
        max_aliases=ANY,
        max_directives=ANY,
        max_overlaps=ANY,
        max_subqueries=ANY,
        max_conditions=ANY,
        max_condition_depth=80,
        max_cost=ANY,
    )
)
"""The reference executor has no bounds but those of the schema."""


@contextmanager
def court(url: str) -> Iterator[Court]:
    """A court over the rows of a database, which must not change meanwhile."""
    with asyncio.Runner() as loop:
        world = World(
            reference_schema(schema.sdl()), loop.run(load_rows(url)), loop.run(load_matches(url, WORDS))
        )
        database = loop.run(Database.open(url))
        engine = Engine(schema.graphql_schema, schema.catalog, schema.POLICY, UNBOUNDED)
        yield Court(Judge(engine, database, world), make_pools(world), loop)
        loop.run(database.close())


def run(
    where: Court,
    count: int,
    *,
    start: int = 0,
    shrink: bool = True,
    told: Callable[[Tally], Any] | None = None,
) -> Tally:
    """Put so many random questions; a difference is raised, made small first if `shrink`."""
    tally = Tally()

    @seed(start)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def put(data: st.DataObject) -> None:
        question = random_question(_drawing(data), where.judge.world, where.pools)
        where.put(question, tally)
        if told:
            told(tally)

    put()
    return tally


def _drawing(data: st.DataObject) -> Callable[[int], int]:
    return lambda size: data.draw(_up_to(size))


@cache
def _up_to(size: int) -> st.SearchStrategy[int]:
    return st.integers(0, size - 1)


def _has_rows(value: Any) -> bool:
    """Whether the answer holds anything of a row: a value that is neither empty nor a type's name."""
    if isinstance(value, dict):
        return any(map(_has_rows, value.values()))
    if isinstance(value, list):
        return any(map(_has_rows, value))
    return value not in (None, "", "Query", 0, False)
