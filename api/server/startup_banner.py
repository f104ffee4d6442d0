"""What the terminal shows once the server answers."""

from __future__ import annotations

import http.client
import shlex
import threading

from rich.console import Console
from rich.text import Text

from api.auth import development_tokens
from api.explorer.personas import is_loopback
from api.settings.settings import Settings
from models.loading.demo.grants import PERSONAS

FIRST_QUERY = (
    '{"query": "{ projects(first: 3) { nodes { title institutions { role institution { name } } } } }"}'
)

MENU = 'Its menu "View as" asks as any of the demo\'s personas, without a token to paste.'
NOT_DEVELOPMENT = (
    "The server listens beyond this machine, so there are no tokens for the demo's personas; "
    "PUENTE_DEVELOPMENT=true makes them."
)
FOR_ALL = "Whoever reaches this server can be any of them: it listens beyond this machine."


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
        *(_explorer(settings, address) if settings.explorer else []),
        Text("A first query to paste:"),
        Text(f"  {asking}", style="cyan"),
    ]
    if settings.in_development:
        lines += _personas(settings)
    elif settings.development is None and embedded:
        lines.append(Text(NOT_DEVELOPMENT, style="yellow"))
    database = " and its database" if embedded else ""
    return [*lines, Text(f"Ctrl-C stops the server{database}.\n", style="dim")]


def _explorer(settings: Settings, address: str) -> list[Text]:
    """Where it is, and that there nobody needs to paste a token."""
    menu = [Text(MENU)] if settings.in_development else []
    warned = [Text(FOR_ALL, style="yellow")] if menu and not is_loopback(settings.host) else []
    return [Text(f"The explorer: {address}/explorer", style="bold"), *menu, *warned]


def _personas(settings: Settings) -> list[Text]:
    """A token for each, on a line of its own."""
    key = development_tokens.key(settings.state)
    width = max(map(len, PERSONAS))
    return [
        Text("To ask as one of the demo's personas (this database only), add one of these tokens to it:"),
        Text("  -H 'Authorization: Bearer TOKEN'", style="cyan"),
        *(
            Text(f"  {name:<{width}}  {development_tokens.sign(name, key)}", style="cyan")
            for name in PERSONAS
        ),
    ]
