"""Places in the change feed, as clients hold them.

A cursor is `<epoch>.<number>.<fingerprint of the viewer>-<number of the witness>-<its tag>`. That of a place
has the epoch of the viewer's grants too, after the fingerprint and `_`: what is read between two places may
have been read with other grants, which were given again since. A change has the same cursor for all who see
the same of it, and whoever reads only changes was never told anything with other grants. A restored
database has another history: it gives the numbers that it lost to other changes. The witness tells: a batch
of changes, known by the random tag of its numbering. That of a change's cursor is its own, so the cursor is
the same whenever the change is read. That of a place (a page's end, the present) is the last batch of that
moment: rows that were read before it may show what had higher numbers than the place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner.errors import BadUserInput, CursorExpired, Problem, bad_input
from planner.messages import message

_NUMBER = "(0|[1-9][0-9]{0,17})"
_READER = rf"([0-9a-f]{{12}})(?:_{_NUMBER})?"
_CURSOR = re.compile(rf"([0-9a-f]{{12}})\.{_NUMBER}\.{_READER}(?:-{_NUMBER}-([0-9a-f]{{12}}))?")

EXPIRED = {reason: message(f"feed_cursor.{reason}") for reason in ("AGE", "EPOCH", "GRANTS")}


@dataclass(frozen=True, slots=True)
class Witness:
    """A batch of changes that somebody saw: the number it ends with, and its tag, which is random."""

    number: int
    tag: str

    def __str__(self) -> str:
        return f"{self.number}-{self.tag}"


NO_WITNESS = Witness(-1, "")
"""Of no history."""


@dataclass(frozen=True, slots=True)
class FeedPosition:
    """After the change with this number, in a feed's epoch, as somebody with this fingerprint."""

    epoch: str
    number: int
    fingerprint: str
    witness: Witness

    def __str__(self) -> str:
        return f"{self.epoch}.{self.number}.{self.fingerprint}-{self.witness}"


def parse_cursor(cursor: str, fingerprint: str | None = None, granted_since: int = 0) -> FeedPosition:
    """The position in a cursor; raises BadUserInput, or CursorExpired for one with another fingerprint.

    So has that of a place, if its holder was given something after the epoch of grants that it was taken in:
    in between they held something else. Cursors had no witness once: of those nobody knows whether the
    database still has what their holders read.
    """
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise invalid_cursor(cursor)
    if fingerprint is not None and found[3] != fingerprint:
        raise cursor_expired("GRANTS")
    if found[4] is not None and int(found[4]) < granted_since:
        raise cursor_expired("GRANTS")
    if found[6] is None or int(found[2]) > int(found[5]):
        raise cursor_expired("EPOCH")
    return FeedPosition(found[1], int(found[2]), found[3], Witness(int(found[5]), found[6]))


def parse_witness(text: str) -> Witness:
    """Of text that we have made."""
    number, _, tag = text.partition("-")
    return Witness(int(number), tag)


def invalid_cursor(cursor: str) -> BadUserInput:
    return bad_input(message("feed_cursor.malformed", cursor=repr(cursor[:80])))


def cursor_expired(reason: str) -> CursorExpired:
    """The refusal of a cursor, for one of the reasons of `EXPIRED`."""
    return CursorExpired(Problem(EXPIRED[reason], details={"reason": reason}))
