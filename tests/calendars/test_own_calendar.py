"""A person's own calendar, by a private link: made, read, renewed, revoked, and by nobody else."""

from __future__ import annotations

import io
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from api.runtime.secret_filter import SecretFilter
from api.server.server import log_config
from models.database.client import engine_for
from models.loading.demo.upcoming import keep_upcoming
from tests.api.http_clients import ask, bearer, codes, reached
from tests.calendars.calendar_lines import Line, events, lines
from tests.conftest import correcting
from tests.mail.harness import Office
from tests.mail.test_links import tables_with
from tests.mutations.harness import ACTIONS, document
from tests.personas import ALL_VIEWERS

CREATE, RENEW, REVOKE = (ACTIONS[f"{verb}CalendarLink"] for verb in ("create", "renew", "revoke"))
OWN = "{ calendarLinks { totalCount nodes { id version createdAt renewedAt displayName } } }"
WAITING, PLACED = "demo-upcoming-lecture", "demo-upcoming-workshop"
PAGE = "https://portal.example.org/events/{slug}"
NOWHERE = "/calendar/mine/puente_calendar_there-is-none.ics"


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Office]:
    """A server that mails nothing, and its database."""
    engine = engine_for(correcting(url))
    await keep_upcoming(engine, datetime.now(UTC).date())
    async with reached(url, event_page=PAGE) as http:
        yield Office(http, engine)
    await engine.dispose()


async def send(one: Office, action: Any, persona: str = "participant", **given: Any) -> dict[str, Any]:
    """The payload of a mutation as a persona."""
    headers = {**bearer(persona), **given.pop("headers", {})}
    variables = {"input": given.pop("input", {}), **given}
    payload = document(action).replace("changed replayed", "path changed replayed")
    if action is REVOKE:
        payload = document(action).replace("calendarLink {", "removedId x: calendarLink {")
    answer = (await ask(one.http, payload, variables, headers)).json()
    assert "errors" not in answer, answer
    found: dict[str, Any] = answer["data"][action.mutation]
    return found


async def created(one: Office, persona: str = "participant") -> tuple[dict[str, Any], str]:
    """A new link, and the path that it leads to."""
    payload = await send(one, CREATE, persona, input={"language": "EN"})
    assert payload["userErrors"] == []
    return payload["calendarLink"], payload["path"]


def as_input(link: dict[str, Any]) -> dict[str, Any]:
    return {"input": {"id": link["id"], "expectedVersion": link["version"]}}


def refusals(payload: dict[str, Any]) -> list[str]:
    return [one["code"] for one in payload["userErrors"]]


async def read(one: Office, path: str, **headers: str) -> dict[str, dict[str, Line]]:
    """The entries of a calendar, by the slug of the event."""
    response = await one.http.get(path, headers=headers)
    assert response.status_code == 200, response.text
    return {found["URL"].value.rpartition("/")[2]: found for found in events(response.content)}


async def is_nowhere(one: Office, path: str) -> bool:
    """Whether an address is like one that never was, for everybody."""
    nothing, found = await one.http.get(NOWHERE), await one.http.get(path)
    assert (nothing.status_code, codes(nothing)) == (404, ["NOT_FOUND"])
    return (found.status_code, found.content) == (404, nothing.content)


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """What was logged, but by the test's own client."""
    return " ".join(one.getMessage() for one in caplog.records if not one.name.startswith("http"))


