"""Keep a copy of what Puente shows you, in SQLite, equal to it from now on.

    pip install httpx
    TOKEN=… python follow.py https://puente.example.org copy.db

The copy and its place in the feed are written in one transaction. So this program may be killed at any time:
the next run goes on where the copy is. Run one at a time for each copy.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx

# What is followed: for each type where its pages are, and what is kept of each entity.
# Keep an entity's own fields and the ids of others: an entity's change tells of those, not of others' names.
# `node` of a change can be any of these types, so fields that differ in type go by names of their own.
KEPT = {
    "INSTITUTION": ("institutions", "on Institution { slug names { language text } side city website }"),
    "PROJECT": (
        "projects",
        """on Project { slug titles { language text } projectStatus: status startsOn endsOn
            institutions { role institution { id } } outputs { doi } totalAwarded { amount currency } }""",
    ),
    "EVENT": (
        "events",
        """on Event { slug titles { language text } eventStatus: status startsAt endsAt timeZone mode
            organizers { institution { id } } }""",
    ),
    "MENTOR": ("mentors", "on Mentor { name email worksAt: institution { id } expertise placesLeft }"),
    "PARTICIPANT": ("participants", "on Participant { name email studiesAt: institution { id } level }"),
}
PAGE = """
    query Page($after: String) {
        page: %s(first: 100, after: $after) { nodes { id ... %s } pageInfo { hasNextPage endCursor } }
    }
"""
CHANGE = f"""{{
    cursor kind entityId type node {{ id {" ".join(f"... {fields}" for _, fields in KEPT.values())} }}
}}"""
MISSED = f"""
    query Missed($after: String!, $types: [EntityType!]) {{
        changes(after: $after, types: $types, first: 100) {{
            nodes {CHANGE} pageInfo {{ hasNextPage endCursor }}
        }}
    }}
"""
LIVE = f"""
    subscription Live($after: String!, $types: [EntityType!]) {{
        changes(after: $after, types: $types) {CHANGE}
    }}
