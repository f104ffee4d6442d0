"""Registrations for events and who came, as the model knows them: places, the queue, tickets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.mutations.model.drawn import Drawn
from tests.mutations.model.entity import Entity
from tests.mutations.model.fields import NEEDED, Choice, Instant, Parts, Reference, Text, TextPart
from tests.mutations.model.making import Effect, Key, Making, NewMust
from tests.mutations.model.world import World
from tests.reference.ids import global_id
from tests.reference.policy import Sight
from tests.reference.registrations import checks_in, is_theirs, of_system, organizes, ticket
from tests.reference.rows import Row, Rows

Values = Mapping[str, Any]
OPEN, HOLDING = ("CONFIRMED", "WAITLISTED", "ATTENDED"), ("CONFIRMED", "ATTENDED")
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def _registrations(rows: Rows, event: UUID, *statuses: str) -> list[Row]:
    """The registrations for an event in some statuses, in the order in which they came."""
    found = [one for one in rows.owned("registration", "event_id", event) if one["status"] in statuses]
    return sorted(found, key=lambda one: one["seq"])


def is_open(event: Row) -> bool:
    """Announced, and not over."""
    return bool(event["status"] == "PUBLISHED" and event["ends_at"] > datetime.now(UTC))


def fill(world: World, event_id: UUID) -> None:
    """Whoever came first gets the first place that is free."""
    event = world.get("event", event_id)
    if event is None or not is_open(event):
        return
    waiting = _registrations(world, event_id, "WAITLISTED")
    free = len(waiting)
    if event["capacity"] is not None:
        free = max(event["capacity"] - len(_registrations(world, event_id, *HOLDING)), 0)
    for one in waiting[:free]:
        world.update("registration", one["id"], {"status": "CONFIRMED"})


def _fill_event_of(world: World, id: UUID) -> None:
    fill(world, world.tables["registration"][id]["event_id"])


def _cancel_all(world: World, event_id: UUID) -> None:
    for one in _registrations(world, event_id, "CONFIRMED", "WAITLISTED"):
        world.update("registration", one["id"], {"status": "CANCELLED"})


def _today(event: Row, instant: datetime | None = None) -> date:
    """The day by the event's clock."""
    return (instant or datetime.now(UTC)).astimezone(ZoneInfo(event["time_zone"])).date()


def _event_of(rows: Rows, registration_id: UUID) -> Row:
    registration = rows.get("registration", registration_id)
    event = rows.get("event", registration["event_id"]) if registration else None
    assert event is not None
    return event


def _days(rows: Rows, registration_id: UUID) -> Mapping[date, UUID]:
    """The attendance on each day."""
    return {one["day"]: one["id"] for one in rows.owned("attendance", "registration_id", registration_id)}


def _undone(sight: Sight, row: Row) -> Values:
    """Who came on another day too has still come; nobody has a place at an event that is cancelled."""
    event = _event_of(sight.rows, row["id"])
    if _days(sight.rows, row["id"]).keys() - {_today(event)}:
        return {"status": "ATTENDED"}
    return {"status": "CANCELLED" if event["status"] == "CANCELLED" else "CONFIRMED"}


def _forget_today(world: World, id: UUID) -> None:
    today = _today(_event_of(world, id))
    world.delete("attendance", _days(world, id)[today])


def _attend(world: World, id: UUID) -> None:
    """Who has a place has now come."""
    registration = world.tables["attendance"][id]["registration_id"]
    if world.tables["registration"][registration]["status"] == "CONFIRMED":
        world.update("registration", registration, {"status": "ATTENDED"})


def _may_register(sight: Sight, given: Values) -> bool:
    """Known people themselves; guests by whoever has any of these roles."""
    viewer = sight.viewer
    if given.get("guest") is None:
        return viewer.self_ is not None
    roles = {one.role for one in viewer.held}
    return viewer.self_ is not None or bool(roles & {"ADMIN", "COORDINATOR", "INTEGRATION"})


def _arrival(sight: Sight, row: Row) -> Values:
    """Whose it is, how they attend, and whether they have a place; nobody passes those who wait."""
    event = sight.get("event", row["event_id"])
    assert event is not None
    free = event["capacity"] is None or event["capacity"] > len(
        _registrations(sight.rows, event["id"], *HOLDING)
    )
    is_confirmed = event["capacity"] is None or (
        free and not _registrations(sight.rows, event["id"], "WAITLISTED")
    )
    only = None if event["mode"] == "HYBRID" else event["mode"]
    return {
        "person_id": sight.viewer.self_ if row["guest_email"] is None else None,
        "mode": row["mode"] or only,
        "status": "CONFIRMED" if is_confirmed else "WAITLISTED",
        "seq": max((one["seq"] for one in sight.rows.all("registration")), default=0) + 1,
    }


def _address(row: Row) -> str | None:
    return row["guest_email"].lower() if row["guest_email"] is not None else None


def _registered(sight: Sight, row: Row) -> Row | None:
    """The open registration of the same person, or of a guest with the same address."""
    for one in _registrations(sight.rows, row["event_id"], *OPEN):
        if one["person_id"] == row["person_id"] and _address(one) == _address(row):
            return one
    return None


