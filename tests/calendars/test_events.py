"""Events for calendar programs: one, or those of a search, as the public sees them, by HTTP's rules."""

from __future__ import annotations

import asyncio
import gzip
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from icalendar import Calendar

from models.database.client import engine_for
from models.loading.demo.upcoming import keep_upcoming
from tests.api.http_clients import ask, bearer, codes, reached
from tests.calendars.calendar_lines import ALL_EVENTS, components, events, lines
from tests.conftest import correcting
from tests.models.statements import run
from tests.personas import ALL_VIEWERS

FEED, ONE = "/calendar/events.ics", "/calendar/events/{}.ics"
OPEN_DAYS = ["demo-open-day-winter", "demo-open-day-summer"]
LECTURES = ["demo-casa-lecture-october", "demo-casa-lecture-november"]
DRAFT = "demo-draft-summit"
UPCOMING = ["demo-upcoming-lecture", "demo-upcoming-workshop", "demo-upcoming-webinar"]


async def add_upcoming(url: str) -> None:
    """The demo's events to come alone; of those that have a day of their own, none."""
    engine = engine_for(correcting(url))
    await run(engine, "update event set status = 'DRAFT' where ends_at > now() - interval '1 day'")
    await keep_upcoming(engine, datetime.now(UTC).date())
    await engine.dispose()


