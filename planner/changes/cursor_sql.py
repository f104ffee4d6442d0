"""Cursors of the feed in SQL: how they are written, and how their batch is checked."""

from __future__ import annotations

from sqlalchemy import FromClause, Text, case, cast, func, literal_column, select

from planner.declaration.bindings import FeedBinding
from planner.sql import Column

_DOT: Column = literal_column("'.'")
_DASH: Column = literal_column("'-'")


def position_cursor(feed: FeedBinding, number: Column, reader: Column) -> Column:
    """The cursor of a position after a number, read now, with the feed's last batch."""
    return kept_cursor(feed, _epoch(feed), number, reader)


def kept_cursor(feed: FeedBinding, epoch: Column, number: Column, reader: Column) -> Column:
    """`position_cursor` for a stored position, with the epoch that was stored with it."""
    return _cursor(epoch, number, reader, select(last_batch(feed)).scalar_subquery())


def change_cursor(feed: FeedBinding, change: FromClause, fingerprint: Column) -> Column:
    """The cursor of a change, the same whenever it is read, with the change's own batch."""
    number = change.c.number
    batch = cast(number, Text).concat(_DASH).concat(change.c.tag)
    return _cursor(_epoch(feed), number, fingerprint, batch)


def _epoch(feed: FeedBinding) -> Column:
    return select(feed.state.c.epoch).scalar_subquery()


def _cursor(epoch: Column, number: Column, reader: Column, batch: Column) -> Column:
    head = epoch.concat(_DOT).concat(cast(number, Text)).concat(_DOT)
    return head.concat(reader).concat(_DASH).concat(batch)


def last_batch(feed: FeedBinding) -> Column:
    """The feed's last batch as text, from the state's row that the statement reads."""
    return cast(feed.state.c.last, Text).concat(_DASH).concat(feed.state.c.tag)


def change_id(change: FromClause) -> Column:
    """The id of a change, unique across histories too."""
    return change.c.tag.concat(_DOT).concat(cast(change.c.number, Text))


def is_known(feed: FeedBinding, number: Column, tag: Column) -> Column:
    """Whether a batch belongs to this history, by the state's row that the statement reads."""
    state, changes = feed.state.c, feed.changes.alias("batch")
    kept = select(changes.c.tag).where(changes.c.number == number).scalar_subquery()
    found = case((number == state.last, state.tag), (number == state.floor, state.floor_tag), else_=kept)
    return func.coalesce(found == tag, literal_column("false"))
