"""A server that is killed while it mails: the next one sends what was not confirmed, under the same id."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.api.server_processes import Running, served
from tests.mail.harness import GRIDS, QUICK, TAKING_PART, office
from tests.mail.mail_server import OK, MailServer, receiving


@contextmanager
def sending(url: str, state: Path, port: int) -> Iterator[Running]:
    settings = {**QUICK, "mail_port": port, "mail_timeout": 3.0, "mail_lease": 6.0}
    variables = {f"PUENTE_{name.upper()}": str(value) for name, value in settings.items()}
    with served(state, variables={"PUENTE_DATABASE_URL": url, **variables}) as running:
        yield running


@pytest.mark.lifecycle
async def test_a_server_is_killed_while_it_mails(database_url: str, tmp_path: Path) -> None:
    """`kill -9` after the first mail's text arrived, and before it was confirmed."""
    killed: list[int] = []
    server = MailServer()
    async with receiving(server):
        pass  # from here on nothing listens at its port
    async with office(database_url, mail_port=server.port) as one:
        await one.act("cancelProject", GRIDS)
    async with receiving(server):
        with sending(database_url, tmp_path / "a", server.port) as first:

            def data(_: str) -> str | None:
                if not killed:
                    killed.append(first.process.pid)
                    os.killpg(first.process.pid, signal.SIGKILL)
                return OK  # the mail is taken, and nobody hears of it

            server.data = data
            await server.until(lambda _: len(server.got) >= 1)
            first.process.wait()
        with sending(database_url, tmp_path / "b", server.port):
            async with office(database_url, mail_port=server.port) as one:
                states = await one.until_done()
    assert {state for state, _ in states.values()} == {"SENT"}
    ids = {got.address: got.id for got in server.got}
    assert sorted(ids) == list(TAKING_PART)
    assert {(got.address, got.id) for got in server.got} == set(ids.items()), "again with the same id"