def slugs(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [one["URL"].value.rpartition("/")[2] for one in events(response.content)]


async def feed(client: httpx.AsyncClient, **arguments: str) -> list[str]:
    return slugs(await client.get(FEED, params=arguments))


CASES: dict[str, tuple[dict[str, str], str]] = {
    "all": ({}, "orderBy: [{ field: STARTS_AT }]"),
    "a search": (
        {"search": "RENOVABLE "},
        'search: "renovable", orderBy: [{ field: STARTS_AT }]',
    ),
    "an institution": (
        {"institution": "unam"},
        "orderBy: [{ field: STARTS_AT }], filter: { organizers: { some: { institution: { is:"
        ' { slug: { eq: "unam" } } } } } }',
    ),
    "a topic": (
        {"topic": "agua"},
        'orderBy: [{ field: STARTS_AT }], filter: { topics: { hasAny: ["agua"] } }',
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_a_search_has_what_graphql_gives_the_public(portal: httpx.AsyncClient, case: str) -> None:
    arguments, graphql = CASES[case]
    answer = await ask(portal, f"{{ events(first: 100, {graphql}) {{ nodes {{ slug }} }} }}")
    expected = [one["slug"] for one in answer.json()["data"]["events"]["nodes"]]
    assert await feed(portal, **arguments) == expected != []


async def test_a_search_by_its_arguments(portal: httpx.AsyncClient) -> None:
    """A month is that of each event's own clock, and one whose day is unknown is in its whole month."""
    assert await feed(portal, month="2026-03", topic="energía renovable") == OPEN_DAYS
    assert await feed(portal, month="2026-10", topic="agua") == LECTURES[:1]
    assert await feed(portal, month="2026-11", topic="agua") == LECTURES[1:]
    assert await feed(portal, month="2025-08") == ["regional-sustainable-development-summit-2025"]
    assert await feed(portal, month="2025-09") == []
    assert await feed(portal, topic="agu") == []
    assert await feed(portal, institution="unam", search="lecture october") == LECTURES[:1]
    assert await feed(portal, search="", institution=" ", month="2026-11", topic="agua") == LECTURES[1:]


async def test_what_is_recent_or_to_come(database_url: str) -> None:
    """As many as a calendar may have, those that begin first; one statement."""
    statements: list[str] = []
    await add_upcoming(database_url)
    async with reached(database_url, statements.append, **{**ALL_EVENTS, "calendar_past": 0.0}) as client:
        upcoming = await feed(client)
        assert upcoming == UPCOMING
        await asyncio.sleep(0)  # the driver tells of a statement in the next turn of the loop
        statements.clear()
        assert await feed(client) == upcoming
        await asyncio.sleep(0)
        assert len(statements) == 1
    for fewer in ({"calendar_events": 2}, {"max_page_size": 2, "default_page_size": 2}):
        async with reached(database_url, **{**ALL_EVENTS, "calendar_past": 0.0, **fewer}) as client:
            assert await feed(client) == upcoming[:2]


async def test_every_viewer_gets_what_the_public_gets(portal: httpx.AsyncClient) -> None:
    """Also who organizes a draft; one that may not be seen is like one that there isn't."""
    public = await portal.get(FEED)
    assert DRAFT not in slugs(public)
    nothing = await portal.get(ONE.format("there-is-none"))
    assert (nothing.status_code, codes(nothing)) == (404, ["NOT_FOUND"])
    for name in ALL_VIEWERS:
        assert (await portal.get(FEED, headers=bearer(name))).content == public.content, name
        hidden = await portal.get(ONE.format(DRAFT), headers=bearer(name))
        assert (hidden.status_code, hidden.content) == (404, nothing.content), name
        one = await portal.get(ONE.format(LECTURES[0]), headers=bearer(name))
        assert slugs(one) == LECTURES[:1]
    refused = await portal.get(FEED, headers={"authorization": "Bearer nonsense"})
    assert (refused.status_code, codes(refused)) == (401, ["UNAUTHENTICATED"])


async def test_one_event(portal: httpx.AsyncClient) -> None:
    response = await portal.get(ONE.format(LECTURES[0]), headers={"accept-language": "es-MX"})
    (event,) = events(response.content)
    answer = await ask(portal, f'{{ event(slug: "{LECTURES[0]}") {{ id version }} }}')
    found = answer.json()["data"]["event"]
    assert event["UID"].value == f"{found['id']}@alianza.test"
    assert event["SEQUENCE"].value == str(found["version"])
    assert event["SUMMARY"].text == "Conferencia en La Casa, octubre"
    assert event["LOCATION"].text.startswith("La Casa")
    assert event["URL"].value == f"https://portal.example.org/es/events/{LECTURES[0]}"
    assert (event["DTSTART"].parameters, event["DTSTART"].value) == (
        "TZID=America/Mexico_City",
        "20261031T180000",
    )
    assert [one[0].value for one in components(response.content, "VTIMEZONE")] == ["America/Mexico_City"]
    assert "REFRESH-INTERVAL" not in {line.name for line in lines(response.content)}
    (month,) = events((await portal.get(ONE.format("regional-sustainable-development-summit-2025"))).content)
    assert (month["DTSTART"].value, month["DTEND"].value) == ("20250801", "20250901")
    assert month["DESCRIPTION"].text == "The exact date is not known yet: August 2025."


async def test_what_programs_need_to_subscribe(portal: httpx.AsyncClient) -> None:
    response = await portal.get(FEED, params={"institution": "unam"})
    head = {line.name: line for line in lines(response.content)}
    assert head["NAME"].text == head["X-WR-CALNAME"].text
    assert head["NAME"].text.startswith("Events: ")
    assert (head["REFRESH-INTERVAL"].parameters, head["REFRESH-INTERVAL"].value) == (
        "VALUE=DURATION",
        "PT1H",
    )
    assert head["X-PUBLISHED-TTL"].value == "PT60M"
    read: Any = Calendar.from_ical((await portal.get(FEED)).content)
    assert len(read.walk("VEVENT")) == len(await feed(portal)) > 10
    assert not any("RDATE" in zone for zone in read.walk("STANDARD"))


async def test_the_language(portal: httpx.AsyncClient) -> None:
    """By the header, or by an argument, which programs that send none need."""
    for headers, arguments, name, language in (
        ({}, {}, "Events of the alliance", "en"),
        ({"accept-language": "es"}, {}, "Eventos de la alianza", "es"),
        ({"accept-language": "es"}, {"language": "EN"}, "Events of the alliance", "en"),
        ({}, {"language": "es"}, "Eventos de la alianza", "es"),
    ):
        response = await portal.get(FEED, params=arguments, headers=headers)
        found = {line.name: line.text for line in lines(response.content)}
        assert (found["NAME"], response.headers["content-language"]) == (name, language)


async def test_caches(portal: httpx.AsyncClient) -> None:
    """Another language is another content; a client that has it gets nothing again."""
    for path in (FEED, ONE.format(LECTURES[0])):
        response = await portal.get(path)
        assert response.headers["content-type"] == "text/calendar; charset=utf-8"
        assert response.headers["cache-control"] == "public, max-age=300"
        assert response.headers["vary"] == "Accept-Encoding, Accept-Language, Origin"
        assert response.headers["x-content-type-options"] == "nosniff"
        tag = response.headers["etag"]
        assert (await portal.get(path)).headers["etag"] == tag
        for given in (tag, f'W/{tag}, "x"', "*"):
            again = await portal.get(path, headers={"if-none-match": given})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        spanish = await portal.get(path, headers={"if-none-match": tag, "accept-language": "es"})
        assert (spanish.status_code, spanish.headers["etag"] == tag) == (200, False)
        head = await portal.head(path)
        assert (head.status_code, head.headers["etag"]) == (200, tag)
        refused = await portal.post(path)
        assert (refused.status_code, {*refused.headers["allow"].split(", ")}) == (405, {"GET", "HEAD"})


async def test_large_ones_are_compressed(seeded_url: str) -> None:
    async with reached(seeded_url, min_compressed_bytes=500, **ALL_EVENTS) as client:
        plain = await client.get(FEED, headers={"accept-encoding": "identity"})
        async with client.stream("GET", FEED, headers={"accept-encoding": "gzip"}) as packed:
            raw = b"".join([part async for part in packed.aiter_raw()])
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(raw) == plain.content
        tag = packed.headers["etag"]
        assert tag != plain.headers["etag"]
        again = await client.get(FEED, headers={"accept-encoding": "gzip", "if-none-match": tag})
        assert again.status_code == 304


async def test_other_sites_may_link_to_it_and_those_on_the_list_read_it(seeded_url: str) -> None:
    async with reached(seeded_url, allowed_origins="https://portal.example.org", tokens=False) as client:
        linked = await client.get(FEED, headers={"sec-fetch-site": "cross-site"})
        assert linked.status_code == 200
        other = await client.get(FEED, headers={"origin": "https://other.example.org"})
        assert "access-control-allow-origin" not in other.headers
        own = await client.get(FEED, headers={"origin": "https://portal.example.org"})
        assert own.headers["access-control-allow-origin"] == "https://portal.example.org"


@pytest.mark.parametrize(
    ("query", "status", "part"),
    [
        ("serch=x", 400, '"serch" is no argument of this address; these are: `search`, `institution`'),
        ("search=x&search=y", 400, "A parameter appears twice."),
        ("search=&search=y", 400, "A parameter appears twice."),
        ("month=2026-13", 400, '"2026-13" is no month; write it as in `2027-03`.'),
        ("month=2026-3", 400, "is no month"),
        ("month=9999-12", 400, "is no month"),
        ("language=fr", 400, '"fr" is no language of this server; these are: en, es.'),
        ("institution=there-is-none", 400, 'There is no institution with the slug "there-is-none".'),
        ("search=%ff", 400, "The address is not in UTF-8."),
        ("search=a%00b", 400, ""),
        (f"search={'x' * 501}", 400, "500"),
        (f"search={'x' * 20_000}", 414, "16384"),
    ],
)
async def test_bad_arguments(portal: httpx.AsyncClient, query: str, status: int, part: str) -> None:
    """With the status of HTTP and the code of GraphQL, in both languages."""
    english = await portal.get(f"{FEED}?{query}")
    spanish = await portal.get(f"{FEED}?{query}", headers={"accept-language": "es"})
    for response in (english, spanish):
        assert (response.status_code, codes(response)) == (status, ["BAD_USER_INPUT"]), response.text
    texts = [one.json()["errors"][0]["message"] for one in (english, spanish)]
    assert part in texts[0]
    assert texts[0] != texts[1]


@pytest.mark.parametrize(
    "path",
    ["x", "events", "events/", "events/.ics", "events/x.ics", "events/X.ics", "events/a%00b.ics", "mine.ics"],
)
async def test_other_addresses(portal: httpx.AsyncClient, path: str) -> None:
    response = await portal.get(f"/calendar/{path}")
    assert (response.status_code, codes(response)) == (404, ["NOT_FOUND"])
    one = await portal.get(ONE.format(LECTURES[0]), params={"month": "2026-10"})
    assert (one.status_code, codes(one)) == (400, ["BAD_USER_INPUT"])


async def test_requests_count_as_all_others_do(seeded_url: str) -> None:
    async with reached(seeded_url, address_operations_per_minute=3, operations_per_minute=1) as client:
        paths = (FEED, ONE.format("x"), "/calendar/mine/x.ics")
        assert [(await client.get(path)).status_code for path in paths] == [200, 404, 404]
        for path in paths:
            refused = await client.get(path)
            assert (refused.status_code, codes(refused)) == (429, ["RATE_LIMITED"])
            assert int(refused.headers["retry-after"]) > 0
        viewer = bearer("participant")
        assert [(await client.get(FEED, headers=viewer)).status_code for _ in range(2)] == [200, 429]


async def test_what_becomes_of_an_event(database_url: str) -> None:
    """It is cancelled, with a later SEQUENCE, or leaves the calendar: as a draft, and archived."""
    slug = "demo-mentors-online"
    engine = engine_for(correcting(database_url))
    async with reached(database_url, **ALL_EVENTS) as client:
        (before,) = events((await client.get(ONE.format(slug))).content)
        await run(engine, f"update event set status = 'CANCELLED' where slug = '{slug}'")
        (after,) = events((await client.get(ONE.format(slug))).content)
        assert [one["STATUS"].value for one in (before, after)] == ["CONFIRMED", "CANCELLED"]
        assert int(after["SEQUENCE"].value) == int(before["SEQUENCE"].value) + 1
        assert after["UID"] == before["UID"]
        assert after["LAST-MODIFIED"].value >= before["LAST-MODIFIED"].value
        assert slug in await feed(client)
        await run(engine, f"update event set archived_at = now() where slug = '{slug}'")
        assert slug not in await feed(client)
        assert (await client.get(ONE.format(slug))).status_code == 200, "as by its slug in GraphQL"
        await run(engine, f"update event set status = 'DRAFT', archived_at = null where slug = '{slug}'")
        assert slug not in await feed(client)
        assert (await client.get(ONE.format(slug))).status_code == 404
    await engine.dispose()
