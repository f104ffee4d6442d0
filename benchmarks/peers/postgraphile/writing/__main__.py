"""Prepare the database and become the server: python -m benchmarks.peers.postgraphile.writing URL PORT."""

from __future__ import annotations

import asyncio
import os
import sys

from benchmarks.peers.postgraphile import ENVIRONMENT, FOLDER, OPTIONS, node
from benchmarks.peers.postgraphile.writing import prepare


def serve(url: str, port: str) -> None:
    asyncio.run(prepare(url))
    server = [str(node()), *OPTIONS, str(FOLDER / "writing" / "server.mjs"), url, port]
    os.execve(server[0], server, {**os.environ, **ENVIRONMENT})  # noqa: S606


serve(*sys.argv[1:])
