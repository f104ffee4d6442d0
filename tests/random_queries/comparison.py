"""One query, answered twice, and where the two answers differ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from graphql import parse

from models.database.client import Database
from planner.engine import Engine
from planner.errors import RequestError
from tests.personas import viewer_of
from tests.random_queries.viewers import PUBLIC
from tests.reference.disclosure import Disclosed, Disclosures
from tests.reference.executor import Answer, answer
from tests.reference.tables import ReferenceWorld
from tests.reference.viewers import Viewer

INVALID = "GRAPHQL_VALIDATION_FAILED"
parse_once = lru_cache(256)(parse)
"""A walk asks the same long documents for many rows, as many viewers."""


@dataclass(frozen=True)
class RandomQuery:
    """A document, its variables and who asks."""

    document: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    viewer: Viewer = PUBLIC
    refused: bool = False
    """Whether it holds a value that must be refused, if what it stands in is looked at."""
    arguments: frozenset[str] = frozenset()
    """The arguments given in it, as `Type.field(argument)`."""

    def __str__(self) -> str:
        roles = " ".join(["PUBLIC", *sorted({held.role for held in self.viewer.held})])
        variables = json.dumps(self.variables, ensure_ascii=False)
        requester = f"{self.viewer.name} ({roles}), language: {self.viewer.language}"
        return f"{self.document}\nvariables: {variables}\nasked by: {requester}"


class Different(AssertionError):
    """The planner and the reference executor do not agree, or the planner tells what nobody may know."""


@dataclass(frozen=True, repr=False)
class Comparison:
    """Answers questions both ways."""

    engine: Engine
    database: Database
    world: ReferenceWorld
    disclosures: Disclosures

    async def planned(self, question: RandomQuery) -> Answer:
        """The planner's answer; raises `Different` where it tells what the viewer may not read."""
        got = await self._planned(question)
        try:
            searched = any(word in str(question) for word in ("search", "RELEVANCE"))
            self.disclosures.check(question.viewer, got.data, searched=searched)
            self.disclosures.check(question.viewer, got.message, given=str(question))
        except Disclosed as leak:
            raise Different(f"{leak}\n{question}") from leak
        return got

    async def _planned(self, question: RandomQuery) -> Answer:
        try:
            keys, found = await self._read(question)
        except RequestError as error:
            return Answer(code=error.code, message=str(error))
        return Answer({key: load(found[key]) if key in found else "Query" for key in keys})

    async def text(self, question: RandomQuery) -> tuple[str | None, ...]:
        """The planner's answer as PostgreSQL writes it: a text for each key."""
        _, found = await self._read(question)
        return tuple(found.values())

    async def _read(self, question: RandomQuery) -> tuple[tuple[str, ...], dict[str, str | None]]:
        viewer = viewer_of(question.viewer.name)
        operation = self.engine.operation(question.document, None)
        variables = operation.coerce(question.variables)
        plan, split = self.engine.plan(operation, variables, viewer, question.viewer.language)
        if plan is None:
            return split.keys, {}
        row = await self.database.fetch(plan.sql, plan.parameters(variables, viewer))
        return split.keys, dict(zip(plan.keys, row, strict=True))

    def expected(self, question: RandomQuery) -> Answer:
        """The reference executor's answer."""
        return answer(self.world, parse_once(question.document), question.variables, question.viewer)

    async def compare(self, question: RandomQuery) -> Answer:
        """What both answer; raises `Different` where they do not agree."""
        got = await self.planned(question)
        if got.code == INVALID:
            return got
        expected = self.expected(question)
        if question.refused and got.code == "BAD_USER_INPUT":
            return got  # the planner looks at every value, the executor only at those it meets
        if (difference := differ(expected, got)) is not None:
            raise Different(f"{difference}\n{question}")
        return replace(got, met=expected.met)


def load(text: str | None) -> Any:
    return None if text is None else json.loads(text, object_pairs_hook=_without_twins)


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Different(f"a key twice in an object: {[key for key, _ in pairs]}")
    return found


def differ(expected: Answer, got: Answer) -> str | None:
    if expected.code != got.code:
        return f"expected {_error_codes(expected)}, got {_error_codes(got)}"
    return difference(expected.data, got.data, "data")


def _error_codes(answer: Answer) -> str:
    return f"{answer.code} ({answer.message})" if answer.code else "data"


def difference(expected: Any, got: Any, path: str) -> str | None:
    """The first place where two JSON values differ, in keys, their order, or values."""
    if isinstance(expected, dict) and isinstance(got, dict):
        if list(expected) != list(got):
            return f"{path}: expected the keys {list(expected)}, got {list(got)}"
        pairs = [(f"{path}.{key}", expected[key], got[key]) for key in expected]
    elif isinstance(expected, list) and isinstance(got, list):
        if len(expected) != len(got):
            return f"{path}: expected {len(expected)}, got {len(got)} elements: {expected} {got}"
        pairs = [(f"{path}[{i}]", *pair) for i, pair in enumerate(zip(expected, got, strict=True))]
    else:
        return None if _same(expected, got) else f"{path}: expected {expected!r}, got {got!r}"
    return next((found for where, one, other in pairs if (found := difference(one, other, where))), None)


def _same(expected: Any, got: Any) -> bool:
    if isinstance(expected, float) and isinstance(got, int | float) and not isinstance(got, bool):
        return abs(expected - got) <= 1e-9
    return type(expected) is type(got) and bool(expected == got)
