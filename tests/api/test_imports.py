"""What a process loads before it answers, and how: a start takes as long as that does."""

from __future__ import annotations

import gc
import subprocess
import sys

from starlette.applications import Starlette

from api.server.server import COLLECTION_THRESHOLDS, settled
from tests.api.command_processes import ROOT

PARENT = "import api.cli, api.server.server, api.connections.http_protocol, api.websocket.transport"
"""What a process needs that starts workers, and doesn't answer itself."""


def test_who_only_starts_workers_loads_no_schema() -> None:
    loaded = "import sys; print(*{'schema', 'strawberry', 'starlette.applications'} & sys.modules.keys())"
    done = subprocess.run(
        [sys.executable, "-c", f"{PARENT}; {loaded}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_garbage_is_collected_once_the_application_is_there() -> None:
    collected: list[bool] = []

    def factory() -> Starlette:
        collected.append(gc.isenabled())
        return Starlette()

    usual = gc.get_threshold()
    gc.freeze()  # what tests have left isn't looked through here
    try:
        settled(factory)
        assert collected == [False]
        assert gc.isenabled()
        assert gc.get_threshold() == COLLECTION_THRESHOLDS
    finally:
        gc.set_threshold(*usual)
