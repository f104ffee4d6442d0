"""What servers have in common: loaded once by the process that they are forked from."""

from __future__ import annotations

import gc

gc.disable()  # what loads makes hardly any garbage, and stays

import uvicorn  # noqa: E402, F401

import api.app  # noqa: E402
import api.cli  # noqa: E402
import api.connections.http_protocol  # noqa: E402
import api.server.server  # noqa: E402
import api.websocket.transport  # noqa: E402, F401

gc.freeze()
gc.enable()
