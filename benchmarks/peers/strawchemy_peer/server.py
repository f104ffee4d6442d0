"""The server of Strawchemy's schema."""

from __future__ import annotations

import sys
from functools import partial

from benchmarks.peers.peer_process import serve
from benchmarks.peers.sessions import engine_on, sessions_on
from benchmarks.peers.strawchemy_peer.schema import schema
from benchmarks.peers.strawchemy_peer.sessions import SessionContext

if __name__ == "__main__":
    url, port = sys.argv[1], int(sys.argv[2])
    serve(schema, partial(SessionContext, sessions_on(engine_on(url))), port)
