"""The fields of the root."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cmp_to_key
from typing import Any
from uuid import UUID

from graphql import GraphQLResolveInfo, get_named_type

from tests.reference.archive import is_archived, offered
from tests.reference.collaborations import collaborations, on_side
from tests.reference.enum_labels import enum_labels
from tests.reference.errors import Refused
from tests.reference.field_sources import pascal
from tests.reference.ids import of_type, read_id
from tests.reference.ordering import decode, encode, fixed_terms, ordered
from tests.reference.pages import bounded, connection, cut, paged, window_of
from tests.reference.suggestions import suggestions
from tests.reference.tables import ReferenceContext, VisibleRow
from tests.reference.tasks import tasks
from tests.reference.viewer_objects import viewer

HITS = "9baf3422"  # the order of hits: blake2s of "SearchHit rank- kind+" in four bytes
Given = Mapping[str, Any]


def root_field(context: ReferenceContext, info: GraphQLResolveInfo[ReferenceContext], given: Given) -> Any:
    if info.field_name in ROOTS:
        return ROOTS[info.field_name](context, given)
    target = get_named_type(info.return_type).name
    if target.endswith("Connection"):
        type_ = target.removesuffix("Connection")
        return connection(context, type_, context.all(type_), given)
    return single(context, target, given)


def single(context: ReferenceContext, type_: str, given: Given) -> VisibleRow | None:
    """The row that fits all keys that are given."""
    keys = {key: value for key, value in given.items() if value is not None}
    if not keys:
        raise Refused("no key")
    wanted = of_type(keys["id"], type_) if "id" in keys else None
    for row in context.all(type_):
        others = all(context.scalar(row, key) == value for key, value in keys.items() if key != "id")
        if others and ("id" not in keys or row.row["id"] == wanted):
            return row
    return None


def node(context: ReferenceContext, given: Given) -> VisibleRow | None:
    return context.one(*read_id(given["id"]))


def nodes(context: ReferenceContext, given: Given) -> list[VisibleRow | None]:
    if len(given["ids"]) > 100:
        raise Refused("too many ids")
    return [lookup(context, text) for text in given["ids"]]


def lookup(context: ReferenceContext, text: str) -> VisibleRow | None:
    """The row of an id; none where it is of another form."""
    try:
        return context.one(*read_id(text))
    except Refused:
        return None


def impact(context: ReferenceContext, given: Given) -> list[VisibleRow]:
    found = context.all("ImpactMetric")
    found = found if given.get("archived") else offered(found)
    metrics = ordered(context, found, fixed_terms(("key",)))
    if given.get("program") is None:
        return metrics
    program = of_type(given["program"], "Program")
    return [metric for metric in metrics if program is not None and metric.row["program_id"] == program]


def all_collaborations(context: ReferenceContext, given: Given) -> list[dict[str, Any]]:
    side, least, first = given.get("side"), given.get("minWeight"), given.get("first")
    most = bounded(20 if first is None else first)
    pairs = [pair for pair in collaborations(context) if least is None or pair["weight"] >= least]
    return [pair for pair in pairs if side is None or on_side(pair, side)][:most]


def all_tasks(context: ReferenceContext, given: Given) -> list[dict[str, Any]]:
    before, first = given.get("dueBefore"), given.get("first")
    most = bounded(20 if first is None else first)
    found = [
        task
        for task in tasks(context)
        if before is None or (task["dueOn"] is not None and task["dueOn"] < before)
    ]
    return [{**task, "dueOn": task["dueOn"] and task["dueOn"].isoformat()} for task in found][:most]


def suggested_mentors(context: ReferenceContext, given: Given) -> list[dict[str, Any]]:
    first, key = given.get("first"), of_type(given["participation"], "Participation")
    most, part = bounded(20 if first is None else first), context.one("Participation", key)
    return suggestions(context, part)[:most] if part is not None else []


Hit = tuple[float, str, UUID]


def search(context: ReferenceContext, given: Given) -> dict[str, Any]:
    """Everything visible that has the words, the best first, then by type and id."""
    words, types = given["text"], given.get("types")
    if not words.strip():
        raise Refused("no words")
    if types is not None and not types:
        raise Refused("no types")
    wanted = None if types is None else set(map(pascal, types))
    ranks = context.world.matches.ranks[words]
    hits = [
        (float(rank), type_, key)
        for (type_, key), rank in ranks.items()
        if (wanted is None or type_ in wanted)
        and (found := context.one(type_, key)) is not None
        and not is_archived(found.row)
    ]
    hits.sort(key=cmp_to_key(_compare))
    page = cut(hits, window_of(given), _beyond(given.get("after"), 1), _beyond(given.get("before"), -1))
    cursors = paged(page, _cursor, lambda hit: context.one(hit[1], hit[2]))
    return {**cursors, "totalCount": len(hits)}


def _cursor(hit: Hit) -> str:
    rank, type_, key = hit
    return encode([HITS, rank, type_, str(key)])


def _compare(one: Hit, other: Hit) -> int:
    mine, theirs = (-one[0], *one[1:]), (-other[0], *other[1:])
    return (mine > theirs) - (mine < theirs)


def _beyond(cursor: str | None, sign: int) -> Callable[[Hit], bool] | None:
    if cursor is None:
        return None
    fingerprint, *position = decode(cursor)
    if fingerprint != HITS or len(position) != 3:
        raise Refused("a cursor of another order")
    bound = (float(position[0]), str(position[1]), UUID(position[2]))
    return lambda hit: sign * _compare(hit, bound) > 0


ROOTS: Mapping[str, Any] = {
    "enumLabels": enum_labels,
    "guestRegistration": lambda context, given: None,  # nobody here has a link
    "node": node,
    "nodes": nodes,
    "impact": impact,
    "collaborations": all_collaborations,
    "search": search,
    "suggestedMentors": suggested_mentors,
    "tasks": all_tasks,
    "viewer": viewer,
}
