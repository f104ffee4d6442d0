"""What an input may have at most: each a setting, and up to it nothing is refused for it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.api.http_clients import ask, reached, signed_in
from tests.models.statements import rows
from tests.mutations.harness import ACTIONS, document

SETTINGS: dict[str, Any] = {
    "max_key_length": 40,
    "max_reason_length": 100,
    "max_text_length": 1_000,
    "max_links": 10,
}
LINK = {"institution": "institution_x", "role": "PARTNER"}


def with_key(n: int) -> dict[str, Any]:
    return {"key": "k" * n}


def with_reason(n: int) -> dict[str, Any]:
    return {"input": {"reason": "r" * n}}


def with_text(n: int) -> dict[str, Any]:
    return {"input": {"summaries": {"en": "t" * n}}}


def with_links(n: int) -> dict[str, Any]:
    return {"input": {"institutions": [LINK] * n}}


@pytest.mark.parametrize(
    ("mutation", "setting", "code", "path", "of"),
    [
        ("updateProject", "max_key_length", "TOO_LONG", ["idempotencyKey"], with_key),
        ("cancelProject", "max_reason_length", "TOO_LONG", ["input", "reason"], with_reason),
        ("updateProject", "max_text_length", "TOO_LONG", ["input", "summaries", "en"], with_text),
        ("updateProject", "max_links", "TOO_MANY", ["input", "institutions"], with_links),
    ],
)
async def test_a_limit(
    database_url: str, engine: AsyncEngine, mutation: str, setting: str, code: str, path: list[str], of: Any
) -> None:
    ((id, version),) = await rows(engine, "select id, version from project where status = 'ACTIVE' limit 1")
    limit = SETTINGS[setting]
    found = []
    async with reached(database_url, **SETTINGS) as client:
        for n in (limit, limit + 1):
            wanted = of(n)
            input = {"id": f"project_{id}", "expectedVersion": version, **wanted.get("input", {})}
            variables = {"input": input, "key": wanted.get("key"), "dry": True}
            answer = await ask(client, document(ACTIONS[mutation]), variables, signed_in("admin"))
            found.append(answer.json()["data"][mutation]["userErrors"])
    at_most, beyond = ([one for one in errors if one["code"] == code] for errors in found)
    assert at_most == []
    assert [one["path"] for one in beyond] == [path]
    assert f"{limit}" in beyond[0]["message"]
