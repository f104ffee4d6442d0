"""Random values for fields: most are right, some are wrong in each way that there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from models.base import snake_case, uuid7
from tests.mutations.model.entity import Links
from tests.mutations.model.fields import (
    NEEDED,
    Amount,
    Choice,
    Choices,
    Count,
    Day,
    Field,
    Instant,
    Name,
    Numbers,
    Parts,
    Phone,
    Reference,
    Ror,
    Shaped,
    Spelled,
    Text,
    Texts,
    WallClock,
    Whole,
    Words,
)
from tests.reference.ids import global_id
from tests.reference.policy import Sight

WRONG = 0.07
"""The share of values that are wrong in some way, if they can be."""
PREFERRED = 0.4
"""The share of references that are to rows which the field prefers, if it does any."""
WORDS = ("Agua", "Heat", "Niñez", "water & health", "Frontera", "Océano", "Dust", "Maíz")
BLANK, NUL, NAME_TOO_LONG, TOO_LONG = " ", "a\0b", "x" * 301, "y" * 20_001
SKIPPED = ("2027-03-14T02:30", "2028-03-12T02:15")
"""Clocks that Tijuana and Los Angeles skip."""
TWICE = "2027-11-07T01:30"
RORS = ("https://ror.org/042nb2s44", "https://ror.org/00b30xv10", "https://ror.org/01an7q238")


def text(draw: Random) -> str:
    return f"{draw.choice(WORDS)} {draw.randrange(40)}"


def day(draw: Random) -> str:
    return str(date(2026, 1, 1) + timedelta(days=draw.randrange(900)))


def clock(draw: Random) -> str:
    at = datetime.fromisoformat("2026-06-01") + timedelta(
        hours=draw.randrange(20_000), minutes=draw.choice((0, 30))
    )
    return at.isoformat()


def value_of(one: Field, draw: Random, sight: Sight) -> Any:
    """A value, sometimes one that is wrong, or none."""
    wrong = draw.random() < WRONG
    if draw.random() < (WRONG if not one.nullable else 0.12):
        return None
    return KINDS[type(one)](one, draw, sight, wrong)


def _texts(one: Any, draw: Random, sight: Sight, wrong: bool) -> Any:
    languages = draw.choice((["en"], ["es"], ["en", "es"]))
    found: dict[str, str | None] = {language: text(draw) for language in languages}
    if draw.random() < 0.1:
        found[draw.choice(("en", "es"))] = None
    if wrong:
        found[languages[0]] = draw.choice((BLANK, NUL, NAME_TOO_LONG, TOO_LONG))
    return found


def _text(one: Any, draw: Random, sight: Sight, wrong: bool) -> Any:
    longer = "z" * (one.most + 1)
    return draw.choice((NUL, TOO_LONG, longer)) if wrong else text(draw)


def _instant(one: Any, draw: Random, sight: Sight, wrong: bool) -> Any:
    """Lately, or a little ahead, as a clock that is wrong."""
    hours = draw.choice((0, 0, 1, 5, 20, 30, 60, 400, -3))
    return (datetime.now(UTC) - timedelta(hours=hours)).isoformat(timespec="seconds")


def _parts(one: Any, draw: Random, sight: Sight, wrong: bool) -> Any:
    return one.draws_wrong(draw) if wrong else one.draws(draw)


def _phone(one: Any, draw: Random, sight: Sight, wrong: bool) -> Any:
    if wrong:
        return draw.choice(
            ("", "12345", "+52 55 1234", "+52 55 1234 5678 ext. 9", "no such thing", NUL, TOO_LONG)
        )
    last = draw.randrange(10)
    code = draw.choice(("+52", "+52 1", "+52-1", "+1", "", ""))
    return draw.choice((f"{code} 55 1234 567{last}", f"{code} (551) 234-567{last}", f"{code}551234567{last}"))


def _whole(one: Any, draw: Random, sight: Sight, wrong: bool) -> Any:
    return {part.name: KINDS[type(part)](part, draw, sight, wrong) for part in one.parts}


def _name(one: Any, draw: Random, sight: Sight, wrong: bool) -> Any:
    return draw.choice((BLANK, "", NUL, NAME_TOO_LONG, TOO_LONG)) if wrong else text(draw)


def _shaped(one: Any, draw: Random, sight: Sight, wrong: bool) -> Any:
    if wrong:
        return draw.choice(("", "no such thing", NUL, TOO_LONG))
    right = {
        "region": "MX-BCN",
        "doi": f"10.5555/{draw.randrange(30)}",
        "code": f"CODE_{draw.randrange(20)}",
        "key": f"figure_{draw.randrange(20)}",
    }
    return right[one.name]


def _spelled(one: Any, draw: Random, sight: Sight, wrong: bool) -> Any:
    return draw.choice(one.wrongs) if wrong else one.right(draw)


def _choice(one: Any, draw: Random, sight: Sight, wrong: bool) -> Any:
    return draw.choice(one.options)


def _choices(one: Any, draw: Random, sight: Sight, wrong: bool) -> Any:
    return draw.sample(one.options, draw.randrange(min(3, len(one.options)) + 1))


def _numbers(one: Any, draw: Random, sight: Sight, wrong: bool) -> Any:
    wanted = [draw.randrange(1, one.highest + 1) for _ in range(draw.randrange(3))]
    return [*wanted, draw.choice((0, -1, one.highest + 1))] if wrong else wanted


def _words(one: Any, draw: Random, sight: Sight, wrong: bool) -> Any:
    right = [text(draw) for _ in range(draw.randrange(3))]
    return draw.choice(([*right, NUL], [*right, TOO_LONG], ["z" * 11_000] * 2)) if wrong else right


def _day(one: Any, draw: Random, sight: Sight, wrong: bool) -> Any:
    return day(draw)


def _count(one: Any, draw: Random, sight: Sight, wrong: bool) -> Any:
    most = min(one.most, one.least + 198)
    beyond = (one.least - 1, one.least - 3, *([most + 1] if most == one.most else []))
    return draw.choice(beyond) if wrong else draw.randrange(one.least, most + 1)


def _amount(one: Any, draw: Random, sight: Sight, wrong: bool) -> Any:
    if wrong:
        return draw.choice(("-1", "0.005", "1000000000000", "-1000000000000.001"))
    return draw.choice(("0", "1500", "999999999999.99", f"{draw.randrange(10**6)}.{draw.randrange(100):02}"))


def _ror(one: Any, draw: Random, sight: Sight, wrong: bool) -> Any:
    return draw.choice(RORS)


def _wall_clock(one: Any, draw: Random, sight: Sight, wrong: bool) -> Any:
    if wrong or draw.random() < 0.05:
        return draw.choice(SKIPPED)
    return TWICE if draw.random() < 0.05 else clock(draw)


def _reference(one: Any, draw: Random, sight: Sight, wrong: bool) -> Any:
    type_ = draw.choice(list(one.types))
    if wrong:
        return draw.choice((global_id(type_, uuid7()), global_id("Mobility", uuid7()), "nonsense", ""))
    rows = sight.rows.all(snake_case(type_))
    if one.prefer is not None and draw.random() < PREFERRED:
        rows = [row for row in rows if one.prefer(sight, row)] or rows
    seen = [row for row in draw.sample(rows, min(4, len(rows))) if sight.sees(type_, row)]
    row = draw.choice(rows) if not seen or draw.random() < WRONG else seen[0]  # some that they don't see
    return global_id(type_, row["id"])


Draw = Callable[[Any, Random, Sight, bool], Any]
KINDS: Mapping[type[Field], Draw] = {
    Texts: _texts,
    Text: _text,
    Phone: _phone,
    Name: _name,
    Shaped: _shaped,
    Spelled: _spelled,
    Choice: _choice,
    Choices: _choices,
    Numbers: _numbers,
    Words: _words,
    Day: _day,
    Count: _count,
    Amount: _amount,
    Ror: _ror,
    WallClock: _wall_clock,
    Reference: _reference,
    Instant: _instant,
    Parts: _parts,
    Whole: _whole,
}


def links_of(links: Links, draw: Random, sight: Sight, there: Sequence[Mapping[str, Any]]) -> Any:
    """A list: mostly what there is, with one more, one less or another."""
    if draw.random() < 0.02:
        return None
    if draw.random() < 0.01:
        return [{}] * 0 if draw.random() < 0.5 else [link_of(links, draw, sight)] * 1_001
    kept = [_as_given(links, one, sight) for one in there if draw.random() < 0.8]
    found = [one for one in kept if one is not None]
    found += [link_of(links, draw, sight) for _ in range(draw.choice((0, 0, 1, 1, 2)))]
    if found and draw.random() < 0.05:
        found.append(dict(draw.choice(found)))  # the same one twice
    draw.shuffle(found)
    return found


def link_of(links: Links, draw: Random, sight: Sight) -> dict[str, Any]:
    given = {}
    for one in links.fields:
        if one.default is NEEDED or draw.random() < 0.4:
            value = value_of(one, draw, sight)
            if value is None and one.default is NEEDED:
                value = KINDS[type(one)](one, draw, sight, False)  # the schema wants one
            given[one.name] = value
    if links.likely is not None and draw.random() < 0.9:
        given = {name: value for name, value in given.items() if name not in (links.resets or {})}
        given |= links.likely(draw)
    return given


def _as_given(links: Links, link: Mapping[str, Any], sight: Sight) -> dict[str, Any] | None:
    """A link that there is, by what is needed of it."""
    given: dict[str, Any] = {}
    for one in links.fields:
        value = link[one.columns[0]]
        if isinstance(one, Reference):
            value = next(
                (
                    global_id(type_, row["id"])
                    for type_, column in one.types.items()
                    for row in sight.rows.owned(snake_case(type_), column, value)
                    if sight.sees(type_, row)
                ),
                None,
            )
            if value is None:
                return None
        if one.default is NEEDED or one.name == "role":
            given[one.name] = value
    return given
