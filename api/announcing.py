"""What a person at the terminal is told once the server answers."""

from __future__ import annotations

import http.client
import shlex
import threading

from rich.console import Console
from rich.text import Text

from api import development
from api.settings import Settings

FIRST_QUERY = (
    '{"query": "{ projects(first: 3) { nodes { title institutions { role institution { name } } } } }"}'
)


def announce(settings: Settings, stop: threading.Event, *, embedded: bool) -> None:
    """Wait for the first answer, then say where and how to ask."""
    while not _answers(settings):
        if stop.wait(0.05):
            return
    console = Console(highlight=False)
    for line in announced(settings, embedded=embedded):
        console.print(line, soft_wrap=True)


def _answers(settings: Settings) -> bool:
    connection = http.client.HTTPConnection(reachable_host(settings.host), settings.port, timeout=1)
    try:
        connection.request("GET", "/live")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def reachable_host(host: str) -> str:
    """Where this machine reaches a server that listens on every address."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def announced(settings: Settings, *, embedded: bool) -> list[Text]:
    """Where the server is, and how to ask it."""
    host = reachable_host(settings.host)
    address = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    asking = f"curl -s {address}/graphql -H 'Content-Type: application/json' -d {shlex.quote(FIRST_QUERY)}"
    lines = [
        Text(f"\nPuente answers at {address}/graphql  (schema: {address}/schema.graphql)", style="bold"),
        *([Text(f"The explorer: {address}/explorer", style="bold")] if settings.explorer else []),
        Text("A first query to paste:"),
        Text(f"  {asking}", style="cyan"),
    ]
    if settings.in_development:
        token = development.sign("admin", development.key(settings.state))
        lines += [
            Text("As the alliance's staff (this database only), add to it:"),
            Text(f"  -H 'Authorization: Bearer {token}'", style="cyan"),
            *_for_the_explorer(settings, token),
        ]
    database = " and its database" if embedded else ""
    return [*lines, Text(f"Ctrl-C stops the server{database}.\n", style="dim")]


def _for_the_explorer(settings: Settings, token: str) -> list[Text]:
    """The same in the form that the explorer's editor of headers takes."""
    if not settings.explorer:
        return []
    return [
        Text("or in the explorer, below Headers:"),
        Text(f'  {{"Authorization": "Bearer {token}"}}', style="cyan"),
    ]
