"""Whether two answers say the same, though one nests and names what it says in another way than the other."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

IGNORED = frozenset({"__typename", "endCursor", "startCursor", "cursor"})
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
ID = re.compile(rf"(?:[A-Za-z]+[_|:])?({UUID})", re.IGNORECASE)
ENCODED = re.compile(r"[A-Za-z0-9+/_-]{40,}={0,2}")
DECODED = re.compile(rf"[^-]*?({UUID})\W*", re.IGNORECASE)
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d(?::?\d\d)?)")


def leaves(answer: Any, ignored: frozenset[str] = IGNORED) -> Iterator[str]:
    """What an answer says, leaf by leaf, in its order; fields of these names say nothing."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            if name not in ignored:
                yield from leaves(value, ignored)
    elif isinstance(answer, list):
        for value in answer:
            yield from leaves(value, ignored)
    else:
        yield text(answer)


def text(leaf: Any) -> str:
    """A leaf in the one spelling that stands for all spellings of the same value."""
    if leaf is None or isinstance(leaf, bool):
        return {None: "null", True: "true", False: "false"}[leaf]
    if isinstance(leaf, int | float):
        leaf = repr(leaf)
    assert isinstance(leaf, str)
    if NUMBER.fullmatch(leaf):
        return number(Decimal(leaf))
    if found := INSTANT.fullmatch(leaf):
        return instant(*found.groups())
    return uuid(leaf) or leaf


def number(value: Decimal) -> str:
    return format(value.normalize() + 0, "f")  # -0 is 0


def instant(date: str, time: str, fraction: str | None, offset: str) -> str:
    """With its own offset: a wall clock says more than the instant."""
    fraction = (fraction or "").rstrip("0")
    digits = offset.replace(":", "").replace("Z", "+00").ljust(5, "0")
    return f"{date}T{time}{'.' * bool(fraction)}{fraction}{digits[:3]}:{digits[3:]}"


def uuid(leaf: str) -> str | None:
    """The uuid that a global id holds, whether it is written out or encoded."""
    if found := ID.fullmatch(leaf):
        return found[1].lower()
    if ENCODED.fullmatch(leaf):
        try:
            plain = base64.b64decode(
                leaf + "=" * (-len(leaf) % 4), altchars=b"-_" if set("-_") & set(leaf) else None
            )
            if found := DECODED.fullmatch(plain.decode()):
                return found[1].lower()
        except (binascii.Error, UnicodeDecodeError):
            pass
    return None


def difference(
    one: Any, other: Any, left_out: frozenset[str] = frozenset()
) -> tuple[Counter[str], Counter[str]]:
    """What only the one says and what only the other says; nothing and nothing where they say the same."""
    ignored = IGNORED | left_out
    first, second = Counter(leaves(one, ignored)), Counter(leaves(other, ignored))
    return first - second, second - first
