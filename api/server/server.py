"""Runs the server: opens its socket, prepares the database, starts workers, and stops in reverse order."""

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
from api.runtime.secret_filter import SecretFilter
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
"""Seconds in which a worker must report; with the default of 5, a busy machine never starts one."""


WORKERS_FOLDER = "puente-workers-"
"""The prefix of the temporary folder that the workers of a server share."""


COLLECTION_THRESHOLDS = 50_000, 20, 100
"""New objects before a garbage collection, and collections before an older generation is included.

Requests leave hardly any cycles: with Python's 700, a collection runs within every few of them.
"""


class PortUnavailable(Exception):
    """The server can't listen on the address; the message names it."""


def serve(settings: Settings, *, demo: bool = False, migrate: bool = False) -> int:
    """Serve until a signal; returns the exit code. The port is opened before anything else starts."""
    with listen(settings) as listener, _signals_as_interrupts():
        try:
            with database_target(settings) as where:
                if settings.workers == 1:  # otherwise only the workers import the application
                    threading.Thread(target=_import_ahead, daemon=True).start()
                prepare(where, demo=demo, migrate=migrate, report=_report)
                try:
                    return _run(settings.with_database(where.url), where, listener)
                finally:
                    _ignore_signals()  # stops the database cleanly, however often Ctrl-C is pressed
        except KeyboardInterrupt:
            return 130


def listen(settings: Settings) -> socket.socket:
    """The server's socket, on which early clients wait until the server runs. Raises PortUnavailable."""
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
    """The application; a worker process ends when its parent does.

    `workers` is the folder that the workers share.
    """
    from api.app import create_app

    if multiprocessing.parent_process() is not None:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    return create_app(settings, workers=workers)


def settled(factory: Callable[[], Starlette]) -> Starlette:
    """The application, frozen so that the garbage collector skips what lives as long as the process."""
    with _uncollected():
        made = factory()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTION_THRESHOLDS)
    return made


@contextmanager
def _uncollected() -> Iterator[None]:
    """Disable garbage collection while modules load: they make hardly any garbage."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def protocols(settings: Settings) -> dict[str, Any]:
    """uvicorn's options for the HTTP and WebSocket protocols."""
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
        "ws_per_message_deflate": False,  # takes about 100 KB per socket
    }


def uvicorn_config(settings: Settings, factory: Callable[[], Starlette]) -> Config:
    """uvicorn's configuration."""
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
        with suppress(KeyboardInterrupt):  # uvicorn has stopped cleanly, and raises the signal again
            server.run([listener])
        return 0 if server.started else 1


@contextmanager
def _in_thread(work: Callable[[threading.Event], None]) -> Iterator[None]:
    """Run `work(stop)` in a thread during the block."""
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _keep_running(target: DatabaseTarget, stop: threading.Event) -> None:
    """Restart the embedded database if it dies while the server runs."""
    while target.postgres is not None and not stop.wait(0.5):
        try:
            if target.postgres.ensure_running():
                logger.warning("the embedded database had died and was restarted")
        except (EmbeddedPostgresError, OSError) as error:  # it is checked again
            logger.error("%s", error)


def _import_ahead() -> None:
    """Import the application while the database is being prepared; a failure recurs later and is reported."""
    try:
        with _uncollected():
            import uvicorn  # noqa: F401

            import api.app  # noqa: F401
    except Exception:
        logger.debug("the early import of the application failed", exc_info=True)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def _signals_as_interrupts() -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into KeyboardInterrupt, so that everything started is stopped."""

    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    default_signals = [
        one for one in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(one) == signal.SIG_DFL
    ]
    for one in (signal.SIGINT, *default_signals):
        signal.signal(one, interrupt)
    yield


def _ignore_signals() -> None:
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)


def log_config(level: str) -> dict[str, Any]:
    """A configuration for `logging.config.dictConfig`: one line per message on standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "filters": {"secrets": {"()": SecretFilter}, "limit": {"()": LogLimit}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["secrets", "limit"],
            }
        },
        "root": {"level": level.upper(), "handlers": ["stderr"]},
    }


def _report(step: str) -> None:
    print(f"{step} …", file=sys.stderr, flush=True)  # noqa: T201
