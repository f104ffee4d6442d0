"""Calendars show nothing that their readers may not read, and a leak of the policy would be found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from starlette.requests import Request

import schema
from api.auth.authenticator import Authenticator
from api.calendar.calendars import (
    CalendarOptions,
    CalendarQuery,
    CalendarRequest,
    CalendarSource,
    EventCalendar,
    PersonCalendar,
    SearchCalendar,
)
from api.composition import pipeline_of
from delivery.calendar.calendar_file import CalendarOrigin
from planner.declaration.access import every_row
from planner.engine import Engine
from planner.errors import NotFound
from schema.roles import PUBLIC, SELF
from tests.access.leaks import rows_of, stated
from tests.api.http_clients import settings_for
from tests.calendars.calendar_lines import lines
from tests.engines import BOUNDS
from tests.random_queries.run import Harness
from tests.random_queries.viewers import viewers_of
from tests.reference.disclosure import Disclosed
from tests.reference.viewers import HeldGrant, Viewer

OPTIONS = CalendarOptions(
    CalendarOrigin("alianza.test", None), 100, timedelta(days=36_500), timedelta(hours=1), 0
)


def query(reference_harness: Harness) -> CalendarQuery:
    settings = settings_for("postgresql://nobody@localhost/nothing")
    engine = Engine(schema.graphql_schema, schema.catalog, schema.POLICY, BOUNDS)
    pipeline = pipeline_of(settings, Authenticator(settings), engine)
    pipeline.database = reference_harness.comparison.database
    return CalendarQuery(pipeline)


def read(reference_harness: Harness, source: CalendarSource, language: str, **path: str) -> list[str]:
    """The lines of a calendar; none where there is none."""

    async def receive() -> Any:
        raise AssertionError("there is no body")

    scope = {"type": "http", "headers": [], "path_params": path, "client": ("127.0.0.1", 1)}
    wanted = CalendarRequest(Request(scope, receive), {}, language)
    try:
        found = reference_harness.loop.run(source.read(wanted))
    except NotFound:
        return []
    return [line.text for line in lines(source.render(found.data, wanted).to_ical())]


def check(reference_harness: Harness) -> int:
    """Raises Disclosed; the number of lines that were looked through."""
    comparison, found = reference_harness.comparison, 0
    planned = query(reference_harness)
    events = comparison.world.rows.all("event")
    for viewer in viewers_of("public"):
        for reader, paths in (
            (SearchCalendar(planned, OPTIONS), [{}]),
            (EventCalendar(planned, OPTIONS), [{"slug": row["slug"]} for row in events]),
        ):
            for path in paths:
                texts = read(reference_harness, reader, viewer.language, **path)
                comparison.disclosures.check(viewer, texts)
                found += len(texts)
    return found


def test_the_public_reads_what_it_may(reference_harness: Harness) -> None:
    rows = reference_harness.comparison.world.rows.all("event")
    assert {row["status"] for row in rows} == {"DRAFT", "PUBLISHED", "CANCELLED"}
    assert check(reference_harness) > 1_000


def test_drafts_that_everyone_sees_are_found(
    reference_harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    stated("Event", rows_of(PUBLIC, every_row))(monkeypatch)
    with pytest.raises(Disclosed, match=r"event\."):
        check(reference_harness)


def people(reference_harness: Harness) -> Iterable[UUID]:
    rows = reference_harness.comparison.world.rows.all("registration")
    return sorted({row["person_id"] for row in rows if row["person_id"] is not None})


def check_people(reference_harness: Harness, monkeypatch: pytest.MonkeyPatch) -> int:
    """The same of people's own calendars, whoever they are; a calendar has no other registration's event."""
    comparison, found = reference_harness.comparison, 0
    reader = PersonCalendar(query(reference_harness), OPTIONS)
    for person in people(reference_harness):

        async def is_of(database: Any, secret: str, person: UUID = person) -> UUID:
            return person

        monkeypatch.setattr("api.calendar.calendars.person_of_link", is_of)
        viewer = Viewer("a link", "EN", (HeldGrant("SELF", person=person),))
        texts = read(reference_harness, reader, "EN", secret="x")
        comparison.disclosures.check(viewer, texts)
        rows = comparison.world.rows.owned("registration", "person_id", person)
        statuses = {row["id"]: row["status"] for row in comparison.world.rows.all("event")}
        own = {str(row["event_id"]) for row in rows if statuses[row["event_id"]] != "DRAFT"}
        assert {uid.partition("@")[0].removeprefix("event_") for uid in texts if "@alianza" in uid} == own
        found += len(own)
    return found


def test_people_read_their_own_events(reference_harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_people(reference_harness, monkeypatch) > 10


def test_registrations_of_others_are_found(
    reference_harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    stated("Registration", rows_of(SELF, every_row))(monkeypatch)
    with pytest.raises(AssertionError):
        check_people(reference_harness, monkeypatch)
