"""The banner on the terminal once the server responds."""

from __future__ import annotations

import http.client
import shlex
import threading

from rich.console import Console
from rich.text import Text

from api.auth import development_tokens
from api.http.page_origin import is_loopback
from api.settings.settings import Settings
from models.loading.demo.grants import PERSONAS

FIRST_QUERY = (
    '{"query": "{ projects(first: 3) { nodes { title institutions { role institution { name } } } } }"}'
)

MENU = 'Its menu "View as" runs queries as any demo persona, without pasting a token.'
NOT_DEVELOPMENT = (
    "Other machines can reach this server, so it issues no tokens for the demo personas. "
    "PUENTE_DEVELOPMENT=true turns them on."
)
FOR_ALL = "Warning: other machines can reach this server, so anyone there can use these personas."


def announce(settings: Settings, stop: threading.Event, *, embedded: bool) -> None:
    """Wait until the server responds, then print its address and a first query."""
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
    """An address at which this machine reaches the server, also if it listens on all addresses."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def announced(settings: Settings, *, embedded: bool) -> list[Text]:
    """The lines of the banner."""
    host = reachable_host(settings.host)
    address = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    command = f"curl -s {address}/graphql -H 'Content-Type: application/json' -d {shlex.quote(FIRST_QUERY)}"
    lines = [
        Text(f"\nPuente serves {address}/graphql  (schema: {address}/schema.graphql)", style="bold"),
        *(_explorer(settings, address) if settings.explorer else []),
        *(_portals(address) if settings.portals else []),
        Text("Try a first query:"),
        Text(f"  {command}", style="cyan"),
    ]
    if settings.in_development:
        lines += _personas(settings)
    elif settings.development is None and embedded:
        lines.append(Text(NOT_DEVELOPMENT, style="yellow"))
    database = " and its database" if embedded else ""
    return [*lines, Text(f"Ctrl-C stops the server{database}.\n", style="dim")]


def _explorer(settings: Settings, address: str) -> list[Text]:
    """The explorer's address and menu, with a warning if other machines can reach it."""
    menu = [Text(MENU)] if settings.in_development else []
    warnings = [Text(FOR_ALL, style="yellow")] if menu and not is_loopback(settings.host) else []
    return [Text(f"The explorer: {address}/explorer", style="bold"), *menu, *warnings]


def _portals(address: str) -> list[Text]:
    return [Text(f"The portals: {address}/portals/uc and {address}/portals/mx", style="bold")]


def _personas(settings: Settings) -> list[Text]:
    """A line for each persona, with its token."""
    key = development_tokens.key(settings.state)
    width = max(map(len, PERSONAS))
    return [
        Text("To run it as a demo persona (on this database only), add one of these tokens:"),
        Text("  -H 'Authorization: Bearer TOKEN'", style="cyan"),
        *(
            Text(f"  {name:<{width}}  {development_tokens.sign(name, key)}", style="cyan")
            for name in PERSONAS
        ),
    ]
