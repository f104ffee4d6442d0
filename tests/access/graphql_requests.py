"""Questions over HTTP as one of the personas, and changes by plain SQL between them."""

from __future__ import annotations

from typing import Any

import httpx
from sqlalchemy import text

from models.database.client import engine_for
from tests.api.http_clients import ask, bearer
from tests.conftest import correcting


async def data(client: httpx.AsyncClient, persona: str, query: str, **variables: Any) -> Any:
    """What a persona is answered; an error fails the test."""
    response = await ask(client, query, variables, bearer(persona))
    assert response.status_code == 200, response.text
    answer = response.json()
    assert "errors" not in answer, response.text
    return answer["data"]


async def run(url: str, statement: str, **values: Any) -> list[Any]:
    """Run a statement; the first column of what it returns."""
    engine = engine_for(correcting(url))
    async with engine.begin() as connection:
        found = await connection.execute(text(statement), values)
        rows = [row[0] for row in found] if found.returns_rows else []
    await engine.dispose()
    return rows
