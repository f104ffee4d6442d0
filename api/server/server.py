"""The life of a server: its socket, its database, its workers, and their end, in that order."""

from __future__ import annotations

import errno
import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from api.connections.open_files import backlog, raise_limit
from api.runtime.log_limit import LogLimit
from api.server.database_setup import DatabaseTarget, database_target, prepare
from api.server.startup_banner import announce
from api.server.temporary_folder import temporary_folder
from api.settings.settings import Settings
from models.database.embedded import EmbeddedPostgresError

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from uvicorn import Config

logger = logging.getLogger("puente")


WORKER_PATIENCE = 30
"""Seconds in which a worker must report; with the usual 5, a busy machine starts none, ever again."""


WORKERS_FOLDER = "puente-workers-"
"""How the temporary folder is called in which the workers of a server find each other."""


class PortUnavailable(Exception):
    """The address can't be listened on; the message names it."""


def serve(settings: Settings, *, demo: bool = False, migrate: bool = False) -> int:
    """Serve until a signal says stop; the exit code. The port is taken before anything is started."""
    with listen(settings) as listener, _signals_as_interrupts():
        try:
            with database_target(settings) as where:
                if settings.workers == 1:  # of several, each imports the application, and this process never
                    threading.Thread(target=_import_ahead, daemon=True).start()
                prepare(where, demo=demo, migrate=migrate, report=_say)
                try:
                    return _run(settings.on(where.url), where, listener)
                finally:
                    _ignore_signals()  # the database is stopped in order, however often Ctrl-C is pressed
        except KeyboardInterrupt:
            return 130


def listen(settings: Settings) -> socket.socket:
    """The server's socket; who connects already is answered once the server runs. Raises PortUnavailable."""
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        reason = "the port is in use" if error.errno == errno.EADDRINUSE else error.strerror
        raise PortUnavailable(f"cannot listen on {settings.host}:{settings.port}: {reason}") from error
    return listener


def application(settings: Settings, workers: Path | None = None) -> Starlette:
    """The application, in whichever process it runs; a worker ends when the process that started it does.

    `workers` is the folder in which several processes find each other.
    """
    from api.app import create_app

    if multiprocessing.parent_process() is not None:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    return create_app(settings, workers=workers)


def settled(factory: Callable[[], Starlette]) -> Starlette:
    """The application; what lives as long as the process is looked at by the garbage collector no more."""
    with _uncollected():
        made = factory()
    gc.collect()
    gc.freeze()
    return made


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave garbage while modules are loaded: they make hardly any, and looking for it takes long."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def protocols(settings: Settings) -> dict[str, Any]:
    """What speaks HTTP and WebSocket, for uvicorn's configuration."""
    from api.connections.http_protocol import HttpProtocol
    from api.websocket.transport import WebSocketTransport

    return {
        "http": HttpProtocol,
        "timeout_keep_alive": settings.keep_alive,
        "backlog": backlog(),
        "ws": WebSocketTransport,
        "ws_max_size": settings.socket_message_bytes,
        "ws_ping_interval": settings.socket_ping_interval,
        "ws_ping_timeout": settings.socket_ping_timeout,
        "ws_per_message_deflate": False,  # it would keep some 100 KB for each socket
    }


def uvicorn_config(settings: Settings, factory: Callable[[], Starlette]) -> Config:
    """How the server runs, however it is started."""
    from uvicorn import Config

    return Config(
        partial(settled, factory),
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        loop="uvloop",
        **protocols(settings),
        lifespan="on",
        log_config=log_config(settings.log_level),
        access_log=settings.log_level in ("info", "debug"),
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=settings.shutdown_timeout,
        timeout_worker_healthcheck=WORKER_PATIENCE,
    )


def _run(settings: Settings, target: DatabaseTarget, listener: socket.socket) -> int:
    from uvicorn import Server
    from uvicorn.supervisors import Multiprocess

    raise_limit()
    with (
        temporary_folder(WORKERS_FOLDER) as workers,
        _in_thread(partial(_keep_running, target)),
        _in_thread(partial(announce, settings, embedded=target.embedded)),
    ):
        if settings.workers > 1:
            config = uvicorn_config(settings, partial(application, settings, workers))
            supervisor = Multiprocess(config, [listener])
            supervisor.run()
            return int(any(process.exitcode == 3 for process in supervisor.processes))
        server = Server(uvicorn_config(settings, partial(application, settings)))
        with suppress(KeyboardInterrupt):  # uvicorn has stopped in order, and passes the signal on
            server.run([listener])
        return 0 if server.started else 1


@contextmanager
def _in_thread(work: Callable[[threading.Event], None]) -> Iterator[None]:
    """Run `work(stop)` in a thread for as long as the block lasts."""
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _keep_running(target: DatabaseTarget, stop: threading.Event) -> None:
    """Start the embedded database again if it dies under a running server."""
    while target.postgres is not None and not stop.wait(0.5):
        try:
            if target.postgres.ensure_running():
                logger.warning("the database had died and was started again")
        except (EmbeddedPostgresError, OSError) as error:  # it is looked at again, whatever could not be read
            logger.error("%s", error)


def _import_ahead() -> None:
    """Import the application while the database is being prepared; a failure recurs later and is reported."""
    try:
        with _uncollected():
            import uvicorn  # noqa: F401

            import api.app  # noqa: F401
    except Exception:
        logger.debug("loading ahead failed", exc_info=True)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def _signals_as_interrupts() -> Iterator[None]:
    """Ctrl-C, a terminal that closes and `kill` all unwind what was started."""

    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    ours = [one for one in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(one) == signal.SIG_DFL]
    for one in (signal.SIGINT, *ours):
        signal.signal(one, interrupt)
    yield


def _ignore_signals() -> None:
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)


def log_config(level: str) -> dict[str, Any]:
    """What a process logs, a line each to standard error; for `logging.config.dictConfig`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "filters": {"limit": {"()": LogLimit}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["limit"]}},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
    }


def _say(what: str) -> None:
    print(f"{what} …", file=sys.stderr, flush=True)  # noqa: T201
