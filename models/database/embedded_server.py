"""Creates the embedded cluster and starts its server, also after a crash."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TypedDict

from models.database import postmaster
from models.database.embedded_layout import SOCKET, EmbeddedPostgresError, Layout
from models.database.postmaster import Postmaster

DATABASE = "puente"
SUPERUSER = "postgres"
# Independent of the machine's locales. Version 16 has no builtin provider, so its lower() only handles
# ASCII: that is why Puente folds texts after normalize(…, NFD).
LOCALES = {
    16: ["--locale=C"],
    18: ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
}
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "cluster_name": "puente",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "random_page_cost": "1.1",  # pages are in memory or on an SSD, where random access is cheap
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # Details of errors contain whole rows, and statements contain values: personal data.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
NON_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
START_TIMEOUT = 60.0
MAX_LOG_BYTES = 5_000_000


def make_cluster(layout: Layout, version: int, *, durable: bool) -> None:
    """Create the cluster with initdb in a temporary folder, then rename it to its final path."""
    for leftover in layout.data.parent.glob(f"{layout.data.name}-making-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    making = Path(tempfile.mkdtemp(prefix=f"{layout.data.name}-making-", dir=layout.data.parent))
    try:
        if layout.account is not None:
            os.chown(making, layout.account.uid, layout.account.gid)
        _run(layout, "initdb", *_initdb_options(making, version), *([] if durable else ["--no-sync"]))
        statements = f"create role {DATABASE} login;\ncreate database {DATABASE} owner {DATABASE};\n"
        _run(layout, "postgres", "--single", "-D", str(making), "postgres", given=statements)
        making.rename(layout.data)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise


def _initdb_options(data: Path, version: int) -> list[str]:
    return [
        *("-D", str(data), "--username", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--no-instructions"),
        *("--text-search-config=simple", *LOCALES[version]),
    ]


def running_server(layout: Layout) -> Postmaster | None:
    """The server on this data, once it accepts connections; None if there is none, or once it has stopped."""
    deadline = time.monotonic() + START_TIMEOUT
    while (server := postmaster.read(layout.data)) is not None:
        if server.ready and (server.socket_directory / SOCKET).exists():
            return server
        if server.ready:  # its socket was deleted, for example by a cleaner of temporary files
            postmaster.stop(server, layout.data)
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(f"PostgreSQL (pid {server.pid}) isn't ready in time: {server.status}")
        time.sleep(0.02)
    return None


def start_server(layout: Layout, *, durable: bool) -> Postmaster:
    """Start the server; retries while sessions of a killed server still hold its shared memory."""
    deadline = time.monotonic() + START_TIMEOUT
    while True:
        outcome = _attempt(layout, durable, deadline)
        if isinstance(outcome, Postmaster):
            return outcome
        passing = "lock file" in outcome or "pre-existing shared memory" in outcome
        if not passing or time.monotonic() > deadline:
            raise EmbeddedPostgresError(
                f"PostgreSQL did not start: {_error_line(outcome)} (log: {layout.log})"
            )
        _clear_stale_locks(layout)
        time.sleep(0.1)


def _attempt(layout: Layout, durable: bool, deadline: float) -> Postmaster | str:
    """The server once it is ready, or what it logged before it exited."""
    settings = SETTINGS | {"unix_socket_directories": str(layout.sockets)} | ({} if durable else NON_DURABLE)
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    if layout.log.exists() and layout.log.stat().st_size > MAX_LOG_BYTES:
        layout.log.unlink()
    postmaster.reap()
    with open(layout.log, "ab", opener=private) as log:
        before = log.tell()
        process = subprocess.Popen(
            [layout.programs / "postgres", "-D", layout.data, *options],
            **_process_options(layout),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C must not reach the server: we stop it in order
        )
    postmaster.CHILDREN[process.pid] = process
    try:
        while process.poll() is None and time.monotonic() < deadline:
            server = postmaster.read(layout.data)
            if server is not None and server.pid == process.pid and server.ready:
                return server
            time.sleep(0.005)
    except BaseException:
        process.send_signal(signal.SIGINT)
        raise
    if process.poll() is None:
        process.kill()
        process.wait()
    postmaster.CHILDREN.pop(process.pid, None)
    with layout.log.open("rb") as log:
        log.seek(before)
        return log.read().decode(errors="replace") or f"exit code {process.returncode}"


def private(path: str, flags: int) -> int:
    """Open a file with permissions for its owner only, also if it had others before."""
    opened = os.open(path, flags, 0o600)
    os.fchmod(opened, 0o600)
    return opened


def _clear_stale_locks(layout: Layout) -> None:
    """Clear lock files whose process exists but isn't our server: a zombie, or a reused pid.

    In postmaster.pid, the pid is replaced by that of an ended process; the rest of the file lets PostgreSQL
    check whether its shared memory is still in use. The socket's lock file is just deleted.
    """
    if postmaster.read(layout.data) is not None:
        return
    (layout.sockets / f"{SOCKET}.lock").unlink(missing_ok=True)
    path = layout.data / "postmaster.pid"
    if path.exists():
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join([f"{ended.pid}\n", *lines[1:]]))


def _run(layout: Layout, program: str, *arguments: str, given: str = "") -> None:
    done = subprocess.run(
        [layout.programs / program, *arguments],
        **_process_options(layout),
        input=given,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0 or "ERROR:" in done.stderr:
        raise EmbeddedPostgresError(f"{program} failed: {_error_line(done.stderr)}")


class ProcessOptions(TypedDict):
    env: dict[str, str]
    cwd: str
    umask: int
    user: int | None
    group: int | None
    extra_groups: list[int] | None


def _process_options(layout: Layout) -> ProcessOptions:
    """Options that keep the caller's PG… variables, language and working folder from the server."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    account = layout.account
    return {
        "env": {**kept, "LC_ALL": "C"},
        "cwd": "/",
        "umask": 0o077,
        "user": account.uid if account else None,
        "group": account.gid if account else None,
        "extra_groups": [] if account else None,
    }


def _error_line(output: str) -> str:
    """The last line with an error, or else the last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    error_lines = [
        line for line in lines if any(word in line for word in ("FATAL", "PANIC", "ERROR", "error:"))
    ]
    return (error_lines or lines or ["no message"])[-1]
