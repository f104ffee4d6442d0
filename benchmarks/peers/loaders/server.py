"""The server of the schema by hand."""

from __future__ import annotations

import sys

from benchmarks.peers.loaders.loaders import LoaderDatabase, Loaders
from benchmarks.peers.loaders.nodes import LoaderContext
from benchmarks.peers.loaders.query import schema
from benchmarks.peers.peer_process import serve
from benchmarks.peers.sessions import engine_on, sessions_on

if __name__ == "__main__":
    url, port = sys.argv[1], int(sys.argv[2])
    database = LoaderDatabase(sessions_on(engine_on(url)))
    serve(schema, lambda: LoaderContext(database, Loaders(database)), port)
