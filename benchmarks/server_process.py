"""Peers as separate processes, on one core each time."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.peers.peer import ROOT, Peer, PeerRequest

PATIENCE = 60.0


@dataclass(frozen=True)
class PeerServer:
    """A peer that listens."""

    peer: Peer
    port: int
    process: subprocess.Popen[bytes]

    def ask(self, request: PeerRequest) -> bytes:
        """One answer; raises if it is not 200."""
        address = f"http://127.0.0.1:{self.port}{request.path}"
        http_request = urllib.request.Request(address, request.body, dict(request.headers))
        with urllib.request.urlopen(http_request, timeout=PATIENCE) as response:  # noqa: S310
            body: bytes = response.read()
            return body


def memory_of(pid: int) -> int:
    """Bytes of a process that no other shares (Linux: Private of smaps_rollup)."""
    with open(f"/proc/{pid}/smaps_rollup") as rollup:
        return sum(int(line.split()[1]) * 1024 for line in rollup if line.startswith("Private"))


@contextmanager
def serving(peer: Peer, url: str, core: int | None = None) -> Iterator[PeerServer]:
    """The peer's server once it listens, pinned to a core if one is named, until the block ends."""
    port = free_port()
    process = subprocess.Popen(
        [*peer.command(url, port)], cwd=ROOT, env={**os.environ, **peer.environment(url, port)}
    )
    if core is not None:
        os.sched_setaffinity(process.pid, {core})
    try:
        _wait(process, port)
        yield PeerServer(peer, port, process)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


@contextmanager
def paused(servers: Iterable[PeerServer]) -> Iterator[None]:
    """They stand still until the block ends."""
    stopped = list(servers)
    for one in stopped:
        one.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for one in stopped:
            one.process.send_signal(signal.SIGCONT)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"a server ended with {process.returncode} before it listened")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError("a server does not listen")
