"""Links are mailed in the reader's language; their secrets are in the mails, and nowhere else."""

from __future__ import annotations

import re
from math import inf
from typing import Any

import pytest

from api.auth.principals import TokenPrincipal
from delivery.mail.mail_message import LINKS
from models.loading.natural_keys import id_of
from models.secret_link import PREFIX, LinkPurpose
from tests.api.http_clients import ask, signed_in
from tests.mail.harness import PAUSED, Office, office
from tests.mail.mail_server import OK, Got, MailServer, receiving
from tests.mutations.harness import ACTIONS, mutating
from tests.mutations.test_profiles import ITZEL

INVITE = """mutation ($id: ID!, $version: Int!) {
    invitePerson(input: { id: $id, expectedVersion: $version }) { userErrors { code } }
}"""
PAGE = "https://portal.example.org/claim"
CLIENTS = ("httpx", "mail")
"""The loggers of what stands for clients and for the mail server here."""
SECRET = re.compile(rf"{PREFIX}[\w-]{{43}}")
ENGLISH, SPANISH = "mentor-40", "mentor-13"  # of UC, and of an institution in Mexico


def test_there_are_words_for_every_purpose() -> None:
    others = {LinkPurpose.REGISTRATION.value}  # in mails of notifications, which have words of their own
    assert {purpose.value for purpose in LinkPurpose} - others == LINKS


async def invite(one: Office, name: str) -> None:
    id = id_of("person", name)
    ((version,),) = await one.rows("select version from person where id = :id", id=id)
    variables = {"id": f"person_{id}", "version": version}
    answer = (await ask(one.http, INVITE, variables, signed_in("admin"))).json()
    assert answer == {"data": {"invitePerson": {"userErrors": []}}}


def secret_of(got: Got) -> str:
    found = SECRET.search(got.part("text/plain"))
    assert found is not None
    return found[0]


async def claimed(url: str, link: str, subject: str) -> Any:
    async with mutating(url) as harness:
        sender = TokenPrincipal("https://id.example", subject, inf)
        payload = await harness.send(sender, ACTIONS["claimInvitation"], {"link": link})
    return payload["userErrors"]


async def tables_with(one: Office, text: str) -> list[str]:
    """The tables that have a text in any column of any row."""
    tables = await one.rows("select table_name from information_schema.tables where table_schema = 'public'")
    found = []
    for (table,) in tables:
        query = f'select count(*) from "{table}" t where t::text like :like'
        ((count,),) = await one.rows(query, like=f"%{text}%")
        found += [table] if count else []
    return found


async def test_invitations_are_mailed_and_nothing_else_has_the_secret(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Following the address, or a scanner of mails doing so, claims nothing."""
    caplog.set_level("DEBUG")
    async with receiving() as server, office(database_url, mail_port=server.port, link_page=PAGE) as one:
        await invite(one, ENGLISH)
        await invite(one, SPANISH)
        await server.until(lambda _: len(server.got) == 2)
        await one.until_done()
        by = {got.address.partition("@")[0]: got for got in server.got}
        english, spanish = by[ENGLISH], by[SPANISH]
        assert english.mail["Subject"] == "Your invitation to the alliance's portal"
        assert spanish.mail["Subject"] == "Su invitación al portal de la alianza"
        assert (english.mail["Content-Language"], spanish.mail["Content-Language"]) == ("en", "es")
        link = secret_of(spanish)
        assert f"{PAGE}#{link}" in spanish.part("text/plain").splitlines()
        assert f'<a href="{PAGE}#{link}">' in spanish.part("text/html")
        assert "una sola vez, hasta el " in spanish.part("text/plain")
        document = f'mutation {{ claimInvitation(input: {{ link: "{link}" }}) {{ replayed }} }}'
        read = await one.http.get("/graphql", params={"query": document}, headers=signed_in("admin"))
        assert read.status_code == 405
        assert await one.rows("select sum(uses) from secret_link") == [(0,)]
        assert await claimed(database_url, link, "eva") == []
        assert await tables_with(one, link) == []
        assert await tables_with(one, link.removeprefix(PREFIX)) == []
    own = [one.getMessage() for one in caplog.records if not one.name.startswith(CLIENTS)]
    assert link not in "\n".join(own)


async def test_a_mail_that_is_sent_again_has_another_secret(database_url: str) -> None:
    """Each opens the link, and only once between them: the server may have kept what it refused."""
    kept: list[str] = []
    server = MailServer()

    def refused_at_first(address: str) -> str:
        kept.append(address)
        return "451 later" if len(kept) == 1 else OK

    server.data = refused_at_first
    async with receiving(server), office(database_url, mail_port=server.port, **PAUSED) as one:
        await invite(one, ENGLISH)
        await one.until_refused()
        await one.try_again()
        await server.until(lambda _: len(server.got) == 1)
        await one.until_done()
        assert await one.rows("select count(*), count(distinct link_id) from link_secret") == [(2, 1)]
        link = secret_of(server.got[0])
        assert link in server.got[0].part("text/plain").splitlines(), "there is no page to add it to"
        assert await claimed(database_url, link, "eva") == []
        assert [one["code"] for one in await claimed(database_url, link, "ana")] == ["LINK_EXPIRED"]


async def test_a_link_that_is_not_open_any_more_is_not_mailed(database_url: str) -> None:
    server = MailServer()
    server.data = lambda _: "451 later"
    async with receiving(server), office(database_url, mail_port=server.port, **PAUSED) as one:
        await invite(one, ENGLISH)
        await one.until_refused()
        await one.sql(
            "update person set email = 'new@example.org' where id = :id", id=id_of("person", ENGLISH)
        )
        await one.try_again()
        await one.until_done()
    assert (server.got, len(server.tried)) == ([], 1)


async def test_who_owns_a_known_address_gets_a_mail(database_url: str) -> None:
    async with receiving() as server, office(database_url, mail_port=server.port) as one:
        ((email,),) = await one.rows("select email from person where id = :id", id=id_of("person", SPANISH))
        async with mutating(database_url) as harness:
            sender = TokenPrincipal("https://id.example", "eva", inf)
            payload = await harness.send(sender, ACTIONS["createMyProfile"], {**ITZEL, "email": email})
        assert [one["code"] for one in payload["userErrors"]] == ["POSSIBLE_DUPLICATE"]
        await server.until(lambda _: len(server.got) == 1)
        await one.until_done()
        (got,) = server.got
        assert (got.address, got.mail["Subject"]) == (email, "Su registro en el portal de la alianza")
        assert await claimed(database_url, secret_of(got), "eva") == []
