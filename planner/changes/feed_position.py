"""Cursors of the change feed.

A cursor is `<feed's epoch>.<number>.<viewer's fingerprint>-<number of the batch>-<tag of the batch>`.

There are cursors of changes and of positions (the end of a page, the present). A position's cursor also has
the grants epoch, as `<fingerprint>_<epoch>`: a snapshot read between two positions may have used other
grants, even if the same ones hold again. A change's cursor needs none, and is the same for all viewers who
see the same; a client that reads only changes never received anything by other grants.

A restored database has another history, and gives lost numbers to other changes. The batch shows that: all
changes that were numbered together, identified by the random tag of their numbering. The cursor of a change
has its own batch, so it is the same whenever the change is read. The cursor of a position has the feed's last
batch at that time, since rows read before it may already show changes with higher numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner.errors import BadUserInput, CursorExpired, Problem, bad_input
from planner.errors.translation.graphql_value import print_value
from planner.messages import message

_NUMBER = "(0|[1-9][0-9]{0,17})"
_READER = rf"([0-9a-f]{{12}})(?:_{_NUMBER})?"
_CURSOR = re.compile(rf"([0-9a-f]{{12}})\.{_NUMBER}\.{_READER}(?:-{_NUMBER}-([0-9a-f]{{12}}))?")

EXPIRED = {reason: message(f"feed_cursor.{reason}") for reason in ("AGE", "EPOCH", "GRANTS")}


@dataclass(frozen=True, slots=True)
class BatchId:
    """A batch of changes that a reader saw: its last number, and its random tag."""

    number: int
    tag: str

    def __str__(self) -> str:
        return f"{self.number}-{self.tag}"


NO_BATCH = BatchId(-1, "")
"""A batch that is in no history."""


@dataclass(frozen=True, slots=True)
class FeedPosition:
    """The position after the change with this number, in an epoch of the feed, for a viewer's fingerprint."""

    epoch: str
    number: int
    fingerprint: str
    batch: BatchId

    def __str__(self) -> str:
        return f"{self.epoch}.{self.number}.{self.fingerprint}-{self.batch}"


def parse_cursor(cursor: str, fingerprint: str | None = None, granted_since: int = 0) -> FeedPosition:
    """The position in a cursor; raises BadUserInput if it is malformed.

    Raises CursorExpired (GRANTS) for another fingerprint, or if a position's grants epoch is before
    `granted_since`, the epoch of the viewer's latest new grant: they had other grants in between. A cursor
    without a batch, of an old form, has expired (EPOCH), since its history can't be checked.
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
    return FeedPosition(found[1], int(found[2]), found[3], BatchId(int(found[5]), found[6]))


def parse_batch_id(text: str) -> BatchId:
    """The batch in a text made by `str(BatchId)` or its SQL."""
    number, _, tag = text.partition("-")
    return BatchId(int(number), tag)


def invalid_cursor(cursor: str) -> BadUserInput:
    return bad_input(message("feed_cursor.malformed", cursor=print_value(cursor)))


def cursor_expired(reason: str) -> CursorExpired:
    """The error for an expired cursor; `reason` is a key of `EXPIRED`."""
    return CursorExpired(Problem(EXPIRED[reason], details={"reason": reason}))
