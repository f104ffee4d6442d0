"""Parses a database's address into parameters, as libpq does (PostgreSQL's manual, 32.1.1).

`tests/models/test_addresses.py` compares the two. Messages repeat only names of parameters, since a password
that isn't encoded may end up in any part of an address.
"""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

Parameters = Mapping[str, str]
"""Values by libpq's names: `host`, `port`, `user`, `password`, `dbname`, …"""

SCHEME = re.compile(r"postgres(ql)?://", re.IGNORECASE)
CREDENTIALS = re.compile(r"([^@/:]*):?([^@/]*)@")
HOST = re.compile(r"(?:\[([^\]/?@]+)\]|([^:/?,@\[\]]*))(?::(\d{0,5}))?")
NOT_ENCODED = re.compile(r"%(?![0-9A-Fa-f]{2})|%00|\s")
ENCODE = "encode / @ : ? % and spaces in names and passwords as %2F %40 %3A %3F %25 %20"
SYNONYMS = {("ssl", "true"): ("sslmode", "require"), ("requiressl", "1"): ("sslmode", "require")}


class UnreadableAddress(ValueError):
    """The address is invalid, or needs something unsupported; the message contains no secret."""


def read_address(url: str) -> Parameters:
    """The parameters of an address, including those of its service; raises UnreadableAddress."""
    scheme, url = SCHEME.match(url), url.rstrip()
    if scheme is None:
        raise UnreadableAddress("not an address like postgresql://user@host/database")
    given = _given(url[scheme.end() :])
    service = given.pop("service", "")
    of_service = _read_service(service) if service else {}
    return {**of_service, **{name: value for name, value in given.items() if value}}


def _given(rest: str) -> dict[str, str]:
    """The address's own parameters; a query parameter overrides the same part of the address before it."""
    given: dict[str, str] = {}
    if credentials := CREDENTIALS.match(rest):
        given["user"], given["password"] = (_decoded(part) for part in credentials.groups())
        rest = rest[credentials.end() :]
    hosts, rest = _hosts(rest)
    given["host"] = ",".join(_decoded(host) for host, _ in hosts)
    given["port"] = ",".join(port for _, port in hosts) if any(port for _, port in hosts) else ""
    path, _, query = rest.partition("?")
    if "@" in path:
        raise UnreadableAddress(f"its hosts can't be read: {ENCODE}")
    given["dbname"] = _decoded(path[1:])
    given.update(_queried(query))
    return given


def _hosts(rest: str) -> tuple[list[tuple[str, str]], str]:
    """Hosts with their ports, and the rest of the address."""
    hosts, at = [], 0
    while (found := HOST.match(rest, at)) is not None:
        hosts.append((found[1] or found[2] or "", found[3] or ""))
        at = found.end()
        if rest[at : at + 1] != ",":
            break
        at += 1
    if rest[at : at + 1] not in ("", "/", "?"):
        raise UnreadableAddress(f"its hosts can't be read: {ENCODE}")
    return hosts, rest[at:]


def _queried(query: str) -> Iterator[tuple[str, str]]:
    for pair in query.removesuffix("&").split("&") if query else ():
        name, equals, value = pair.partition("=")
        if not name or not equals or "=" in value:
            raise UnreadableAddress("its parameters must be name=value, separated by &; encode = as %3D")
        parameter = (_decoded(name), _decoded(value))
        yield SYNONYMS.get(parameter, parameter)


def _decoded(text: str) -> str:
    """The text percent-decoded; `+` isn't a space, as in libpq. Raises UnreadableAddress."""
    try:
        if not NOT_ENCODED.search(text):
            return unquote(text, errors="strict")
    except UnicodeDecodeError:
        pass
    raise UnreadableAddress(f"a part of it isn't encoded: {ENCODE}")


def _read_service(name: str) -> Parameters:
    """The service's section in the user's connection service file, or else in the system's."""
    own = Path(os.environ.get("PGSERVICEFILE") or Path.home() / ".pg_service.conf")
    system = os.environ.get("PGSYSCONFDIR")
    for path in (own, Path(system) / "pg_service.conf") if system else (own,):
        parser = configparser.ConfigParser(
            delimiters="=", comment_prefixes="#", default_section="", interpolation=None, strict=False
        )
        try:
            parser.read(path, "utf-8")
        except (configparser.Error, UnicodeDecodeError):
            raise UnreadableAddress(f"the service file {path} can't be read") from None
        if parser.has_section(name):
            return {key: value for key, value in parser[name].items() if value}
    raise UnreadableAddress("its service isn't in a service file (PGSERVICEFILE, ~/.pg_service.conf)")
