"""Migrations that are plain SQL files of many statements."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection

HERE = Path(__file__).parent / "sql"


def run_file(connection: Connection, name: str) -> None:
    """Run a file's statements in the connection's transaction."""
    run_script(connection, (HERE / name).read_text(encoding="utf-8"))


def run_script(connection: Connection, script: str) -> None:
    """Run many statements at once, by PostgreSQL's simple protocol."""
    adapted: Any = connection.connection.dbapi_connection
    adapted.run_async(lambda asyncpg_connection: asyncpg_connection.execute(script))
