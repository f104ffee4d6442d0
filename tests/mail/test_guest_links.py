"""A guest sees and cancels their registration by the link in the mail, without an account."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from planner.messages import message
from schema.messages import message as domain_message
from tests.api.http_clients import ask, signed_in
from tests.mail.harness import Office, office
from tests.mail.mail_server import MailServer, receiving
from tests.mail.test_guests import invite
from tests.mail.test_links import ENGLISH, secret_of, tables_with
from tests.mail.test_links import invite as invite_person
from tests.mutations.harness import ACTIONS, AVAILABLE, document
from tests.mutations.test_registrations import KEY, open_event

PAGE = "https://portal.example.org/registration"
CANCEL = ACTIONS["cancelGuestRegistration"]
READ = f"""
    query ($link: String!) {{
        guestRegistration(link: $link) {{
            status name position ticketCode guest {{ email }} event {{ registrations {{ totalCount }} }}
            hiddenFields {{ field }} {AVAILABLE}
        }}
        registrations {{ totalCount }}
    }}"""
LOGGED = """
    select mutation, role, split_part(actor, ' ', 1), split_part(actor, ' ', 2) = entity_id::text
    from audit_entry where status_to = 'CANCELLED' and entity = 'registration' order by number"""


async def read(one: Office, link: str, sender: str | None = None) -> Any:
    """The registration; nobody sees more of any other by the link."""
    answer = await ask(one.http, READ, {"link": link}, signed_in(sender) if sender else {})
    data = answer.json()["data"]
    if sender is None:
        assert data["registrations"] == {"totalCount": 0}
    return data["guestRegistration"]


async def cancel(one: Office, link: str, language: str = "en", **given: Any) -> dict[str, Any]:
    variables = {"input": {"link": link}, **given}
    headers = {"Accept-Language": language, **given.pop("headers", {})}
    answer = await ask(one.http, document(CANCEL, "status"), variables, headers)
    payload: dict[str, Any] = answer.json()["data"]["cancelGuestRegistration"]
    return payload


def allowed(seen: dict[str, Any]) -> list[str]:
    return [action["name"] for action in seen["availableActions"] if action["allowed"]]


def refusals(payload: dict[str, Any]) -> list[tuple[str, list[str], str]]:
    return [(found["code"], found["path"], found["message"]) for found in payload["userErrors"]]


def expired(language: str) -> list[tuple[str, list[str], str]]:
    return [("LINK_EXPIRED", ["input", "link"], message("mutation.link_expired").read(language))]


async def links_of(one: Office, server: MailServer) -> dict[str, str]:
    """The latest link that each guest got."""
    await one.until_done()
    return {got.address.partition("@")[0]: secret_of(got) for got in server.got}


async def test_a_guest_sees_and_cancels_the_own_registration(database_url: str) -> None:
    """By the link alone, once; reading mails and pages changes nothing, and nobody learns of others."""
    async with receiving() as server, office(database_url, mail_port=server.port, guest_page=PAGE) as one:
        await open_event(one.engine, 1)
        first = await invite(one, "Guest ines", "ES")
        second = await invite(one, "Guest ned")
        links = await links_of(one, server)
        got = {found.address: found for found in server.got}["ines@guests.example"]
        assert f"{PAGE}#{links['ines']}" in got.part("text/plain").splitlines()
        assert f'<a href="{PAGE}#{links["ines"]}">' in got.part("text/html")
        assert "Para consultar su registro o cancelarlo" in got.part("text/plain")
        assert await tables_with(one, links["ines"]) == []
        for sender in (None, "mx-coordinator"):
            seen = await read(one, f" {links['ines']}\n", sender)
            assert (seen["status"], seen["name"], seen["position"]) == ("CONFIRMED", "Guest ines", None)
            assert (seen["guest"], seen["hiddenFields"]) == ({"email": "ines@guests.example"}, [])
            assert seen["ticketCode"] == first["ticketCode"]
            assert seen["event"] == {"registrations": {"totalCount": 1}}
            assert allowed(seen) == ["cancelGuestRegistration"]
        waiting = await read(one, links["ned"])
        assert (waiting["position"], waiting["ticketCode"]) == (1, second["ticketCode"])
        get = await one.http.get("/graphql", params={"query": document(CANCEL)})
        assert get.status_code == 405
        dry = await cancel(one, links["ines"], dry=True)
        assert (dry["changed"], dry["registration"]["status"]) == (["status"], "CONFIRMED")
        assert await one.rows("select sum(uses) from secret_link") == [(0,)]
        done = await cancel(one, links["ines"], key="k")
        assert (done["userErrors"], done["registration"]["status"]) == ([], "CANCELLED")
        again = await cancel(one, links["ines"], key="k")
        assert (again["replayed"], again["registration"]) == (True, done["registration"])
        other = await cancel(one, links["ned"], dry=True, key="k")
        assert (other["userErrors"], other["replayed"]) == ([], False), "each link has its own keys"
        assert await one.rows(LOGGED) == [("cancelGuestRegistration", "PUBLIC", "guest", True)]
        assert refusals(await cancel(one, links["ines"], "es")) == expired("ES")
        left = await read(one, links["ines"])
        assert (left["status"], allowed(left)) == ("CANCELLED", [])
        promoted = (await links_of(one, server))["ned"]
        assert promoted != links["ned"]
        for link in (links["ned"], promoted):
            assert (await read(one, link))["status"] == "CONFIRMED", "each mail has a link of its own"
        assert await one.rows("select uses from secret_link order by uses") == [(0,), (1,)]


async def test_links_that_lead_nowhere_are_one_like_the_other(database_url: str) -> None:
    """Unknown, for another purpose, after the event, and of an erased guest; a cancelled one says so."""
    async with receiving() as server, office(database_url, mail_port=server.port) as one:
        await open_event(one.engine, None)
        await invite(one, "Guest ines")
        second = await invite(one, "Guest ned")
        await invite_person(one, ENGLISH)
        links = await links_of(one, server)
        closed = ["", "puente_link_unknown", "x" * 5_000, second["ticketCode"], links.pop(ENGLISH)]
        ended = "update event set starts_at = now() - interval '2 hours', ends_at = now() - interval '1 {}'"
        version = second["version"]
        variables = {"input": {"id": second["id"], "expectedVersion": version}}
        await ask(one.http, document(ACTIONS["cancelRegistration"]), variables, signed_in("admin"))
        ((code, path, _),) = refusals(await cancel(one, links["ned"]))
        assert (code, path) == ("WRONG_STATE", ["input", "link"])
        await one.sql(ended.format("second") + f" where id = '{KEY}'")
        ((code, path, text),) = refusals(await cancel(one, links["ines"], "es"))
        assert (code, path) == ("DEADLINE_PASSED", ["input", "link"]), (
            "the event was moved to an earlier time"
        )
        assert text == domain_message("event.over").read("ES")
        await one.sql("update secret_link set expires_at = now() where registration_id is not null")
        await one.sql("update registration set status = 'CANCELLED'")
        await one.sql("select puente_erase_guest('INES@guests.example')")
        assert await one.rows("select count(*) from secret_link where registration_id is not null") == [(1,)]
        assert await one.rows("select count(*) from unsolicited_mail") == [(2,)]
        for link in (*closed, *links.values()):
            assert await read(one, link) is None
            assert await read(one, link, "mx-coordinator") is None
            for language in ("en", "es"):
                payload = await cancel(one, link, language)
                assert refusals(payload) == expired(language.upper())
                assert (payload["registration"], payload["changed"]) == (None, [])


async def test_a_registration_has_one_link_and_each_mail_is_sent_once(database_url: str) -> None:
    """A second link would double each mail about the registration, and is refused."""
    async with receiving() as server, office(database_url, mail_port=server.port) as one:
        await open_event(one.engine, None)
        await invite(one, "Guest ines")
        found = "select id, registration_id from secret_link where registration_id is not null"
        ((link, registration),) = await one.rows(found)
        await one.sql(f"select puente_link_guest('{registration}')")
        assert await one.rows(found) == [(link, registration)]
        with pytest.raises(IntegrityError, match="ix_secret_link_registration_id"):
            await one.sql(
                "insert into secret_link (purpose, registration_id, expires_at)"
                f" values ('REGISTRATION', '{registration}', now())"
            )
        await one.until_done()
        assert [got.address for got in server.got] == ["ines@guests.example"]
        assert await one.rows("select count(*) from link_secret") == [(1,)]
