"""The arguments of a calendar's address. Unknown ones are refused: a typo would make another calendar."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from api.http.negotiation import LANGUAGES
from api.http.request import query_pairs
from api.messages import message
from planner.errors import NotWellFormed
from planner.errors.translation.graphql_value import print_value

LANGUAGE = "language"
OF_SEARCH = ("search", "institution", "topic", "month")
MONTH = re.compile(r"(19\d\d|2[01]\d\d)-(0[1-9]|1[0-2])")
EASTERNMOST, WESTERNMOST = timedelta(hours=14), timedelta(hours=12)
"""How much earlier and later than in UTC a day begins somewhere."""


@dataclass(frozen=True, slots=True)
class DateWindow:
    """The days from `first` on and before `end`."""

    first: date
    end: date

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """Its beginning and end in UTC, wherever it is."""
        return _midnight(self.first) - EASTERNMOST, _midnight(self.end) + WESTERNMOST


def read_arguments(raw: bytes, known: Collection[str], most: int) -> Mapping[str, str]:
    """The arguments in a query string; an empty one counts as omitted. Raises NotWellFormed."""
    pairs, names = query_pairs(raw, most), [*known, LANGUAGE]
    for name, _ in pairs:
        if name not in names:
            quoted = ", ".join(f"`{one}`" for one in names)
            raise NotWellFormed(message("calendar.unknown_argument", name=print_value(name), names=quoted))
    given = {name: value for name, value in pairs if value.strip()}
    if len({name for name, _ in pairs}) < len(pairs):
        raise NotWellFormed(message("request.parameter_twice"))
    return given


def language_of(arguments: Mapping[str, str], negotiated: str) -> str:
    """The language of a calendar, such as `ES`; raises NotWellFormed."""
    wanted = arguments.get(LANGUAGE, negotiated).lower()
    if wanted not in LANGUAGES:
        names = ", ".join(LANGUAGES)
        raise NotWellFormed(message("calendar.unknown_language", language=print_value(wanted), names=names))
    return wanted.upper()


def month_of(arguments: Mapping[str, str]) -> DateWindow | None:
    """The month, if one is given; raises NotWellFormed."""
    if (given := arguments.get("month")) is None:
        return None
    if (found := MONTH.fullmatch(given)) is None:
        raise NotWellFormed(message("calendar.not_a_month", month=print_value(given)))
    first = date(int(found[1]), int(found[2]), 1)
    return DateWindow(first, (first + timedelta(days=31)).replace(day=1))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
