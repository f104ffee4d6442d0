"""Prepare the database and become the server: python -m benchmarks.peers.postgraphile URL PORT."""

from __future__ import annotations

import asyncio
import os
import sys

from benchmarks.peers.postgraphile import ENVIRONMENT, FOLDER, install, node, prepare

if sys.argv[1:] == ["install"]:
    install()
else:
    url, port = sys.argv[1:]
    asyncio.run(prepare(url))
    program = str(node())
    served = [program, str(FOLDER / "server.mjs"), url, port]
    os.execve(program, served, {**os.environ, **ENVIRONMENT})  # noqa: S606