def _registers(sight: Sight, row: Row) -> bool:
    """Everybody themselves; guests by the event's organizers, their systems, and staff."""
    is_guest = row["person_id"] is None
    by_others = sight.viewer.is_admin or organizes(sight, row) or of_system(sight, row)
    return by_others if is_guest else is_theirs(sight, row)


def _of_event(holds: Callable[[Row, Row], bool]) -> Callable[[Sight, Row], bool]:
    """Of a registration and its event."""

    def of_registration(sight: Sight, row: Row) -> bool:
        event = sight.get("event", row["event_id"])
        return event is not None and holds(row, event)

    return of_registration


def _on_day(holds: Callable[[date, Row], bool]) -> Callable[[Sight, Row], bool]:
    """Of the day of an attendance and its event."""
    return lambda sight, row: holds(row["day"], _event_of(sight.rows, row["registration_id"]))


def _has_come(sight: Sight, row: Row) -> bool:
    registration = sight.get("registration", row["registration_id"])
    return registration is not None and registration["status"] == "ATTENDED"


def _event_day(sight: Sight, row: Row) -> Values:
    """Nobody comes later than now."""
    now = datetime.now(UTC)
    event = _event_of(sight.rows, row["registration_id"])
    return {"day": _today(event, min(row["client_at"] or now, now))}


def _checked_in(sight: Sight, row: Row) -> Row | None:
    known = _days(sight.rows, row["registration_id"]).get(row["day"])
    return sight.get("attendance", known)


def _may_check_in(sight: Sight, row: Row) -> bool:
    registration = sight.get("registration", row["registration_id"])
    return registration is not None and (sight.viewer.is_admin or checks_in(sight, registration))


def _by_code(sight: Sight, typed: str) -> Row | None:
    """However it is typed; only who sees the code finds anything by it."""
    code = "".join(one for one in typed.upper() if one.isalnum())
    for one in sight.rows.all("registration"):
        if one["code"].replace("-", "") == code and sight.sees("Registration", one):
            return one if sight.viewer.is_admin or ticket(sight, one) else None
    return None


def _holds_any(*roles: str) -> Callable[[Sight, Values], bool]:
    return lambda sight, given: any(one.role in roles for one in sight.viewer.held)


def likely_event(draw: Random, sight: Sight) -> UUID | None:
    """One that is open, seldom one of many places."""
    found = [one for one in sight.rows.all("event") if is_open(one) and sight.sees("Event", one)]
    few = [one for one in found if (one["capacity"] or 99) < 8]
    listed = few if few and draw.random() < 0.7 else found
    return draw.choice(listed)["id"] if listed else None


def _likely_registration(draw: Random, sight: Sight) -> Values:
    """Now and then for an event for which they are registered, over or not."""
    own = [one for one in sight.rows.all("registration") if is_theirs(sight, one) and one["status"] in OPEN]
    if own and draw.random() < 0.2:
        return {"event": global_id("Event", draw.choice(own)["event_id"]), "guest": None}
    event = likely_event(draw, sight)
    known = sight.viewer.self_ is not None
    guest: Any = None if known and draw.random() < 0.8 else draw_guest(draw)
    given = {"event": global_id("Event", event)} if event else {}
    return {**given, "guest": guest} if guest or draw.random() < 0.3 else given


def draw_guest(draw: Random) -> dict[str, Any]:
    """One of few, so that some come again."""
    name = draw.choice(("Ines", "Ned", "Ada", "Bo"))
    address = f"{name.lower()}@guests.example"
    guest: dict[str, Any] = {"name": name, "email": address if draw.random() < 0.7 else address.upper()}
    if draw.random() < 0.3:
        guest |= {"institution": "City of Merced", "language": draw.choice(("EN", "ES", None))}
    return guest


def wrong_guest(draw: Random) -> dict[str, Any]:
    wrong = draw.choice(
        (
            {"name": " "},
            {"name": "A" * 201},
            {"email": "nowhere"},
            {"email": "a@b c"},
            {"email": "a@" + "b" * 253},
            {"institution": " "},
            {"institution": "a\0b"},
        )
    )
    return {**draw_guest(draw), **wrong}


def _likely_check_in(draw: Random, sight: Sight) -> Values:
    """Of somebody with a place at an event that is under way."""
    now = datetime.now(UTC)
    under_way = [one["id"] for one in sight.rows.all("event") if one["starts_at"] < now < one["ends_at"]]
    expected = [one for event in under_way for one in _registrations(sight.rows, event, *OPEN)]
    seen = [one for one in expected if sight.sees("Registration", one)]
    if not seen or draw.random() < 0.1:
        seen = list(sight.rows.all("registration"))
    row = draw.choice(seen)
    given: dict[str, Any] = {"registration": global_id("Registration", row["id"])}
    if draw.random() < 0.5:
        typed = draw.choice((row["code"], row["code"].lower().replace("-", " "), "2222-3333-4444-5555"))
        given = {"registration": None, "code": typed} if draw.random() < 0.9 else {**given, "code": typed}
    return given if draw.random() < 0.97 else {"registration": None}


