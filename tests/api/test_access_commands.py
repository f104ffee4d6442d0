"""`puente key`, `grant` and `consent`, as someone at a terminal sees them."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest
import typer
from rich.console import Console
from sqlalchemy import text
from typer.testing import CliRunner, Result

from api.cli import tables
from api.cli.access import register
from api.cli.data import CliDatabase
from api.cli.errors import OneLineErrors
from models.database.client import engine_for
from models.loading.natural_keys import id_of
from tests.api.http_clients import ask, reached
from tests.api.issuer_server import bearer

MENTOR = f"mentor_{id_of('mentor', 'mentor-02')}"


class Terminal:
    """Commands on a database of the test's own."""

    def __init__(self, url: str) -> None:
        @contextmanager
        def opened() -> Iterator[CliDatabase]:
            yield CliDatabase(url, embedded=True)

        self._app = typer.Typer(cls=OneLineErrors)
        register(self._app, opened)

    async def run(self, *arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, self._app, [*arguments])

    async def lines(self, *arguments: str) -> list[list[str]]:
        """The cells of what a command prints to a pipe."""
        ended = await self.run(*arguments)
        assert ended.exit_code == 0, ended.output
        return [line.split("\t") for line in ended.stdout.splitlines()]

    async def refused(self, *arguments: str) -> str:
        ended = await self.run(*arguments)
        assert (ended.exit_code, ended.stdout) == (1, "")
        assert re.fullmatch(r"puente: [^\n]+\n", ended.stderr), ended.stderr
        return ended.stderr.removeprefix("puente: ").strip()


@pytest.fixture
def terminal(database_url: str) -> Terminal:
    return Terminal(database_url)


CREATE = ("key", "create", "Registrar", "--institution", "uc-merced")


async def test_a_key_is_shown_once_listed_used_and_revoked(terminal: Terminal, database_url: str) -> None:
    made = await terminal.run(
        *CREATE, "--scope", "PROJECTS_READ", "--scope", "events-read", "--expires", "90d"
    )
    key = made.stdout.strip()
    assert re.fullmatch(r"puente_[0-9a-f]{32}_[0-9a-f]{64}", key)
    ((id, client, institution, scopes, _, expires, last_used, state),) = await terminal.lines("key", "list")
    assert (client, institution, scopes) == ("Registrar", "uc-merced", "PROJECTS_READ EVENTS_READ")
    assert (key.split("_")[1], last_used, state) == (id, "–", "live")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\dZ", expires)
    async with reached(database_url, tokens=False) as reaching:
        query = "{ viewer { kind } }"
        assert (await ask(reaching, query, headers=bearer(key))).status_code == 200
        assert await terminal.lines("key", "revoke", id) == [[f"{id} is revoked"]]
        assert (await ask(reaching, query, headers=bearer(key))).status_code == 401
    ((*_, state),) = await terminal.lines("key", "list")
    assert state == "revoked"
    assert await terminal.refused("key", "revoke", id) == f"no key {id} is in force"


async def test_a_pasted_key_is_revoked_without_repeating_its_secret(terminal: Terminal) -> None:
    key = (await terminal.run(*CREATE)).stdout.strip()
    ended = await terminal.run("key", "revoke", key)
    assert ended.exit_code == 0
    assert key.split("_")[2] not in ended.output


async def test_a_third_key_is_refused_and_a_client_revoked_with_both(terminal: Terminal) -> None:
    for _ in range(2):
        assert (await terminal.run(*CREATE)).exit_code == 0
    assert await terminal.refused(*CREATE) == "Registrar has 2 live keys already: revoke one first"
    assert await terminal.lines("key", "revoke", "--client", "Registrar") == [["Registrar is revoked"]]
    assert [row[-1] for row in await terminal.lines("key", "list")] == ["revoked", "revoked"]
    assert await terminal.refused(*CREATE) == "Registrar was revoked"


