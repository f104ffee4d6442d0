"""A state folder as a first start leaves it: whoever tests what comes later need not wait for one."""

from __future__ import annotations

import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from api.server.database_setup import DatabaseTarget, prepare
from models.database.embedded import EmbeddedPostgres
from tests.conftest import VERSION


def make_ready(state: Path) -> None:
    """Put the embedded database there, migrated and seeded, as it is when its server has ended.

    Where a server would keep its data elsewhere, nothing is put there, and it starts from nothing.
    """
    made = ready_state()
    if not (made / "elsewhere").exists():
        state.mkdir(mode=0o755, parents=True, exist_ok=True)
        name = f"postgres-{VERSION}"
        subprocess.run(["cp", "-a", str(made / name), str(state / name)], check=True)  # with its owner


@cache
def ready_state() -> Path:
    """The one that is copied: made once by each process that runs tests, and gone with its run."""
    folder = Path(tempfile.mkdtemp(prefix="puente-ready-"))
    folder.chmod(0o755)  # as root, the server runs as another user
    state = folder / "state"
    postgres = EmbeddedPostgres(state, version=VERSION, durable=False)
    with postgres as url, ThreadPoolExecutor(1) as thread:  # apart from a loop that may run here
        thread.submit(prepare, DatabaseTarget(url, None, postgres), report=lambda _: None).result()
    return state
