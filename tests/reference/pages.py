"""Connections: which rows, which page of them, and what is counted of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from tests.reference.archive import offered
from tests.reference.errors import Refused
from tests.reference.facets import FACETS
from tests.reference.field_sources import snake
from tests.reference.filters import fits
from tests.reference.ids import read_id
from tests.reference.ordering import Order, order_of
from tests.reference.tables import ReferenceContext, VisibleRow

LARGEST, USUAL = 100, 20
T = TypeVar("T")


@dataclass(frozen=True)
class Window:
    """How many rows, from which end."""

    size: int
    backward: bool


def window_of(given: Mapping[str, Any]) -> Window:
    first, last = given.get("first"), given.get("last")
    if first is not None and last is not None:
        raise Refused("both first and last")
    size = bounded(USUAL if first is None and last is None else first if last is None else last)
    return Window(size, backward=last is not None)


def bounded(size: Any) -> int:
    if not 0 <= size <= LARGEST:
        raise Refused("a page of no size")
    return int(size)


@dataclass(frozen=True)
class Page(Generic[T]):
    rows: Sequence[T]
    has_next: bool
    has_previous: bool


def cut(
    rows: Sequence[T], window: Window, after: Callable[[T], bool] | None, before: Callable[[T], bool] | None
) -> Page[T]:
    """The page of ordered rows; `after` and `before` say whether a row is strictly beyond the cursor."""
    within = [row for row in rows if (after is None or after(row)) and (before is None or before(row))]
    follow = before is not None and not all(before(row) for row in rows)
    precede = after is not None and not all(after(row) for row in rows)
    if window.backward:
        page = within[len(within) - min(window.size, len(within)) :]
        return Page(page, follow, len(within) > len(page) or precede)
    page = within[: window.size]
    return Page(page, len(within) > len(page) or follow, precede)


def connection(
    context: ReferenceContext, type_: str, candidates: Iterable[VisibleRow], given: Mapping[str, Any]
) -> dict[str, Any]:
    """The fields of a connection of these rows, for its arguments."""
    candidates = offered(candidates, given.get("filter"))
    matching = _matching(context, type_, candidates, given)
    order = order_of(context, type_, given)
    page = cut(
        order.sorted(matching),
        window_of(given),
        _beyond(order, given.get("after"), 1),
        _beyond(order, given.get("before"), -1),
    )
    return {
        **paged(page, order.cursor),
        "totalCount": len(matching),
        "facets": lambda names=None, limit=None: [
            facet(context, _Counted(type_, name, candidates, given), most)
            for most in [bounded(USUAL if limit is None else limit)]
            for name in FACETS[type_]
            if names is None or snake(name).upper() in names
        ],
    }


def paged(
    page: Page[T], cursor: Callable[[T], str], node: Callable[[T], Any] = lambda row: row
) -> dict[str, Any]:
    """What every connection shows of its page."""
    rows = page.rows
    return {
        "edges": lambda: [{"cursor": cursor(row), "node": node(row)} for row in rows],
        "nodes": lambda: [node(row) for row in rows],
        "pageInfo": lambda: {
            "hasNextPage": page.has_next,
            "hasPreviousPage": page.has_previous,
            "startCursor": cursor(rows[0]) if rows else None,
            "endCursor": cursor(rows[-1]) if rows else None,
        },
    }


def _matching(
    context: ReferenceContext, type_: str, candidates: Iterable[VisibleRow], given: Mapping[str, Any]
) -> list[VisibleRow]:
    return [row for row in candidates if _matches(context, type_, row, given)]


def _matches(context: ReferenceContext, type_: str, row: VisibleRow, given: Mapping[str, Any]) -> bool:
    words = given.get("search")
    if words is not None and words.strip() and row.row["id"] not in context.world.matches.ids[words][type_]:
        return False
    return fits(context, row, given.get("filter") or {})


def _beyond(order: Order, cursor: str | None, sign: int) -> Callable[[VisibleRow], bool] | None:
    if cursor is None:
        return None
    bound = order.read(cursor)
    return lambda row: sign * order.compare(order.sort_position(row), bound) > 0


@dataclass(frozen=True)
class _Counted:
    """A facet of a connection: of which rows it is, before the filter of the connection's arguments."""

    type: str
    name: str
    candidates: Sequence[VisibleRow]
    given: Mapping[str, Any]

    @property
    def others(self) -> Mapping[str, Any]:
        """The arguments without the conditions for this facet, which all rows of the list have to fit."""
        return {**self.given, "filter": _others_of(self.name, self.given.get("filter") or {})}

    @property
    def chosen(self) -> set[str]:
        """The values that these conditions name."""
        named = list(_own(self.name, self.given.get("filter") or {}))
        alone = {each["eq"] for each in named if "eq" in each}
        return alone.union(*(each.get("in", ()) for each in named))


def _others_of(name: str, condition: Mapping[str, Any]) -> Mapping[str, Any]:
    rest = {key: value for key, value in condition.items() if key != name}
    return rest | ({"and": [_others_of(name, each) for each in rest["and"]]} if "and" in rest else {})


def _own(name: str, condition: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if name in condition:
        yield condition[name]
    for each in condition.get("and", ()):
        yield from _own(name, each)


def facet(context: ReferenceContext, counted: _Counted, most: int) -> dict[str, Any]:
    """The values with their counts, the most frequent first, and the chosen ones, even without rows."""
    rows = _matching(context, counted.type, counted.candidates, counted.others)
    values_of = FACETS[counted.type][counted.name]
    counts = Counter(value for row in rows for value in values_of(context, row) if value is not None)
    chosen = {value for value in counted.chosen if counted.name != "institution" or _is_institution(value)}
    first = sorted(counts.keys() | chosen, key=lambda value: (value not in chosen, -counts[value], value))
    found = sorted(first[:most], key=lambda value: (-counts[value], value))
    values = [{"value": v, "label": _label(context, counted.name, v), "count": counts[v]} for v in found]
    return {"name": counted.name, "values": values}


def _is_institution(text: str) -> bool:
    try:
        return read_id(text)[0] == "Institution"
    except Refused:
        return False


def _label(context: ReferenceContext, facet: str, value: str) -> str | None:
    if facet != "institution":
        return value
    found = context.one("Institution", read_id(value)[1])
    label: str | None = context.scalar(found, "name") if found else None
    return label
