"""PgBouncer before the tests' PostgreSQL, in either of its modes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

PATIENCE = 90.0
CONFIGURATION = """
[databases]
* = host={folder} port=5432 user=puente
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
auth_type = any
pool_mode = {mode}
default_pool_size = 50
unix_socket_dir =
"""


def pgbouncer() -> str:
    """Where PgBouncer is; without it the test is skipped, and fails where it must be there."""
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is not None:
        return found
    missing = "needs PgBouncer (on Debian: apt install pgbouncer)"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


@contextmanager
def pooled(url: str, mode: str) -> Iterator[str]:
    """The address of a database through a pooler, which ends with the block."""
    parts = urlsplit(url)
    folder = Path(parse_qs(parts.query)["host"][0])
    owner = folder.stat()  # as root the database runs as another user, and lets only that one in
    user, group = (owner.st_uid, owner.st_gid) if os.geteuid() == 0 else (None, None)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as temporary:
        Path(temporary).chmod(0o755)
        file = Path(temporary) / "pgbouncer.ini"
        file.write_text(CONFIGURATION.format(folder=folder, port=port, mode=mode))
        command = [pgbouncer(), "-q", str(file)]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, user=user, group=group)
        try:
            _wait_until_it_listens(port, process)
            yield f"postgresql://{parts.username}@127.0.0.1:{port}{parts.path}"
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _wait_until_it_listens(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None, "PgBouncer did not start"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < deadline
        time.sleep(0.02)