REGISTER = Making(
    "registerForEvent",
    "Registration",
    (
        Reference(name="event", column="event_id", types={"Event": "id"}, nullable=False, default=NEEDED),
        Choice(name="mode", options=("IN_PERSON", "ONLINE")),
        Parts(
            name="guest",
            parts=(
                TextPart("name", "guest_name", 200),
                TextPart("email", "guest_email", 254, r"[^@\s]+@[^@\s]+"),
                TextPart("institution", "guest_institution", 200),
                TextPart("language", "guest_language", 2),
            ),
            draws=draw_guest,
            draws_wrong=wrong_guest,
        ),
    ),
    may=_may_register,
    sets=_arrival,
    owns=_registers,
    same=_registered,
    musts=(
        NewMust("event", _of_event(lambda row, event: event["status"] == "PUBLISHED"), "WRONG_STATE"),
        NewMust(
            "event", _of_event(lambda row, event: event["ends_at"] > datetime.now(UTC)), "DEADLINE_PASSED"
        ),
        NewMust(
            "mode",
            _of_event(lambda row, event: event["mode"] == "HYBRID" or row["mode"] in (None, event["mode"])),
            "INVALID",
        ),
    ),
    likely=_likely_registration,
)
CHECK_IN = Making(
    "checkIn",
    "Attendance",
    (
        Reference(name="registration", column="registration_id", types={"Registration": "id"}),
        Text(name="device", most=100),
        Instant(name="clientAt", column="client_at"),
    ),
    may=_holds_any("ADMIN", "COORDINATOR", "INTEGRATION"),
    sets=_event_day,
    owns=_may_check_in,
    same=_checked_in,
    musts=(
        NewMust("registration", _has_come, "WRONG_STATE"),
        NewMust(
            "registration",
            _on_day(lambda day, event: day >= _today(event, event["starts_at"])),
            "NOT_YET_OPEN",
        ),
        NewMust(
            "registration",
            _on_day(lambda day, event: day <= _today(event, event["ends_at"])),
            "DEADLINE_PASSED",
        ),
    ),
    effect=_attend,
    key=Key("code", "registration", "registration_id", _by_code),
    likely=_likely_check_in,
)
MAKINGS = (REGISTER, CHECK_IN)
ENTITIES = (
    Entity("Registration", (), made=False, updated=False),
    Entity("Attendance", (), made=False, updated=False),
)
STEPS_SET: Mapping[str, Callable[[Sight, Row], Values]] = {"undoCheckIn": _undone}
EFFECTS: Mapping[str, tuple[Effect, ...]] = {
    "cancelEvent": (_cancel_all,),
    "setEventCapacity": (fill,),
    "updateEvent": (fill,),
    "cancelRegistration": (_fill_event_of,),
    "undoCheckIn": (_forget_today,),
}
DRAWN = {
    "registration": (
        Drawn("seq", lambda value, others: all(value > one for one in others)),
        Drawn("code", lambda value, others: is_ticket(value) and value not in others),
        Drawn("queued_at", lambda value, others: abs(datetime.now(UTC) - value) < timedelta(minutes=5)),
    )
}
UNLOGGED = {
    "registration": {
        "guest_name",
        "guest_email",
        "guest_institution",
        "guest_language",
        "code",
        "seq",
        "queued_at",
    }
}
"""What the log doesn't say: what is known of guests, and what the database keeps by itself."""
NAMES_OFTEN = (
    "participant",
    "mentor",
    "participant-and-system",
    "participant-and-mentor",
    "mentor-and-coordinator",
)
PERFORMERS: Mapping[str, tuple[str, ...]] = {
    "registerForEvent": (
        *NAMES_OFTEN,
        *NAMES_OFTEN,
        "admin",
        "uc-coordinator",
        "mx-coordinator",
        "integration",
    ),
    "cancelRegistration": (*NAMES_OFTEN, "admin", "uc-coordinator", "mx-coordinator", "integration"),
    **dict.fromkeys(
        ("checkIn", "undoCheckIn"),
        ("admin", "uc-coordinator", "mx-coordinator", "integration", "two-campuses"),
    ),
    "setEventCapacity": ("admin", "uc-coordinator", "mx-coordinator", "integration"),
}
"""Who mostly does it."""


def is_ticket(code: str) -> bool:
    """Four times four letters that nobody mistakes for each other."""
    parts = code.split("-")
    return len(parts) == 4 and all(len(part) == 4 and set(part) <= set(LETTERS) for part in parts)


def _likely_capacity(draw: Random, sight: Sight, row: Row) -> Values:
    """Near what is taken."""
    taken = len(_registrations(sight.rows, row["id"], *HOLDING))
    return {"capacity": draw.choice((None, taken - 1, taken, taken + 1, taken + 1, taken + 2))}


LIKELY: Mapping[str, Callable[[Random, Sight, Row], Values]] = {"setEventCapacity": _likely_capacity}
