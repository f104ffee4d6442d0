"""Runs random queries by the number, and tells how many had something to compare."""

from __future__ import annotations

import asyncio
import gc
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import schema
from models.database.client import Database
from planner.engine import Engine
from tests.engines import with_limits
from tests.random_queries.aims import ANYTHING, Aim
from tests.random_queries.comparison import INVALID, Comparison, Different, RandomQuery
from tests.random_queries.generator import random_question
from tests.random_queries.pools import WORDS, Pools, make_pools
from tests.random_queries.random_source import Drawn, smallest
from tests.reference.disclosure import Disclosures
from tests.reference.executor import reference_schema
from tests.reference.rows import load_rows
from tests.reference.search import load_matches
from tests.reference.tables import ReferenceWorld

ANY = 10**9
BOUNDS = replace(
    with_limits(
        max_tokens=ANY,
        max_nesting=80,
        max_depth=40,
        max_fields=ANY,
        max_root_fields=ANY,
        max_aliases=ANY,
        max_directives=ANY,
        max_overlaps=ANY,
        max_subqueries=ANY,
        max_conditions=ANY,
        max_condition_depth=80,
        max_cost=ANY,
    ),
    document_entries=100,
    document_bytes=ANY,
    plan_bytes=ANY,
    plan_entries=500,
)
"""So wide that no question is refused for its size; those who walk with the same roles share plans."""
SELDOM = 200_000
"""After how many new objects Python looks for such as nobody holds any more."""


@dataclass
class Stats:
    """How many queries were compared: with rows in the answer, refused alike, or not valid after all."""

    compared: int = 0
    with_data: int = 0
    refused: int = 0
    invalid: int = 0
    met: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By who asked and what was met: how many of their answers."""
    arguments: set[str] = field(default_factory=set)

    def summary(self, name: str) -> str:
        """What somebody's answers met."""
        found = {
            kind: count for (viewer_name, kind), count in sorted(self.met.items()) if viewer_name == name
        }
        return ", ".join(f"{count} with {kind}" for kind, count in found.items()) or "nothing hidden"

    def __add__(self, other: Stats) -> Stats:
        return Stats(
            self.compared + other.compared,
            self.with_data + other.with_data,
            self.refused + other.refused,
            self.invalid + other.invalid,
            self.met + other.met,
            self.arguments | other.arguments,
        )

    def __str__(self) -> str:
        return (
            f"{self.compared} random queries compared: {self.with_data} with rows,"
            f" {self.refused} refused alike ({self.invalid} more were not valid)"
        )


@dataclass(frozen=True, repr=False)
class Harness:
    """Where questions are put: a comparison, values to ask with, and the loop that the database lives on."""

    comparison: Comparison
    pools: Pools
    loop: asyncio.Runner

    def check(self, question: RandomQuery, tally: Stats) -> None:
        """Compare, and count; raises `Different`."""
        answer = self.loop.run(self.comparison.compare(question))
        if answer.code == INVALID:
            tally.invalid += 1
            return
        tally.compared += 1
        tally.with_data += _has_rows(answer.data)
        tally.refused += answer.code is not None
        tally.met.update((question.viewer.name, kind) for kind in answer.met)
        tally.arguments |= question.arguments


@contextmanager
def harness(url: str) -> Iterator[Harness]:
    """A comparison over the rows of a database, which must not change meanwhile."""
    with asyncio.Runner() as loop:
        world = ReferenceWorld(
            reference_schema(schema.sdl()), loop.run(load_rows(url)), loop.run(load_matches(url, WORDS))
        )
        engine = Engine(schema.graphql_schema, schema.catalog, schema.POLICY, BOUNDS)
        database = loop.run(Database.open(url))
        pools = make_pools(world)
        usual = gc.get_threshold()
        gc.freeze()
        gc.set_threshold(SELDOM)  # the rows stay, and plans are large: looking through them took 4 of 10 s
        try:
            yield Harness(Comparison(engine, database, world, Disclosures(world)), pools, loop)
        finally:
            gc.set_threshold(*usual)
            loop.run(database.close())


def run(
    where: Harness,
    count: int,
    *,
    start: int = 0,
    shrink: bool = True,
    on_progress: Callable[[Stats], Any] | None = None,
) -> Stats:
    """Compare this many random queries; raises a difference, minimized if `shrink`."""
    tally, number = Stats(), 0
    while tally.compared < count:
        number += 1
        ask(where, f"{start} {number}", tally, shrink=shrink)
        if on_progress:
            on_progress(tally)
    return tally


def pursue(where: Harness, aims: Iterable[Aim], start: str) -> Stats:
    """Put a random question for each aim."""
    tally = Stats()
    for number, aim in enumerate(aims):
        ask(where, f"{start} {number}", tally, aim)
    return tally


def ask(where: Harness, words: str, tally: Stats, aim: Aim = ANYTHING, *, shrink: bool = True) -> None:
    """Put the random question that the words stand for."""
    drawn = Drawn(more=seeded(words))
    question = random_question(drawn, where.comparison.world, where.pools, aim)
    try:
        where.check(question, tally)
    except Different:
        if shrink:
            where.check(shrunk(where, drawn.made, aim), tally)
        raise


def seeded(words: str) -> random.Random:
    return random.Random(words)


def shrunk(where: Harness, choices: Sequence[int], aim: Aim = ANYTHING) -> RandomQuery:
    """The smallest question found that is answered differently too."""

    def made(choices: Sequence[int]) -> RandomQuery:
        return random_question(Drawn(choices), where.comparison.world, where.pools, aim)

    return made(smallest(choices, lambda choices: differs(where, made(choices))))


def differs(where: Harness, question: RandomQuery) -> bool:
    try:
        where.check(question, Stats())
    except Different:
        return True
    return False


def _has_rows(value: Any) -> bool:
    """Whether the answer holds anything of a row: a value that is neither empty nor a type's name."""
    if isinstance(value, dict):
        return any(map(_has_rows, value.values()))
    if isinstance(value, list):
        return any(map(_has_rows, value))
    return value not in (None, "", "Query", 0, False)
