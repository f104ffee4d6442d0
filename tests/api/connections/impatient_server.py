"""A real server with short time limits, and few files that it may have open."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.api.command_processes import started_by
from tests.api.server_processes import Running, served

SECONDS = 3
FILES = 350
HEADS_BYTES = 16_777_216

LIMITED = f'ulimit -Sn 256 && ulimit -Hn {FILES} && exec "{sys.executable}" "$@"'


@contextmanager
def impatient(url: str, state: Path) -> Iterator[Running]:
    variables = {
        "PUENTE_DATABASE_URL": url,
        "PUENTE_HEAD_TIMEOUT": str(SECONDS),
        "PUENTE_KEEP_ALIVE": str(SECONDS),
        "PUENTE_REQUEST_TIMEOUT": str(SECONDS),
        "PUENTE_RESPONSE_STALL_TIMEOUT": str(SECONDS),
        "PUENTE_MAX_HEADS_BYTES": str(HEADS_BYTES),
        "PUENTE_METRICS": "127.0.0.1",
    }
    with served(state, start=started_by("sh", "-c", LIMITED, "sh"), variables=variables) as running:
        yield running
