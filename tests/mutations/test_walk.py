"""Every mutation as everybody, on rows that they may write, only see, do not see, and that there are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

import schema
from models.base import uuid7
from planner.declaration.write_action import WriteAction
from tests.mutations.harness import OF_ROWS, MutationHarness, given, mutating
from tests.personas import CAST, CLIENTS
from tests.random_queries.viewers import viewers_of
from tests.reference.actions import may_act, refusals
from tests.reference.executor import reference_schema
from tests.reference.field_sources import TABLE
from tests.reference.policy import Sight
from tests.reference.rows import Row, Rows, load_rows
from tests.summary import tell
from tests.tiers import TIER

pytestmark = pytest.mark.sized


WALKED = [one for one in OF_ROWS.values() if one.mutation != "redeliver"]
"""Redelivering needs a cursor or a delivery, too (`tests/webhooks`)."""


MAY_NOTHING = ("public", "system-without-scopes", "two-systems")


@pytest.fixture(scope="module")
async def harness(hard_url: str) -> AsyncIterator[MutationHarness]:
    async with mutating(hard_url) as made:
        yield made


@pytest.fixture(scope="module")
async def rows(hard_url: str) -> Rows:
    return await load_rows(hard_url)


def sample(sight: Sight, action: WriteAction) -> list[Row]:
    """Some rows of each status, and some that the viewer may write."""
    by_status: dict[Any, list[Row]] = {}
    for row in sight.rows.all(TABLE[action.type_name]):
        status = row.get("status", row.get("state")), row.get("archived_at") is None
        key = status, may_act(sight, action.mutation, action.type_name, row)
        by_status.setdefault(key, []).append(row)
    return [row for found in by_status.values() for row in found[: TIER.mutated_rows]]


@pytest.mark.parametrize("name", [*CAST, *CLIENTS])
async def test_a_mutation_finds_what_the_reference_finds(
    harness: MutationHarness, rows: Rows, name: str
) -> None:
    """And `availableActions` says the same beforehand; nothing is written."""
    met: Counter[str] = Counter()
    core = reference_schema(schema.sdl())
    for language, viewer in zip(("EN", "ES"), viewers_of(name), strict=True):
        sight = Sight(core, rows, viewer)
        for action in WALKED:
            for row in sample(sight, action)[:: 1 if language == "EN" else 5]:
                met[await compare(harness, sight, action, row, language)] += 1
            missing = {"id": uuid7(), "version": 1}
            payload = await send(harness, name, action, missing, language)
            assert [one["code"] for one in payload["userErrors"]] == ["NOT_FOUND"]
    assert met["NOT_FOUND"] or name == "admin" or met["FORBIDDEN"]
    assert bool(met["allowed"]) is (name not in MAY_NOTHING)
    tell(f"mutations as {name}: {', '.join(f'{count} {kind}' for kind, count in sorted(met.items()))}")


async def send(
    harness: MutationHarness, name: str, action: WriteAction, row: Any, language: str
) -> dict[str, Any]:
    id = f"{schema.catalog.types[action.type_name].prefix}_{row['id']}"
    return await harness.send(name, action, given(action, id, row["version"]), dry=True, language=language)


async def compare(
    harness: MutationHarness,
    sight: Sight,
    action: WriteAction,
    row: Row,
    language: str,
) -> str:
    """Compares a dry run with the reference; returns the first code, or `allowed`."""
    type_ = action.type_name
    payload = await send(harness, sight.viewer.name, action, row, language)
    found = [(one["code"], one["message"], one["path"][-1]) for one in payload["userErrors"]]
    answered = payload[type_[0].lower() + type_[1:]]
    if not sight.sees(type_, row):
        assert [code for code, *_ in found] == ["NOT_FOUND"]
        assert answered is None
        return "NOT_FOUND"
    assert found == list(refusals(sight, action.mutation, type_, row, language))
    assert answered["version"] == row["version"]
    listed = {one["name"]: one for one in answered["availableActions"]}
    if action.mutation in listed:
        reasons = [
            (one["code"], one["message"], one["path"][-1]) for one in listed[action.mutation]["reasons"]
        ]
        assert reasons == found
        assert listed[action.mutation]["allowed"] is (not found)
    else:
        assert not may_act(sight, action.mutation, type_, row)
    return str(found[0][0]) if found else "allowed"
