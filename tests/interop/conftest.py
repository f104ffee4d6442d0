from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from models.database.client import engine_for
from tests.interop.restarting_server import RestartingServer


@pytest.fixture
async def restarting(database_url: str) -> AsyncIterator[RestartingServer]:
    with tempfile.TemporaryDirectory(prefix="puente-interop-") as folder:
        engine = engine_for(database_url)
        async with engine.begin() as connection:  # a copy of a database: its feed starts a new epoch
            await connection.execute(text("select puente_number_changes(10000)"))
        yield RestartingServer(database_url, engine, Path(folder) / "state")
        await engine.dispose()