async def test_the_own_events(database_url: str) -> None:
    """With their state: a place, the waiting list, cancelled; without the code of a ticket."""
    async with opened(database_url) as one:
        _, path = await created(one)
        found = await read(one, path)
        assert {slug: entry["STATUS"].value for slug, entry in found.items()} == {
            WAITING: "TENTATIVE",
            PLACED: "CONFIRMED",
        }
        assert found[WAITING]["DESCRIPTION"].text.startswith("You are on the waiting list.\n\n")
        spanish = await read(one, path.replace("=en", "=es"))
        assert spanish[WAITING]["DESCRIPTION"].text.startswith("Usted está en la lista de espera.\n\n")
        response = await one.http.get(path)
        assert response.headers["cache-control"] == "private, no-cache"
        assert {line.name: line.text for line in lines(response.content)}["NAME"] == "My events"
        ((code,),) = await one.rows(
            "select r.code from registration r join event e on e.id = r.event_id"
            " join person p on p.id = r.person_id where p.email like 'student-22@%' and e.slug = :slug",
            slug=PLACED,
        )
        assert code not in response.text
        again = await one.http.get(path, headers={"if-none-match": response.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        public = await one.http.get(f"/calendar/events/{PLACED}.ics")
        assert events(public.content)[0]["UID"] == found[PLACED]["UID"]
        before = int(found[PLACED]["SEQUENCE"].value)
        await one.sql(
            "update registration set status = 'CANCELLED' where id in (select r.id from registration r"
            " join event e on e.id = r.event_id join person p on p.id = r.person_id"
            " where p.email like 'student-22@%' and e.slug = :slug)",
            slug=PLACED,
        )
        cancelled = (await read(one, path))[PLACED]
        assert (cancelled["STATUS"].value, int(cancelled["SEQUENCE"].value)) == ("CANCELLED", before + 1)
        await one.sql(
            "insert into registration (event_id, person_id, status) select e.id, p.id, 'CONFIRMED'"
            " from event e, person p where e.slug = :slug and p.email like 'student-22@%'",
            slug=PLACED,
        )
        new = (await read(one, path))[PLACED]
        assert (new["STATUS"].value, int(new["SEQUENCE"].value)) == ("CONFIRMED", before + 2)
        await one.sql("update event set status = 'CANCELLED' where slug = :slug", slug=PLACED)
        assert (await read(one, path))[PLACED]["STATUS"].value == "CANCELLED"
        await one.sql("update event set status = 'DRAFT' where slug = :slug", slug=PLACED)
        assert list(await read(one, path)) == [WAITING], "what the person no longer sees"


async def test_the_life_of_a_link(database_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """Its secret is returned once, and is nowhere in the database or the log; each step ends what was."""
    caplog.set_level("DEBUG")
    async with opened(database_url) as one:
        spanish = {"accept-language": "es"}
        dry = await send(one, CREATE, dry=True)
        assert (refusals(dry), dry["path"]) == ([], None)
        link, path = await created(one)
        assert path.startswith("/calendar/mine/puente_calendar_")
        again = await send(one, CREATE)
        assert (again["calendarLink"]["id"], again["replayed"], again["path"]) == (link["id"], True, None)
        other, others = await created(one, "mentor")
        assert other["id"] != link["id"]
        assert WAITING in await read(one, others), "mentor-02 got the place that became free"
        for secret in (path, others):
            plain = secret.rpartition("/")[2].partition(".")[0]
            assert await tables_with(one, plain) == []
            assert plain not in logged(caplog)
        dry = await send(one, RENEW, **as_input(link), dry=True)
        assert (refusals(dry), dry["path"], dry["changed"]) == ([], None, ["renewedAt"])
        assert await read(one, path)
        renewed = await send(one, RENEW, **as_input(link), key="once", headers=spanish)
        assert renewed["changed"] == ["renewedAt"]
        assert renewed["path"].endswith(".ics?language=es")
        assert await is_nowhere(one, path)
        repeated = await send(one, RENEW, **as_input(link), key="once")
        assert (repeated["replayed"], repeated["path"]) == (True, None)
        assert await read(one, renewed["path"])
        assert refusals(await send(one, RENEW, **as_input(link))) == ["CONFLICT"]
        link = renewed["calendarLink"]
        revoked = await send(one, REVOKE, **as_input(link))
        assert (refusals(revoked), revoked["removedId"]) == ([], link["id"])
        for gone in (path, renewed["path"], others.replace(".ics", "x.ics")):
            assert await is_nowhere(one, gone)
        assert await read(one, others), "everybody else's stays"
        assert (await created(one))[0]["id"] != link["id"]


async def test_nobody_else_has_a_part_in_it(database_url: str) -> None:
    """A link is its person's; whoever is no person has none, and staff neither renew nor revoke it."""
    async with opened(database_url) as one:
        link, path = await created(one)
        for persona in ALL_VIEWERS:
            answer = (await ask(one.http, OWN, headers=bearer(persona))).json()["data"]["calendarLinks"]
            sees = persona in ("participant", "admin")
            assert [row["id"] for row in answer["nodes"]] == [link["id"]] * sees, persona
            if persona == "participant":
                continue
            expected = ["FORBIDDEN"] if sees else ["NOT_FOUND"]
            for action in (RENEW, REVOKE):
                assert refusals(await send(one, action, persona, **as_input(link))) == expected, persona
            if persona != "mentor":
                assert refusals(await send(one, CREATE, persona)) == ["FORBIDDEN"], persona
        assert await read(one, path)


async def test_a_link_ends_with_the_account_that_made_it(database_url: str) -> None:
    """Once that is no longer the person, or another one; and from then on for its own person alone."""
    revoke = "update access_grant set revoked_at = {} where subject = 'participant'"
    linked = "insert into access_identity (issuer, subject, person_id) select '{0}', 'participant', id"
    async with opened(database_url) as one:
        _, path = await created(one)
        await one.sql(revoke.format("now()"))
        assert await is_nowhere(one, path)
        await one.sql(revoke.format("null"))
        assert await read(one, path)
        issuer = "puente-development"
        await one.sql(f"{linked.format(issuer)} from person where email like 'mentor-02@%'")
        assert await is_nowhere(one, path)
        assert refusals(await send(one, CREATE)) == [], "as the person that the account is now"
        await one.sql("delete from access_identity")
        assert await read(one, path)


@pytest.mark.parametrize("path", ["", "puente_calendar_", "a%00b", "%F0%9F%8E%93", "x" * 5_000])
async def test_secrets_of_any_form(portal: httpx.AsyncClient, path: str) -> None:
    response = await portal.get(f"/calendar/mine/{path}.ics")
    assert (response.status_code, codes(response)) == (404, ["NOT_FOUND"])
    spanish = await portal.get(f"/calendar/mine/{path}.ics", headers={"accept-language": "es"})
    assert (spanish.status_code, codes(spanish)) == (404, ["NOT_FOUND"])


def test_the_log_of_requests_has_no_secret() -> None:
    """As uvicorn logs them, and in the text of any message."""
    assert log_config("info")["handlers"]["stderr"]["filters"][0] == "secrets"
    handler = logging.StreamHandler(io.StringIO())
    handler.addFilter(SecretFilter())
    path = "/calendar/mine/puente_calendar_A-b_9%20.ics?language=es"
    arguments = ("127.0.0.1:5", "GET", path, "1.1", 200)
    record = logging.LogRecord(
        "uvicorn.access", logging.INFO, "", 0, '%s - "%s %s HTTP/%s" %d', arguments, None
    )
    handler.handle(record)
    handler.handle(
        logging.LogRecord("puente", 30, "", 0, "at puente_link_x9 and puente_calendar", None, None)
    )
    assert handler.stream.getvalue().splitlines() == [
        '127.0.0.1:5 - "GET /calendar/mine/puente_calendar_….ics?language=es HTTP/1.1" 200',
        "at puente_link_… and puente_calendar",
    ]