async def test_a_role_is_given_listed_and_taken_back(terminal: Terminal) -> None:
    issuer = "https://login.example.edu"
    for arguments in (
        ("somebody", "coordinator", "--institution", "unam", "--expires", "2999-12-31"),
        ("somebody", "MENTOR", "--person", MENTOR),
        ("system", "INTEGRATION", "--institution", "unam", "--scope", "EVENTS_READ"),
        ("staff", "ADMIN"),
    ):
        ((printed,),) = await terminal.lines("grant", "add", issuer, *arguments)
        assert printed.startswith("grant ")
    rows = [row for row in await terminal.lines("grant", "list") if row[1] == issuer]
    assert [(row[2], row[3], row[5], row[6], row[7]) for row in rows] == [
        ("somebody", "COORDINATOR", "", "2999-12-31 00:00Z", "live"),
        ("somebody", "MENTOR", "", "–", "live"),
        ("staff", "ADMIN", "", "–", "live"),
        ("system", "INTEGRATION", "EVENTS_READ", "–", "live"),
    ]
    assert rows[0][4] == "unam"
    assert (await terminal.run("grant", "revoke", rows[0][0])).exit_code == 0
    states = {row[0]: row[-1] for row in await terminal.lines("grant", "list")}
    assert states[rows[0][0]] == "revoked"


async def test_a_subject_is_one_cell_whatever_it_is(terminal: Terminal) -> None:
    """Staff give roles by a mutation, too: no subject may look like a grant, or command a terminal."""
    issuer = "https://login.example.edu"
    for subject in ("a\tADMIN", "b\nc\tstaff", "\x1b[2Jd", "[/e]", ":smile: \u202ef"):
        await terminal.lines("grant", "add", issuer, subject, "ADMIN")
    rows = [row for row in await terminal.lines("grant", "list") if row[1:2] == [issuer]]
    escaped = ["a\\tADMIN", "b\\nc\\tstaff", "\\x1b[2Jd", "[/e]", ":smile: \\u202ef"]
    assert sorted(row[2] for row in rows) == sorted(escaped)
    assert {len(row) for row in rows} == {8}
    screen = io.StringIO()
    with patch.object(tables, "out", Console(file=screen, force_terminal=True, width=300)):
        await terminal.run("grant", "list")
    assert [subject for subject in escaped if f" {subject} " not in screen.getvalue()] == [], (
        screen.getvalue()
    )


async def test_a_person_consents_and_withdraws(terminal: Terminal, database_url: str) -> None:
    email = await an_email(database_url)
    assert (await terminal.run("consent", "grant", email, "ATTRIBUTION", "--notice", "2026-2")).exit_code == 0
    in_force = [row for row in await terminal.lines("consent", "list", email) if row[3] == "–"]
    assert ["ATTRIBUTION", "2026-2"] in [row[:2] for row in in_force]
    assert (await terminal.run("consent", "withdraw", email, "ATTRIBUTION")).exit_code == 0
    assert "is in force" in await terminal.refused("consent", "withdraw", email, "ATTRIBUTION")


async def an_email(url: str) -> str:
    engine = engine_for(url)
    async with engine.connect() as connection:
        found = await connection.execute(text("select email from person where email is not null order by 1"))
    await engine.dispose()
    return str(found.scalars().first())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*CREATE, "--scope", "EVERYTHING"), "no such scope: EVERYTHING (choose one of PROJECTS_READ, "),
        ((*CREATE, "--expires", "soon"), "soon is not a time such as 90d, 12h or 2027-06-30"),
        ((*CREATE, "--expires", "2020-01-01"), "2020-01-01 has already passed"),
        ((*CREATE, "--expires", "9999-12-31T23:59-01:00"), "9999-12-31T23:59-01:00 is after the year 9999"),
        (("key", "create", "x", "--institution", "nowhere"), "no such institution: nowhere"),
        (("key", "create", " ", "--institution", "unam"), "a client needs a name of 1 to "),
        (("key", "revoke"), "pass either a key or --client"),
        (("key", "revoke", "x"), "x is not an id; see the list"),
        (("key", "revoke", "--client", "x"), "no client x is in force"),
        (("grant", "add", "i", "s", "KING"), "no such role: KING (choose one of PUBLIC, "),
        (("grant", "add", "i", "s", "COORDINATOR"), "COORDINATOR needs an institution"),
        (("grant", "add", "i", "s", "MENTOR", "--person", "x"), "no such person: x"),
        (("grant", "revoke", "x"), "x is not an id; see the list"),
        (("consent", "list", "x"), "no such person: x"),
        (("consent", "grant", MENTOR, "NOTHING", "--notice", "1"), "no such purpose: NOTHING"),
        (
            ("consent", "grant", MENTOR, "ATTRIBUTION", "--notice", "a b"),
            "a b is not the version of a notice",
        ),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
async def test_what_does_not_fit_is_one_line(seeded_url: str, arguments: tuple[str, ...], says: str) -> None:
    assert (await Terminal(seeded_url).refused(*arguments)).startswith(says)
