"""What an input may have at most: each a setting, and up to it nothing is refused for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class InputLimit:
    """A setting, the mutation it is tried with, a request of a given size, and what refuses a larger one."""

    setting: str
    mutation: str
    sized: Callable[[int], dict[str, Any]]
    code: str
    path: list[str]


LIMITS = (
    InputLimit("max_key_length", "updateProject", lambda n: {"key": "k" * n}, "TOO_LONG", ["idempotencyKey"]),
    InputLimit(
        "max_reason_length",
        "cancelProject",
        lambda n: {"input": {"reason": "r" * n}},
        "TOO_LONG",
        ["input", "reason"],
    ),
    InputLimit(
        "max_text_length",
        "updateProject",
        lambda n: {"input": {"summaries": {"en": "t" * n}}},
        "TOO_LONG",
        ["input", "summaries", "en"],
    ),
    InputLimit(
        "max_links",
        "updateProject",
        lambda n: {"input": {"institutions": [LINK] * n}},
        "TOO_MANY",
        ["input", "institutions"],
    ),
)


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.setting)
async def test_a_limit(database_url: str, engine: AsyncEngine, limit: InputLimit) -> None:
    ((id, version),) = await rows(engine, "select id, version from project where status = 'ACTIVE' limit 1")
    most = SETTINGS[limit.setting]
    found = []
    async with reached(database_url, **SETTINGS) as client:
        for n in (most, most + 1):
            wanted = limit.sized(n)
            input = {"id": f"project_{id}", "expectedVersion": version, **wanted.get("input", {})}
            variables = {"input": input, "key": wanted.get("key"), "dry": True}
            answer = await ask(client, document(ACTIONS[limit.mutation]), variables, signed_in("admin"))
            found.append(answer.json()["data"][limit.mutation]["userErrors"])
    at_most, beyond = ([one for one in errors if one["code"] == limit.code] for errors in found)
    assert at_most == []
    assert [one["path"] for one in beyond] == [limit.path]
    assert f"{most}" in beyond[0]["message"]
