"""Time zones of calendar files (VTIMEZONE), by rules that recur every year.

Lists of dates (RDATE) end some day, and some programs ignore them. Changes of the clock that follow no rule,
such as those before a country changed its law, are observances of their own.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

DAY = 86_400  # seconds
YEAR = timedelta(days=366)
FIRST_YEAR = 1900
"""Events are no older."""
LAST_WEEK = -1
RULED_YEARS = range(2040, 2068)
"""28 years, in which each date is on each weekday. Zones without a rule in these have none."""
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class RecurrenceRule:
    """The day of a change: a weekday in a week of a month, such as the second Sunday in March."""

    month: int
    week: int
    weekday: int

    def matches(self, day: date) -> bool:
        return self in rules_of(day)


@dataclass(frozen=True, slots=True)
class Observance:
    """A change of the clock (STANDARD or DAYLIGHT): `onset` by the clock before it, `instant` in UTC.

    With a `rule` it recurs every year.
    """

    instant: datetime
    onset: datetime
    offset_before: timedelta
    offset: timedelta
    name: str
    daylight: bool
    rule: RecurrenceRule | None = None

    def is_like(self, other: Observance) -> bool:
        """Whether it only differs by its date."""
        own = self.onset.time(), self.offset_before, self.offset, self.name, self.daylight
        return own == (other.onset.time(), other.offset_before, other.offset, other.name, other.daylight)


def time_zone(zone: str, first: datetime, last: datetime) -> Timezone:
    """The VTIMEZONE of a zone for events from `first` to `last`."""
    made = Timezone()
    made.add("tzid", zone)
    for one in observances(zone, first, last):
        made.add_component(_component(one))
    return made


def _component(one: Observance) -> TimezoneDaylight | TimezoneStandard:
    made = TimezoneDaylight() if one.daylight else TimezoneStandard()
    made.add("dtstart", one.onset)
    made.add("tzoffsetfrom", one.offset_before)
    made.add("tzoffsetto", one.offset)
    made.add("tzname", one.name)
    if (rule := one.rule) is not None:
        by_day = f"{rule.week}{WEEKDAYS[rule.weekday]}"
        made.add("rrule", {"freq": "yearly", "bymonth": rule.month, "byday": by_day})
    return made


def observances(zone: str, first: datetime, last: datetime) -> list[Observance]:
    """What holds from `first` on: single changes, until all further ones follow the rules.

    Of a zone without rules, and before them, the changes until a year after `last`.
    """
    ruled, end = _ruled(zone), last + YEAR
    if ruled and ruled[0].instant <= first:
        return list(ruled)
    if not ruled or end < ruled[0].instant:
        return list(_single(zone, first, end))
    return [*_single(zone, first, ruled[0].instant), *ruled]


def _single(zone: str, first: datetime, end: datetime) -> Iterator[Observance]:
    """The latest change before `first`, and all between it and the end."""
    year = first.year
    while year > FIRST_YEAR and not any(one.instant <= first for one in _changes(zone, year)):
        year -= 1
    found = [one for each in range(year, end.year + 1) for one in _changes(zone, each) if one.instant < end]
    before = [one for one in found if one.instant <= first]
    yield before[-1] if before else _beginning(zone)
    yield from (one for one in found if one.instant > first)


def _beginning(zone: str) -> Observance:
    """The clock of a zone before its first change."""
    instant = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
    return _observance(ZoneInfo(zone), instant, instant)


@lru_cache(maxsize=512)
def _ruled(zone: str) -> Sequence[Observance]:
    """The changes of the first year from which on all changes follow rules; of a zone whose clock no longer
    changes the last one; none if there is no rule."""
    rules = _rules(zone)
    if rules is None:
        return ()
    year = RULED_YEARS.start
    while year > FIRST_YEAR and _follows(_changes(zone, year - 1), rules):
        year -= 1
    if rules:
        own = zip(_changes(zone, year), rules, strict=True)
        return tuple(replace(one, rule=rule.rule) for one, rule in own)
    return (_changes(zone, year - 1) or (_beginning(zone),))[-1:]


def _rules(zone: str) -> Sequence[Observance] | None:
    """The changes of each later year, with their rules; None if they have none."""
    years = [_changes(zone, year) for year in RULED_YEARS]
    if len({len(changes) for changes in years}) > 1:
        return None
    found = [_with_rule(same) for same in zip(*years, strict=True)]
    return None if None in found else [one for one in found if one is not None]


def _with_rule(same: Sequence[Observance]) -> Observance | None:
    """A change that recurs in each year, with its rule."""
    first = same[0]
    for rule in rules_of(first.onset.date()):
        if all(rule.matches(one.onset.date()) and one.is_like(first) for one in same):
            return replace(first, rule=rule)
    return None


def _follows(changes: Sequence[Observance], rules: Sequence[Observance]) -> bool:
    return len(changes) == len(rules) and all(
        rule.rule is not None and rule.rule.matches(one.onset.date()) and one.is_like(rule)
        for one, rule in zip(changes, rules, strict=True)
    )


def rules_of(day: date) -> list[RecurrenceRule]:
    """The rules that a day may follow; the fifth week of a month is its last."""
    week, days = (day.day - 1) // 7 + 1, calendar.monthrange(day.year, day.month)[1]
    weeks = [*([week] if week < 5 else []), *([LAST_WEEK] if day.day + 7 > days else [])]
    return [RecurrenceRule(day.month, one, day.weekday()) for one in weeks]


@lru_cache(maxsize=4096)
def _changes(zone: str, year: int) -> Sequence[Observance]:
    """The changes of a zone's clock in a year, in UTC."""
    known = ZoneInfo(zone)
    begin, end = (int(datetime(each, 1, 1, tzinfo=UTC).timestamp()) for each in (year, year + 1))
    days = range(begin, end, DAY)
    clocks = [_clock(known, second) for second in (*days, end)]
    changed = [day for day, before, after in zip(days, clocks, clocks[1:], strict=False) if before != after]
    return tuple(_change(known, day) for day in changed)


def _clock(zone: ZoneInfo, second: int) -> tuple[timedelta | None, str | None]:
    """How a zone's clock goes at a second since 1970."""
    local = datetime.fromtimestamp(second, zone)
    return local.utcoffset(), local.tzname()


def _change(zone: ZoneInfo, day: int) -> Observance:
    """The change in a day, to the second."""
    before, after = day, day + DAY
    clock = _clock(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _clock(zone, middle) == clock:
            before = middle
        else:
            after = middle
    return _observance(zone, *(datetime.fromtimestamp(second, UTC) for second in (before, after)))


def _observance(zone: ZoneInfo, before: datetime, instant: datetime) -> Observance:
    """The change at an instant, from the clock of another."""
    old, new = before.astimezone(zone), instant.astimezone(zone)
    offset_before, offset = old.utcoffset(), new.utcoffset()
    assert offset_before is not None
    assert offset is not None
    onset = instant.replace(tzinfo=None) + offset_before
    return Observance(instant, onset, offset_before, offset, new.tzname() or zone.key, bool(new.dst()), None)
