"""SQL that is run again whenever its text has changed: functions and triggers, which hold no data.

The digests of what was run are noted in the database, the last one last, as the comment of a function that
the files make. So an older server knows that the functions are a newer one's.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, text

from models.database.ready_check import FUNCTIONS, NOTED_FUNCTION
from models.migrations.files import run_script

HERE = Path(__file__).parent / "sql" / "repeatable"
GENERATED = HERE / "feed.sql"
GENERATED_WORKFLOWS = HERE / "workflows.sql"
GENERATED_AUDIT = HERE / "writes_audited.sql"
KEPT = 20


def read_scripts() -> list[str]:
    """The files' texts, in the order that they are run in."""
    return [path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.sql"))]


def is_current(connection: Connection) -> bool:
    """Whether the database ran these very texts last."""
    return _noted(connection)[-1:] == [_digest(read_scripts())]


def has_run(functions: str | None, digest: str | None) -> bool:
    """Whether texts of this digest are among those that the database ran, by what is noted of them."""
    return digest in (functions or "").split()


@cache
def own_digest() -> str:
    """The digest of this version's texts."""
    return _digest(read_scripts())


def run_repeatable(connection: Connection) -> None:
    """Run the files, unless the database ran these very texts last."""
    if is_current(connection):
        return
    noted, scripts = _noted(connection), read_scripts()
    for script in scripts:
        run_script(connection, script)
    digest = _digest(scripts)
    noted = [*(one for one in noted if one != digest), digest][-KEPT:]
    run_script(connection, f"comment on function {NOTED_FUNCTION} is '{' '.join(noted)}'")


def _noted(connection: Connection) -> list[str]:
    return (connection.scalar(text(FUNCTIONS)) or "").split()


def _digest(scripts: list[str]) -> str:
    return sha256("\0".join(scripts).encode()).hexdigest()
