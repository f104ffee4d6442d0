"""Calls from a draft to their closing: by those who manage them, and by the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.timed_steps import take_timed_steps
from planner.messages import message as planner_message
from schema.messages import message
from schema.workflows import timed_steps
from tests.models.statements import rows, run, scalar
from tests.mutations.harness import ACTIONS, MutationHarness
from tests.mutations.test_creations import INPUTS, MERCED
from tests.mutations.test_own_records import DAVIS, MX, UC, codes, update

FIELDS = "status closesAt deadline opensAt opensOn localClosing"


@pytest.fixture
async def harness(engine: AsyncEngine, harness: MutationHarness) -> MutationHarness:
    own = (
        f"update program set institution_id = '{MERCED.partition('_')[2]}' where code = 'CLIMATE_AMBASSADORS'"
    )
    await run(engine, own)
    return harness


async def program(engine: AsyncEngine, code: str = "CLIMATE_AMBASSADORS") -> str:
    return f"program_{await scalar(engine, 'select id from program where code = :code', code=code)}"


async def create(engine: AsyncEngine, harness: MutationHarness, sender: str = UC, **values: Any) -> Any:
    given = {"program": await program(engine), **INPUTS["createCall"], **values}
    return await harness.send(sender, ACTIONS["createCall"], given, FIELDS)


async def step(harness: MutationHarness, name: str, sender: str, call: Any, **values: Any) -> Any:
    options = {key: values.pop(key) for key in ("dry", "key", "language") if key in values}
    given = {"id": call["id"], "expectedVersion": call["version"], **values}
    return await harness.send(sender, ACTIONS[name], given, FIELDS, **options)


def ahead(days: float) -> str:
    """A wall clock so many days ahead, as a form names it; the clocks of the tests are behind UTC."""
    return f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%dT%H:%M}"


DAYS = ("2027-01-31", "2027-03-13", "2027-03-14", "2027-10-31", "2027-11-07")
CLOSINGS = [
    (("America/Los_Angeles", "America/Tijuana"), ("08:00", "08:00", "07:00", "07:00", "08:00")),
    (("America/Ciudad_Juarez",), ("07:00", "07:00", "06:00", "06:00", "07:00")),
    (("America/Mexico_City", "America/Monterrey", "America/Merida"), ("06:00",) * 5),
    (("America/Hermosillo", "America/Mazatlan"), ("07:00",) * 5),
    (("America/Cancun",), ("05:00",) * 5),
]
"""Zones, and by day when a call closes whose form says 23:59: at which hour of the next day, in UTC."""


@pytest.mark.parametrize(("zones", "hours"), CLOSINGS)
async def test_a_call_closes_at_the_end_of_its_last_minute(
    engine: AsyncEngine, harness: MutationHarness, zones: tuple[str, ...], hours: tuple[str, ...]
) -> None:
    for zone in zones:
        for day, hour in zip(DAYS, hours, strict=True):
            times: dict[str, Any] = {"localOpening": None, "localClosing": f"{day}T23:59", "timeZone": zone}
            call = (await create(engine, harness, **times))["call"]
            next_day = datetime.fromisoformat(day).date() + timedelta(days=1)
            assert call["closesAt"] == f"{next_day}T{hour}:00+00:00", (zone, day)
            assert call["localClosing"].startswith(f"{day}T23:59:00")


async def test_local_times_that_a_zone_skips_or_repeats(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    skipped = await create(engine, harness, localClosing="2027-03-14T02:30", timeZone="America/Tijuana")
    assert codes(skipped) == [("LOCAL_TIME_DOES_NOT_EXIST", ["localClosing"])]
    twice = {"localClosing": "2027-11-07T01:30", "timeZone": "America/Los_Angeles"}
    assert (await create(engine, harness, **twice))["call"]["closesAt"] == "2027-11-07T09:31:00+00:00"
    seconds = await create(engine, harness, localClosing="2027-03-14T23:59:59")
    assert seconds["call"]["closesAt"] == "2027-03-15T07:00:00+00:00", "in the midst of its last minute"


async def test_only_managers_prepare_a_call(engine: AsyncEngine, harness: MutationHarness) -> None:
    """The institution that runs the program makes calls; who else manages one writes that one."""
    assert codes(await create(engine, harness, MX)) == [("FORBIDDEN", [])]
    foreign = await program(engine, "STRATEGIC_RESEARCH")
    assert codes(await create(engine, harness, program=foreign)) == [("FORBIDDEN", [])]
    assert codes(await create(engine, harness, program=foreign, institution=MERCED)) == [("FORBIDDEN", [])]
    times = {"localOpening": ahead(10), "localClosing": ahead(20)}
    call = (await create(engine, harness, institution=DAVIS, **times))["call"]
    for name in ("publishCall", "extendCall", "cancelCall"):
        more = {"extendCall": {"localClosing": ahead(90)}, "cancelCall": {"reason": "No."}}.get(name, {})
        assert codes(await step(harness, name, MX, call, **more)) == [("NOT_FOUND", ["id"])]
    call = (await update(harness, "two-campuses", call, maxMonths=12))["call"]
    mine = await create(engine, harness, "admin", program=foreign, institution=MERCED, **times)
    assert (await step(harness, "publishCall", UC, mine["call"]))["call"]["status"] == "SCHEDULED"
    published = await step(harness, "publishCall", UC, call)
    assert published["call"]["status"] == "SCHEDULED"
    assert codes(await update(harness, MX, published["call"], maxMonths=1)) == [("FORBIDDEN", ["id"])]


async def test_a_call_is_published_once_it_is_whole(engine: AsyncEngine, harness: MutationHarness) -> None:
    bare: dict[str, Any] = {"titles": {"en": "Water"}, "localOpening": None, "localClosing": None}
    call = (await create(engine, harness, **bare))["call"]
    no_title, no_closing = message("call.no_title"), message("call.no_closing")
    for language in ("EN", "ES"):
        refused = await step(harness, "publishCall", UC, call, language=language)
        words = [one["message"] for one in refused["userErrors"]]
        assert words == [no_title.read(language), no_closing.read(language)]
        assert codes(refused) == [("INCOMPLETE", ["id"])] * 2
        (action,) = (one for one in refused["call"]["availableActions"] if one["name"] == "publishCall")
        assert (action["allowed"], action["reasons"]) == (False, refused["userErrors"])
    whole = {"titles": {"es": "Agua"}, "localClosing": ahead(30)}
    call = (await update(harness, UC, call, **whole))["call"]
    dry = await step(harness, "publishCall", UC, call, dry=True)
    assert (dry["userErrors"], dry["changed"], dry["call"]["status"]) == ([], ["status"], "DRAFT")
    stale = await step(harness, "publishCall", UC, {**call, "version": 1})
    assert codes(stale) == [("CONFLICT", ["expectedVersion"])]
    done = await step(harness, "publishCall", UC, call, key="k")
    assert (done["call"]["status"], done["changed"], done["replayed"]) == ("OPEN", ["status"], False)
    again = await step(harness, "publishCall", UC, call, key="k")
    assert (again["call"], again["replayed"]) == (done["call"], True)
    twice = await step(harness, "publishCall", UC, done["call"], language="ES")
    words = [planner_message("mutation.wrong_state", statuses="DRAFT").read("ES")]
    assert [one["message"] for one in twice["userErrors"]] == words
    gone = (await create(engine, harness, localOpening=None, localClosing=ahead(-3)))["call"]
    assert codes(await step(harness, "publishCall", UC, gone)) == [("DEADLINE_PASSED", ["id"])]


async def test_the_clock_opens_and_closes(engine: AsyncEngine, harness: MutationHarness) -> None:
    """Each step once its instant has come, and no earlier; drafts and cancelled calls stay."""
    times = {"localOpening": ahead(10), "localClosing": ahead(20)}
    scheduled, cancelled = [(await create(engine, harness, **times))["call"] for _ in range(2)]
    draft = (await create(engine, harness, **times))["call"]
    scheduled = (await step(harness, "publishCall", UC, scheduled))["call"]
    cancelled = (await step(harness, "publishCall", UC, cancelled))["call"]
    cancelled = (await step(harness, "cancelCall", UC, cancelled, reason="It rains."))["call"]
    assert (scheduled["status"], cancelled["status"]) == ("SCHEDULED", "CANCELLED")
    keys = [one["id"].partition("_")[2] for one in (scheduled, draft, cancelled)]
    ids = ", ".join(f"'{key}'" for key in keys)
    for opens, closes, status in (
        ("1 minute", "1 day", "SCHEDULED"),
        ("-1 minute", "1 day", "OPEN"),
        ("-1 day", "1 minute", "OPEN"),
        ("-1 day", "-1 minute", "CLOSED"),
    ):
        moved = f"opens_at = now() + interval '{opens}', deadline = now() + interval '{closes}'"
        await run(engine, f"update call set {moved} where id in ({ids})")
        await take_timed_steps(engine, timed_steps())
        found = [await scalar(engine, f"select status from call where id = '{key}'") for key in keys]
        assert found == [status, "DRAFT", "CANCELLED"], (opens, closes)


async def test_an_instant_that_passed_does_not_wait_for_the_clock(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    call = (await create(engine, harness, localOpening=None, localClosing=ahead(9)))["call"]
    call = (await step(harness, "publishCall", UC, call))["call"]
    await run(engine, f"update call set deadline = now() - interval '2 minutes' where id = '{key_of(call)}'")
    call["version"] += 1
    late = await step(harness, "shortenCall", "admin", call, localClosing=ahead(1), reason="Too late.")
    assert codes(late) == [("DEADLINE_PASSED", ["id"])]
    extended = await step(harness, "extendCall", UC, call, localClosing=ahead(5))
    assert (extended["userErrors"], extended["call"]["status"]) == ([], "OPEN")
    opening = (await create(engine, harness, localOpening=ahead(3), localClosing=ahead(9)))["call"]
    opening = (await step(harness, "publishCall", UC, opening))["call"]
    await run(engine, f"update call set opens_at = now() where id = '{key_of(opening)}'")
    opening["version"] += 1
    refused = await update(harness, UC, opening, localOpening=ahead(4))
    assert codes(refused) == [("WRONG_STATE", ["localOpening"])]
    assert (await step(harness, "extendCall", UC, opening, localClosing=ahead(12)))["call"][
        "status"
    ] == "OPEN"


def key_of(call: Any) -> str:
    return str(call["id"].partition("_")[2])


async def test_a_closing_moves_later_and_by_staff_earlier(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    call = (await create(engine, harness, localOpening=ahead(3), localClosing=ahead(20)))["call"]
    call = (await step(harness, "publishCall", UC, call))["call"]
    for refused in (ahead(19), ahead(20)):
        payload = await step(harness, "extendCall", UC, call, localClosing=refused)
        assert codes(payload) == [("OUT_OF_RANGE", ["localClosing"])]
        assert payload["userErrors"][0]["message"] == message("call.not_later").read("EN")
    call = (await step(harness, "extendCall", UC, call, localClosing=ahead(30)))["call"]
    assert call["status"] == "SCHEDULED", "it still opens later"
    sooner = {"localClosing": ahead(10), "reason": "The money is spent."}
    assert codes(await step(harness, "shortenCall", UC, call, **sooner)) == [("FORBIDDEN", ["id"])]
    later = await step(harness, "shortenCall", "admin", call, **{**sooner, "localClosing": ahead(31)})
    assert codes(later) == [("OUT_OF_RANGE", ["localClosing"])]
    before = await step(harness, "shortenCall", "admin", call, **{**sooner, "localClosing": ahead(1)})
    assert codes(before) == [("OUT_OF_RANGE", ["localClosing"])], "before it opens"
    blank = await step(harness, "shortenCall", "admin", call, **{**sooner, "reason": " "})
    assert codes(blank) == [("REQUIRED", ["reason"])]
    done = await step(harness, "shortenCall", "admin", call, **sooner)
    assert (done["changed"], done["call"]["status"]) == (["localClosing"], "SCHEDULED")
    entry = "select reason from audit_entry where mutation = 'shortenCall'"
    assert await rows(engine, entry) == [("The money is spent.",)]
    await run(
        engine,
        "update call set opens_at = now() - interval '9 days', deadline = now() - interval '8 days'"
        f" where id = '{key_of(call)}'",
    )
    for _ in range(2):  # SCHEDULED, OPEN, CLOSED
        await take_timed_steps(engine, timed_steps())
    closed = {
        **call,
        "version": await scalar(engine, f"select version from call where id = '{key_of(call)}'"),
    }
    passed = await step(harness, "extendCall", UC, closed, localClosing=ahead(-2))
    assert codes(passed) == [("OUT_OF_RANGE", ["localClosing"])]
    assert passed["userErrors"][0]["message"] == message("call.closing_passed").read("EN")
    again = await step(harness, "extendCall", UC, closed, localClosing=ahead(2))
    assert (again["call"]["status"], again["changed"]) == ("OPEN", ["localClosing", "status"])


async def test_what_was_announced_changes_by_its_own_steps(
    engine: AsyncEngine, harness: MutationHarness
) -> None:
    call = (await create(engine, harness, localOpening=ahead(3), localClosing=ahead(20)))["call"]
    call = (await update(harness, UC, call, localClosing=ahead(25), timeZone="America/Cancun"))["call"]
    call = (await step(harness, "publishCall", UC, call))["call"]
    values = {"localClosing": None, "timeZone": "America/Tijuana", "titles": {"es": None}, "maxMonths": 3}
    for sender in (UC, "admin"):
        refused = await update(harness, sender, call, **values)
        assert sorted(codes(refused)) == [
            ("INCOMPLETE", ["titles"]),
            ("WRONG_STATE", ["localClosing"]),
            ("WRONG_STATE", ["timeZone"]),
        ]
    for missing in (None, {"en": None, "es": None}):
        assert codes(await update(harness, UC, call, titles=missing)) == [("REQUIRED", ["titles"])]
    moved = await update(harness, UC, call, localOpening=ahead(4), titles={"es": "Otra"}, maxMonths=3)
    assert (moved["userErrors"], moved["changed"]) == ([], ["titles", "localOpening", "maxMonths"])


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"titles": {"en": " "}}, "REQUIRED", "titles"),
    ({"titles": {"en": "x" * 301}}, "TOO_LONG", "titles"),
    ({"eligibilities": {"en": "x" * 20_001}}, "TOO_LONG", "eligibilities"),
    ({"maxAmount": "-1"}, "OUT_OF_RANGE", "maxAmount"),
    ({"maxAmount": "1.001"}, "OUT_OF_RANGE", "maxAmount"),
    ({"maxAmount": "1e13"}, "OUT_OF_RANGE", "maxAmount"),
    ({"currency": None}, "INVALID", "currency"),
    ({"maxMonths": 0}, "OUT_OF_RANGE", "maxMonths"),
    ({"localClosing": "2027-01-01T00:00"}, "OUT_OF_RANGE", "localClosing"),
    ({"localClosing": "9999-12-31T23:59"}, "OUT_OF_RANGE", "localClosing"),
    ({"localOpening": "0001-01-01T00:00"}, "OUT_OF_RANGE", "localOpening"),
    ({"timeZone": None}, "REQUIRED", "timeZone"),
]
"""What each constraint of the table refuses: code and field."""


async def test_every_constraint_is_told(engine: AsyncEngine, harness: MutationHarness) -> None:
    call = (await create(engine, harness))["call"]
    for values, code, field in WRONG:
        payload = await update(harness, UC, call, **values)
        assert (code, [field]) in [(one, path[:1]) for one, path in codes(payload)], values
        assert payload["changed"] == []
    institution = await create(engine, harness, institution=f"institution_{key_of(call)}")
    assert codes(institution) == [("REFERS_TO_NOTHING", ["institution"])]
