"""Mails to guests: at their own address, in the language that was said, with the calendar and the ticket."""

from __future__ import annotations

from typing import Any

from icalendar import Calendar

from delivery.mail.mailer import NO_LONGER_SO
from tests.api.http_clients import ask, signed_in
from tests.mail.harness import PAUSED, Office, office
from tests.mail.mail_server import OK, MailServer, receiving
from tests.mutations.harness import ACTIONS, document
from tests.mutations.test_registrations import EVENT, open_event

SLUG = "demo-casa-lecture-november"
SENT_TO = """
    select g.guest_name, n.kind, n.state, n.error from notification n join registration g on g.id = n.guest_id
    where g.guest_name like 'Guest%' order by n.created_at, n.id"""


async def invite(one: Office, name: str, language: str | None = None) -> dict[str, Any]:
    guest = {"name": name, "email": f"{name.partition(' ')[2]}@guests.example", "language": language}
    variables = {"input": {"event": EVENT, "guest": guest}}
    answer = await ask(
        one.http, document(ACTIONS["registerForEvent"], "ticketCode"), variables, signed_in("admin")
    )
    payload: dict[str, Any] = answer.json()["data"]["registerForEvent"]
    assert payload["userErrors"] == []
    row: dict[str, Any] = payload["registration"]
    return row


async def cancel(one: Office, row: dict[str, Any]) -> None:
    variables = {"input": {"id": row["id"], "expectedVersion": row["version"]}}
    action = ACTIONS["cancelRegistration"]
    answer = await ask(one.http, document(action), variables, signed_in("admin"))
    assert answer.json()["data"]["cancelRegistration"]["userErrors"] == []


async def test_a_guest_gets_mails_of_the_event(database_url: str) -> None:
    """With a place at once, while waiting, with one that became free, and when the event is cancelled."""
    async with receiving() as server, office(database_url, mail_port=server.port) as one:
        await open_event(one.engine, 1)
        first, second = await invite(one, "Guest ines", "ES"), await invite(one, "Guest ned")
        await one.until_done()
        assert sorted(server.addresses) == ["ines@guests.example", "ned@guests.example"]
        await cancel(one, first)
        await one.until_done()
        await one.act("cancelEvent", SLUG)
        await one.until_done()
    by: dict[str, list[Any]] = {}
    for got in server.got:
        by.setdefault(got.address, []).append(got)
    (placed,) = by["ines@guests.example"]
    assert placed.mail["Subject"].startswith("Cuenta con registro: ")
    assert f"El código de su boleto: {first['ticketCode']}" in placed.part("text/plain")
    assert "cuenta con registro" in placed.part("text/plain")
    calendar: Any = Calendar.from_ical(placed.part("text/calendar"))
    assert calendar["METHOD"] == "PUBLISH"
    waiting, promoted, called_off = by["ned@guests.example"]
    assert waiting.mail["Subject"].startswith("You are on the waiting list: ")
    assert second["ticketCode"] not in waiting.part("text/plain"), "a ticket that opens no door yet"
    assert promoted.mail["Subject"].startswith("You have a place: ")
    assert f"Your ticket code: {second['ticketCode']}" in promoted.part("text/plain")
    assert called_off.mail["Subject"].startswith("Cancelled: ")
    assert "ticket" not in called_off.part("text/plain")
    assert by.keys() == {"ines@guests.example", "ned@guests.example"}


async def test_who_gave_the_place_back_meanwhile_gets_none(database_url: str) -> None:
    later = MailServer(recipient=lambda _: "451 Later")
    async with receiving(later) as server, office(database_url, mail_port=server.port, **PAUSED) as one:
        await open_event(one.engine, 1)
        row = await invite(one, "Guest ines")
        await one.until_refused()
        await cancel(one, row)
        server.recipient = lambda _: OK
        await one.try_again()
        await one.until_done()
        assert await one.rows(SENT_TO) == [("Guest ines", "GUEST_CONFIRMED", "SUPPRESSED", NO_LONGER_SO)]
    assert server.addresses == []
