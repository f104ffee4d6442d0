"""Notifications are mailed in the recipient's language, as they may see what it is about then, and once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from icalendar import Calendar

from delivery.mail.mail_message import WRITTEN
from delivery.mail.mailer import TOO_OLD
from models.notification import NotificationKind
from tests.api.http_clients import ask, signed_in
from tests.mail.harness import GRIDS, PAUSED, TAKING_PART, Office, office
from tests.mail.mail_server import OK, MailServer, certificate, receiving
from tests.mutations.harness import ACTIONS, document

EVENT = """
    update event set program_id = c.program_id, status = 'PUBLISHED',
        title_en = :title, title_es = null, venue_id = (select id from venue where slug = 'la-casa'),
        starts_at = '2027-03-14T09:00:00-07:00', ends_at = '2027-03-14T11:30:00-07:00',
        time_zone = 'America/Tijuana'
    from cohort c where c.slug = 'mobility-grants-demo' and event.slug = 'demo-mentors-online'
"""
SENT = ("SENT", None)


def test_there_are_words_for_every_kind() -> None:
    assert {kind.value for kind in NotificationKind} == WRITTEN


async def test_each_contributor_gets_one_in_their_language(database_url: str) -> None:
    async with receiving() as server, office(database_url, mail_port=server.port) as one:
        await one.act("cancelProject", GRIDS)
        await server.until(lambda _: len(server.got) == len(TAKING_PART))
        assert await one.until_done() == {address.partition("@")[0]: SENT for address in TAKING_PART}
    assert server.addresses == list(TAKING_PART)
    by = {got.address: got for got in server.got}
    english, spanish = by["mentor-02@example.edu"], by["mentor-13@example.edu"]
    assert english.mail["Subject"] == "Cancelled: Renewable energy for island grids"
    assert spanish.mail["Subject"].startswith("Cancelado: ")
    assert "en el que usted participa, fue cancelado" in spanish.part("text/plain")
    assert "was cancelled" in english.part("text/plain")
    assert (english.mail["Content-Language"], spanish.mail["Content-Language"]) == ("en", "es")
    assert english.mail["Auto-Submitted"] == "auto-generated"
    assert english.mail["From"] == "Alianza MX <no-reply@alianza.test>"
    assert english.id.endswith("@alianza.test>")
    assert len({got.id for got in server.got}) == len(TAKING_PART)
    assert '<html lang="es">' in spanish.part("text/html")
    assert "http" not in english.content.decode().lower(), "nothing is fetched or followed by a mail"


async def test_a_cancelled_event_leaves_calendars(database_url: str) -> None:
    """Markup and ends of lines of a title stay text; the .ics cancels what has the event's UID."""
    title = 'Fair <b>"A&B"</b>\r\nBcc: all@example.edu'
    async with receiving() as server, office(database_url, mail_port=server.port) as one:
        await one.sql(EVENT, title=title)
        ((id,),) = await one.rows("select id from event where slug = 'demo-mentors-online'")
        people = await one.rows("""
            select distinct p.email from participation s join cohort c on c.id = s.cohort_id
                join participant t on t.id = s.participant_id join person p on p.id = t.person_id
            where c.slug = 'mobility-grants-demo' and s.status in ('ACCEPTED', 'ACTIVE') order by 1""")
        await one.act("cancelEvent", "demo-mentors-online")
        await one.until_done()
    assert server.addresses == [email for (email,) in people] != []
    got = server.got[0]
    assert got.mail["Subject"] == 'Cancelled: Fair <b>"A&B"</b> Bcc: all@example.edu'
    assert got.mail["Bcc"] is None
    assert "&lt;b&gt;" in got.part("text/html")
    assert "<b>" not in got.part("text/html")
    assert "When: March 14, 2027, 9:00 AM – 11:30 AM (America/Tijuana)" in got.part("text/plain")
    (attached,) = (part for part in got.mail.walk() if part.get_content_type() == "text/calendar")
    assert attached.get_param("method") == "CANCEL"
    calendar: Any = Calendar.from_ical(got.part("text/calendar"))
    (event,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "CANCEL"
    assert event["UID"] == f"event_{id}@alianza.test"
    assert event["STATUS"] == "CANCELLED"
    assert event["DTSTART"].dt.isoformat() == "2027-03-14T09:00:00-07:00"
    assert event["DTSTART"].params["TZID"] == "America/Tijuana"
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["America/Tijuana"]


async def test_who_may_no_longer_see_it_gets_nothing(database_url: str) -> None:
    """The title is read when the mail is sent: never one that was hidden meanwhile, or an older one."""
    later = MailServer(recipient=lambda _: "451 Later")
    hide = "update project set status = 'DRAFT', title_en = 'Renamed' where slug = :slug"
    async with receiving(later) as server, office(database_url, mail_port=server.port, **PAUSED) as one:
        await one.act("cancelProject", GRIDS)
        await one.until_refused()
        assert set(server.tried) == set(TAKING_PART)
        await one.sql(hide, slug=GRIDS)
        server.recipient = lambda _: OK
        await one.try_again()
        states = await one.until_done()
    hidden = ("SUPPRESSED", "the person may not see what it is about")
    assert states == {"mentor-02": SENT, "mentor-13": hidden, "mentor-40": hidden, "student-04": hidden}
    assert server.addresses == ["mentor-02@example.edu"], "whose grant lets them see a draft of their own"
    assert server.got[0].mail["Subject"] == "Cancelled: Renamed"


async def test_without_an_address_nothing_is_sent(database_url: str) -> None:
    async with receiving() as server, office(database_url, mail_port=server.port) as one:
        await one.sql("update person set email = null where email = 'student-04@example.edu'")
        await one.act("cancelProject", GRIDS)
        await one.until_done()
        without = await one.rows("""
            select n.state, n.error from notification n join person p on p.id = n.person_id
            where n.revision > 1 and p.email is null""")
    assert without == [("SUPPRESSED", "the person has no address")]
    assert len(server.got) == len(TAKING_PART) - 1


async def test_what_is_refused_for_now_is_tried_again_and_what_is_for_good_is_not(database_url: str) -> None:
    server = MailServer()

    def recipient(address: str) -> str:
        if address.startswith("mentor-02"):
            return "550 No such user"
        if address.startswith("mentor-13") and server.tried.count(address) < 3:
            return "450 Greylisted"
        return OK

    def data(address: str) -> str:
        return "554 Looks like spam" if address.startswith("mentor-40") else OK

    server.recipient, server.data = recipient, data
    async with receiving(server), office(database_url, mail_port=server.port) as one:
        await one.act("cancelProject", GRIDS)
        states = await one.until_done()
    assert states == {
        "mentor-02": ("BOUNCED", "answered 550: No such user"),
        "mentor-13": SENT,
        "mentor-40": ("BOUNCED", "answered 554: Looks like spam"),
        "student-04": SENT,
    }
    assert server.tried.count("mentor-02@example.edu") == 1
    assert server.tried.count("mentor-13@example.edu") == 3


async def test_a_mail_is_given_up_after_its_last_attempt(database_url: str) -> None:
    server = MailServer(recipient=lambda _: "451 Later")
    async with receiving(server), office(database_url, mail_port=server.port, mail_max_attempts=3) as one:
        await one.act("cancelProject", GRIDS)
        states = await one.until_done()
    assert set(states.values()) == {("FAILED", "answered 451: Later")}
    assert {server.tried.count(address) for address in TAKING_PART} == {3}


async def test_the_mail_server_goes_and_comes_back(database_url: str) -> None:
    server = MailServer()
    async with receiving(server):
        pass
    async with office(database_url, mail_port=server.port) as one:
        await one.act("cancelProject", GRIDS)
        async with asyncio.timeout(60):
            while not all(error for _, error in (await one.states()).values()):
                await asyncio.sleep(0.02)
        assert {state for state, _ in (await one.states()).values()} == {"QUEUED"}
        async with receiving(server):
            states = await one.until_done()
    assert set(states.values()) == {SENT}
    assert server.addresses == list(TAKING_PART)


async def test_several_senders_send_nothing_twice(database_url: str) -> None:
    async with (
        receiving() as server,
        office(database_url, mail_port=server.port) as one,
        office(database_url, mail_port=server.port),
        office(database_url, mail_port=server.port),
    ):
        for _ in range(5):
            await one.act("cancelProject", GRIDS)
            await one.sql("update project set status = 'ACTIVE' where slug = :slug", slug=GRIDS)
        await one.until_done()
    assert server.addresses == sorted(TAKING_PART * 5)
    assert len({got.id for got in server.got}) == len(server.got)


async def test_connections_are_encrypted_and_the_server_is_verified(
    database_url: str, tmp_path: Path
) -> None:
    """By STARTTLS or from the start, with a password of a file; who nobody vouches for gets nothing."""
    own = certificate(tmp_path)
    secret = tmp_path / "password"
    secret.write_text("contraseña\n", encoding="utf-8")
    login = {"mail_user": "puente", "mail_password_file": secret, "mail_certificates": own.file}
    async with (
        receiving(starttls=own.context, password="contraseña") as upgraded,
        receiving(implicit=own.context) as whole,
    ):
        settings = {"mail_port": upgraded.port, "mail_tls": "starttls", **login}
        async with office(database_url, **settings) as one:
            await one.act("cancelProject", GRIDS)
            assert set((await one.until_done()).values()) == {SENT}
            await one.sql("update project set status = 'ACTIVE' where slug = :slug", slug=GRIDS)
        unverified = {"mail_port": whole.port, "mail_tls": "implicit", "mail_max_attempts": 1}
        async with office(database_url, **unverified) as one:
            await one.act("cancelProject", GRIDS)
            await one.until_done()
            failed = [
                error
                for state, error in await one.rows(
                    "select state, error from notification where error is not null"
                )
            ]
            assert len(failed) == len(TAKING_PART)
            assert all("certificate verify failed" in error for error in failed)
            await one.sql("update project set status = 'ACTIVE' where slug = :slug", slug=GRIDS)
        async with office(database_url, **unverified, mail_certificates=own.file) as one:
            await one.act("cancelProject", GRIDS)
            await one.until_done()
    assert {(got.encrypted, got.user) for got in upgraded.got} == {(True, "puente")}
    assert (len(upgraded.got), len(whole.got)) == (len(TAKING_PART), len(TAKING_PART))


async def test_a_server_without_starttls_gets_nothing(database_url: str) -> None:
    async with (
        receiving() as server,
        office(database_url, mail_port=server.port, mail_tls="starttls", mail_max_attempts=1) as one,
    ):
        await one.act("cancelProject", GRIDS)
        states = await one.until_done()
    assert {state for state, _ in states.values()} == {"FAILED"}
    assert server.got == []


async def test_what_waited_for_too_long_is_not_sent(database_url: str) -> None:
    """Mail that is switched on after months doesn't send what happened then."""
    later = MailServer(recipient=lambda _: "451 Later")
    async with receiving(later) as server, office(database_url, mail_port=server.port) as one:
        await one.act("cancelProject", GRIDS)
        await server.until(lambda _: set(server.tried) == set(TAKING_PART))
        await one.sql("update notification_mail set queued_at = now() - interval '4 days'")
        states = await one.until_done()
    assert set(states.values()) == {("FAILED", TOO_OLD)}, "given up for their age, not for what was answered"
    assert server.got == []


QUEUE = """
    with event_open as (
        update event set status = 'PUBLISHED', capacity = 1, starts_at = now() + interval '1 day',
            ends_at = now() + interval '2 days', time_zone = 'America/Tijuana', date_precision = 'DAY'
        where slug = 'demo-mentors-online' returning id)
    insert into registration (event_id, person_id, status)
    select e.id, p.id, case split_part(p.email, '@', 1) when 'student-01' then 'CONFIRMED'
        else 'WAITLISTED' end
    from event_open e, person p where split_part(p.email, '@', 1) in ('student-01', 'student-22')
"""
CONFIRMED = """
    select r.id, r.version from registration r join event e on e.id = r.event_id
    where e.slug = 'demo-mentors-online' and r.status = 'CONFIRMED'
"""


async def cancel_confirmed(one: Office) -> None:
    """The person who has the place cancels."""
    ((id, version),) = await one.rows(CONFIRMED)
    variables = {"input": {"id": f"registration_{id}", "expectedVersion": version}}
    answer = await ask(one.http, document(ACTIONS["cancelRegistration"]), variables, signed_in("admin"))
    assert answer.json()["data"]["cancelRegistration"]["userErrors"] == []


async def test_a_place_that_became_free_is_put_into_calendars(database_url: str) -> None:
    async with receiving() as server, office(database_url, mail_port=server.port) as one:
        await one.sql(QUEUE)
        await cancel_confirmed(one)
        assert await one.until_done() == {"student-22": SENT}
    (got,) = server.got
    assert got.mail["Subject"].startswith("Tiene un lugar: ")
    assert "(America/Tijuana)" in got.part("text/plain")
    calendar: Any = Calendar.from_ical(got.part("text/calendar"))
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["STATUS"]) == ("PUBLISH", "CONFIRMED")
    assert event["DTSTART"].params["TZID"] == "America/Tijuana"


async def test_who_holds_no_grant_any_more_is_mailed_of_what_is_theirs(database_url: str) -> None:
    """As a known person (SELF): their registration, and what everyone sees; no draft, as is tested above."""
    async with receiving() as server, office(database_url, mail_port=server.port) as one:
        await one.sql("update access_grant set revoked_at = now() where subject = 'participant'")
        await one.sql(QUEUE)
        await cancel_confirmed(one)
        assert await one.until_done() == {"student-22": SENT}
    assert server.got[0].mail["Subject"].startswith("Tiene un lugar: ")


async def test_a_place_that_was_given_back_meanwhile_is_not_mailed(database_url: str) -> None:
    later = MailServer(recipient=lambda _: "451 Later")
    async with receiving(later) as server, office(database_url, mail_port=server.port, **PAUSED) as one:
        await one.sql(QUEUE)
        await cancel_confirmed(one)
        await one.until_refused()
        assert len(server.tried) == 1
        await cancel_confirmed(one)
        server.recipient = lambda _: OK
        await one.try_again()
        assert await one.until_done() == {"student-22": ("SUPPRESSED", "it is no longer so")}
    assert server.got == []
