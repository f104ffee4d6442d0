"""A state folder as a first start leaves it, so that tests of later starts need not wait for one."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from api.server.database_setup import DatabaseTarget, prepare
from models.database.embedded import EmbeddedPostgres
from tests.conftest import VERSION
from tests.made_once import copy_data, is_shared, made_once


def make_ready(state: Path) -> None:
    """Put the embedded database there, migrated and seeded, as it is when its server has ended.

    Where a server would keep its data elsewhere, nothing is put there, and it starts from nothing.
    """
    copy_data(ready_state(), state, VERSION)


@cache
def ready_state() -> Path:
    """The one that is copied: made once by each run, and gone with it."""
    if is_shared():
        return made_once("ready", copy_ready_state) / "state"
    folder = Path(tempfile.mkdtemp(prefix="puente-ready-"))
    folder.chmod(0o755)  # as root, the server runs as another user
    copy_ready_state(folder)
    return folder / "state"


def copy_ready_state(folder: Path) -> None:
    postgres = EmbeddedPostgres(folder / "state", version=VERSION, durable=False)
    with postgres as url, ThreadPoolExecutor(1) as thread:  # apart from a loop that may run here
        thread.submit(prepare, DatabaseTarget(url, None, postgres), report=lambda _: None).result()