"""
SILENCE = 45.0  # seconds without a sign of life that end a stream; the server gives one every 15
FRESH = 3600.0  # seconds that a stream is kept: asking moves the cursor past what you don't see
LONGEST_WAIT = 60.0  # seconds between two attempts

Entity = dict[str, Any]
Change = dict[str, Any]


class CursorExpired(Exception):
    """The feed does not reach back to the copy, or you may see something else now: take a new snapshot."""


class Unavailable(Exception):
    """Not now: try again later."""

    def __init__(self, message: str, after: float = 0.0) -> None:
        super().__init__(message)
        self.after = after


class Refused(Exception):
    """Asking again would not help: somebody has to mend the token, or this program."""


class Puente:
    """The API, as far as a copy needs it."""

    def __init__(self, url: str, token: str | None) -> None:
        headers = {"Accept": "application/graphql-response+json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._client = httpx.Client(base_url=url, headers=headers, timeout=30.0)

    def cursor(self) -> str:
        return str(self._ask("{ changeCursor }")["changeCursor"])

    def entities(self) -> Iterator[tuple[str, Entity]]:
        """Everything that is to be kept, page by page, each with its type."""
        for kind, (pages, fields) in KEPT.items():
            query, after, more = PAGE % (pages, fields), None, True
            while more:
                page = self._ask(query, after=after)["page"]
                yield from ((kind, node) for node in page["nodes"])
                after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    def changes(self, after: str) -> Iterator[tuple[list[Change], str]]:
        """Changes with the cursor after them: at once what was missed, then live for as long as it goes."""
        more = True
        while more:
            page = self._ask(MISSED, after=after, types=[*KEPT])["changes"]
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
            yield page["nodes"], after
        for change in self._live(after):
            yield [change], change["cursor"]

    def _live(self, after: str) -> Iterator[Change]:
        """Server-sent events. Ends when the stream does, or at once where there is none on the way here."""
        body = {"query": LIVE, "variables": {"after": after, "types": [*KEPT]}}
        accept, patience = {"Accept": "text/event-stream"}, httpx.Timeout(30.0, read=SILENCE)
        request = self._client.stream("POST", "/graphql/stream", json=body, headers=accept, timeout=patience)
        leaving = time.monotonic() + FRESH
        try:
            with request as stream:
                if not stream.headers.get("content-type", "").startswith("text/event-stream"):
                    return
                report("following live")
                for line in lines(stream):
                    if line.startswith(b"data: {"):
                        yield data_of(json.loads(line.removeprefix(b"data: ")))["changes"]
                    elif time.monotonic() > leaving:
                        return
        except httpx.TransportError as error:
            report(f"the stream broke: {error or type(error).__name__}")

    def _ask(self, query: str, **variables: Any) -> dict[str, Any]:
        try:
            answer = self._client.post("/graphql", json={"query": query, "variables": variables})
            return data_of(answer.json(), float(answer.headers.get("retry-after", 0)))
        except (httpx.TransportError, ValueError) as error:  # ValueError: not JSON, so not from Puente
            raise Unavailable(str(error)) from error


def lines(stream: httpx.Response) -> Iterator[bytes]:
    """Ended by line feeds only; `iter_lines` parts a text at U+2028 too, which JSON may have."""
    rest = b""
    for some in stream.iter_bytes():
        *whole, rest = (rest + some).split(b"\n")
        yield from whole


def data_of(result: dict[str, Any], retry_after: float = 0.0) -> dict[str, Any]:
    """The data of a result; an error is raised as what is to be done about it."""
    if "errors" not in result:
        return dict(result["data"])
    error = result["errors"][0]
    code, message = error["extensions"]["code"], error["message"]
    if code == "CURSOR_EXPIRED":
        raise CursorExpired(message)
    if code in ("RATE_LIMITED", "UNAVAILABLE", "INTERNAL", "TIMEOUT"):
        raise Unavailable(message, retry_after)
    raise Refused(f"{code}: {message}")


class Copy:
    """The copy and its place in the feed; both change in one transaction, or neither does."""

    def __init__(self, path: str) -> None:
        self._database = sqlite3.connect(path, timeout=30.0)
        self._database.executescript("""
            pragma journal_mode = wal;
            create table if not exists entity (id text primary key, type text, body text) without rowid;
            create table if not exists place (one integer primary key check (one = 1), cursor text);
        """)

    @property
    def cursor(self) -> str | None:
        found = self._database.execute("select cursor from place").fetchone()
        return found[0] if found else None

    def replace(self, cursor: str, entities: Iterator[tuple[str, Entity]]) -> None:
        """All anew: what is not in the snapshot is gone. Until it is whole, readers see the old copy."""
        with self._database:
            self._database.execute("delete from entity")
            for kind, entity in entities:
                self._store(kind, entity)
            self._go_to(cursor)

    def apply(self, changes: list[Change], cursor: str) -> None:
        """A change brings the whole entity as it is now: to get it twice does no harm."""
        with self._database:
            for change in changes:
                if change["kind"] == "REMOVED":
                    self._database.execute("delete from entity where id = ?", [change["entityId"]])
                else:
                    self._store(change["type"], change["node"])
            self._go_to(cursor)

    def _store(self, kind: str, entity: Entity) -> None:
        row = [entity["id"], kind, json.dumps(entity, ensure_ascii=False)]
        self._database.execute("insert or replace into entity values (?, ?, ?)", row)

    def _go_to(self, cursor: str) -> None:
        self._database.execute("insert or replace into place values (1, ?)", [cursor])


def follow(puente: Puente, copy: Copy) -> None:
    """Keep the copy equal to what Puente shows, until the process is ended or refused."""
    after, failures = copy.cursor, 0
    while True:
        try:
            after = after or snapshot(puente, copy)
            for changes, cursor in puente.changes(after):
                copy.apply(changes, cursor)
                after, failures = cursor, 0
            time.sleep(random.uniform(1, 5))  # the stream ended: not all clients come back at the same time
        except CursorExpired as expired:
            report(str(expired))
            after = None
        except Unavailable as error:
            failures += 1
            longest = min(LONGEST_WAIT, 2.0**failures)
            wait = max(error.after, random.uniform(longest / 2, longest))
            report(f"{error}; next attempt in {wait:.1f} s")
            time.sleep(wait)


def snapshot(puente: Puente, copy: Copy) -> str:
    """The cursor comes first: what changes while the pages are read is told after it."""
    report("taking a snapshot")
    cursor = puente.cursor()
    copy.replace(cursor, puente.entities())
    report("the snapshot is whole")
    return cursor


def report(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        follow(Puente(sys.argv[1], os.environ.get("TOKEN")), Copy(sys.argv[2]))
    except Refused as refused:
        sys.exit(f"stopped: {refused}")
    except KeyboardInterrupt:
        pass
