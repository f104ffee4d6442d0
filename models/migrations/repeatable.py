"""SQL that is run again whenever its text has changed: functions and triggers, which hold no data.

What was run last is remembered in the database, as the comment of a function that the files make.
"""

from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, text

from models.migrations.files import run_script

HERE = Path(__file__).parent / "sql" / "repeatable"
GENERATED = HERE / "feed.sql"
GENERATED_WORKFLOWS = HERE / "workflows.sql"
GENERATED_AUDIT = HERE / "writes_audited.sql"
MARKED = "puente_image(text, uuid)"
REMEMBERED = text("select obj_description(to_regprocedure(:function), 'pg_proc')")


def read_scripts() -> list[str]:
    """The files' texts, in the order that they are run in."""
    return [path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.sql"))]


def is_current(connection: Connection) -> bool:
    """Whether the database ran these very texts."""
    found = connection.scalar(REMEMBERED, {"function": MARKED})
    return bool(found == _digest(read_scripts()))


def run_repeatable(connection: Connection) -> None:
    """Run the files, unless the database ran these very texts last."""
    if is_current(connection):
        return
    scripts = read_scripts()
    for script in scripts:
        run_script(connection, script)
    run_script(connection, f"comment on function {MARKED} is '{_digest(scripts)}'")


def _digest(scripts: list[str]) -> str:
    return sha256("\0".join(scripts).encode()).hexdigest()
