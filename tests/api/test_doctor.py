"""The doctor does what a start does: what one finds wrong with a database, the other refuses, and no more."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from api.cli.doctor import CHECKS, examine
from api.server.database_setup import DatabaseTarget, NotReady, prepare
from api.settings.settings import Settings
from models.database import server_check
from models.database.client import DatabaseError
from models.database.server_facts import inspect
from models.migrations import UnknownRevision
from tests.api.http_clients import ask, reached, settings_for
from tests.conftest import run_alone, sibling_url
from tests.pooler import pooled

REFUSALS = (DatabaseError, NotReady, UnknownRevision)


async def found(url: str, **settings: Any) -> str:
    """What the doctor says of a database."""
    return await asyncio.to_thread(CHECKS["database"], settings_for(url, **settings))


async def refused(url: str) -> str:
    """What both say."""
    with pytest.raises(REFUSALS) as by_doctor:
        await found(url)
    with pytest.raises(REFUSALS) as by_start:
        await asyncio.to_thread(prepare, DatabaseTarget(url, None), report=lambda _: None)
    assert str(by_doctor.value) == str(by_start.value)
    return str(by_start.value)


def name_of(url: str) -> str:
    return urlsplit(url).path.strip("/")


async def test_one_in_order(database_url: str) -> None:
    assert (await found(database_url)).startswith("PostgreSQL ")


async def test_an_encoding_that_does_not_hold_every_text(cluster_url: str, superuser_url: str) -> None:
    for encoding in ("LATIN1", "SQL_ASCII"):
        name = f"other_{uuid4().hex}"
        await run_alone(
            superuser_url,
            f"create database {name} owner puente template template0 encoding '{encoding}'"
            " locale_provider libc locale 'C'",
        )
        assert f"encoding is {encoding}" in await refused(sibling_url(name, cluster_url))
        await run_alone(superuser_url, f"drop database {name} (force)")


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("alter database {name} set default_transaction_read_only = on", "can only read"),
        ("alter database {name} set session_replication_role = replica", "no trigger notes"),
        ("alter table project disable trigger all", "triggers are disabled of project"),
        ("alter table project enable replica trigger project_track_update", "are disabled of project"),
        ("alter database {name} set search_path = other", "in the schema public, but search_path leads to"),
        ("create schema puente authorization puente", "leads to the schema puente"),
        ("alter table project owner to postgres", "may not read and write project"),
        ("update alembic_version set version_num = '0001'", "does not know"),
        ("update alembic_version set version_num = '0007'", "run puente migrate"),
        ("update alembic_version set version_num = '9999'", "9999"),
        ("comment on function puente_image(text, uuid) is 'other'", "with other functions"),
    ],
)
async def test_one_that_is_spoiled(
    database_url: str, superuser_url: str, statement: str, expected: str
) -> None:
    superuser = sibling_url(name_of(database_url), superuser_url, "postgres")
    await run_alone(superuser, statement.format(name=name_of(database_url)))
    assert expected in await refused(database_url)


async def test_an_empty_one_in_which_nothing_may_be_made(empty_url: str, superuser_url: str) -> None:
    superuser = sibling_url(name_of(empty_url), superuser_url, "postgres")
    assert "empty: `puente serve` sets it up" in await found(empty_url)
    await run_alone(
        superuser,
        f"alter database {name_of(empty_url)} owner to postgres",
        "revoke all on schema public from public",
    )
    assert "may not create tables" in await refused(empty_url)


async def test_a_standby(seeded_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = await inspect(seeded_url)

    async def standby(url: str) -> object:
        return replace(facts, standby=True, read_only=True)

    monkeypatch.setattr(server_check, "inspect", standby)
    assert "a standby" in await refused(seeded_url)


async def test_too_few_connections(database_url: str) -> None:
    with pytest.raises(NotReady, match="up to 314 connections may be needed"):
        await found(database_url, pool_size=200)


ADDRESSES = {
    "a dead host first": "postgresql://puente@127.0.0.1:1,{socket}/{name}",
    "a dead host last": "postgresql://puente@{socket},127.0.0.1:1/{name}",
    "hosts as parameters": "postgresql://puente@/{name}?host=127.0.0.1,{folder}&port=1,5432",
    "read-write": "postgresql://puente@{socket}/{name}?target_session_attrs=read-write",
    "a primary of several": "postgresql://puente@127.0.0.1:1,{socket}/{name}?target_session_attrs=primary",
    "parameters of libpq": "postgresql://puente@{socket}/{name}?connect_timeout=5&channel_binding=prefer"
    "&keepalives=1&keepalives_idle=30&gssencmode=disable&fallback_application_name=x&sslsni=1",
    "settings of the server": "postgresql://puente@{socket}/{name}?options=-c%20geqo%3Doff&work_mem=8MB",
}


@pytest.mark.parametrize("case", ADDRESSES)
async def test_an_address_as_libpq_reads_it(database_url: str, case: str) -> None:
    """The doctor, a start, and the server all read it alike."""
    folder = database_url.partition("host=")[2]
    url = ADDRESSES[case].format(socket=folder.replace("/", "%2F"), folder=folder, name=name_of(database_url))
    assert "revision" in await found(url)
    await asyncio.to_thread(prepare, DatabaseTarget(url, None), report=lambda _: None)
    async with reached(url, pool_size=1) as client:
        assert (await ask(client, "{ projects(first: 1) { totalCount } }")).status_code == 200
        assert (await client.get("/ready")).json()["feed"] == "listening"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgresql://me:secret@127.0.0.1:1,127.0.0.1:2/mine", "127.0.0.1:1/mine: "),
        ("postgresql://me:secret@127.0.0.1:1/mine?channel_binding=require", "is not supported"),
        ("postgresql://me:secret@127.0.0.1:port/mine", "can't be read"),
        ("postgresql://me:sec/ret@127.0.0.1/mine", "can't be read"),
        ("postgresql://me:secret@[::1/mine", "can't be read"),
        ("postgresql://me:secret@127.0.0.1/mine?connect_timeout=soon", "number of seconds"),
    ],
)
async def test_an_address_that_cannot_be_used_says_why(address: str, expected: str) -> None:
    message = await refused(address)
    assert expected in message
    assert "sec" not in message.replace("seconds", "")


async def test_several_hosts_of_which_none_is_there_are_503(database_url: str, superuser_url: str) -> None:
    folder, name = database_url.partition("host=")[2], name_of(database_url)
    url = f"postgresql://puente@127.0.0.1:1,{folder.replace('/', '%2F')}/{name}"
    async with reached(url, pool_size=1) as client:
        await run_alone(
            superuser_url,
            f"alter database {name} allow_connections false",
            f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'",
        )
        response = await ask(client, "{ projects(first: 1) { totalCount } }")
        assert (response.status_code, response.headers["retry-after"]) == (503, "1")


async def test_a_pooler_in_session_mode_is_fine(database_url: str) -> None:
    with pooled(database_url, "session") as url:
        assert "revision" in await found(url)
        await asyncio.to_thread(prepare, DatabaseTarget(url, None), report=lambda _: None)
        async with reached(url, pool_size=2) as client:
            assert (await ask(client, "{ projects(first: 1) { totalCount } }")).status_code == 200
            assert (await client.get("/ready")).json()["feed"] == "listening"


async def test_a_pooler_in_transaction_mode_is_refused(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that gets one later doesn't claim to listen."""
    monkeypatch.setattr(server_check, "HEARING", 0.3)
    with pooled(database_url, "transaction") as url:
        assert "session mode" in await refused(url)
        async with reached(url, pool_size=1) as client:
            assert (await client.get("/ready")).json()["feed"] == "waiting"


@pytest.mark.parametrize("text", ["tables [a, b] are missing", "[/x] and [bold]y", "https://[::1]:5/x[red]"])
def test_what_a_check_says_is_shown_as_it_is(capsys: pytest.CaptureFixture[str], text: str) -> None:
    def wrong(_: Settings) -> str:
        raise ValueError(text)

    with patch.dict(CHECKS, {"one": lambda _: text, "another": wrong}, clear=True):
        assert examine() == 1
    assert capsys.readouterr().out.splitlines() == [f"ok     one: {text}", f"wrong  another: {text}"]
