"""A bulk mutation: another mutation, carried out for each item of a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql import FieldNode

from planner.declaration.writes import ITEMS, RESULTS
from planner.document.selection import DocumentContext, Fields, collect_subfields, sub_selections
from planner.messages import message
from planner.mutation.outcome import error_of
from planner.mutation.payload import payload_json
from planner.mutation.request import ROOT, MutationRequest
from planner.mutation.write_input import InputError


@dataclass(frozen=True, slots=True)
class BulkRequest:
    """A root field that carries out a mutation for each item, or for none if there are `errors`.

    `payload_type` is its own, of which it selects `fields`. `items` has the requests of each item, one for
    each selection of its payload: the first is carried out, and the others read the same row.
    """

    whole: MutationRequest
    payload_type: str
    fields: Fields
    items: tuple[tuple[MutationRequest, ...], ...]
    errors: tuple[InputError, ...] = ()

    @property
    def requests(self) -> Iterator[MutationRequest]:
        for item in self.items:
            yield from item

    def payload(self, context: DocumentContext, results: Sequence[Sequence[str]]) -> str:
        """The payload's JSON, from that of each item, once for each selection of it."""
        selections = [key for key, nodes in self.fields.items() if nodes[0].name.value == RESULTS]
        found = {
            key: f"[{','.join(result[number] for result in results)}]"
            for number, key in enumerate(selections)
        }
        errors = [error_of(one, self.whole.language) for one in self.errors]
        known: Mapping[str, Any] = {"__typename": self.payload_type, "userErrors": errors}
        return payload_json(context, self.fields, found, known)


def bulk_request(
    context: DocumentContext, whole: MutationRequest, payload_type: str, most: int
) -> BulkRequest:
    """The bulk mutation of a root field; it refuses more items than `most`."""
    fields = collect_subfields(context, payload_type, sub_selections(whole.nodes))
    given = whole.arguments[ROOT]
    assert isinstance(given, dict)
    items = given[ITEMS]
    assert isinstance(items, list)
    if len(items) > most:
        words = message("mutation.too_many", limit=most, asked=len(items))
        return BulkRequest(whole, payload_type, fields, (), (InputError("TOO_MANY", (ROOT, ITEMS), words),))
    selections: dict[str, Sequence[FieldNode]] = {
        key: nodes for key, nodes in fields.items() if nodes[0].name.value == RESULTS
    }
    requests = [
        tuple(
            replace(
                whole, arguments={**whole.arguments, ROOT: item}, item=number, payload=nodes, selection=key
            )
            for key, nodes in (selections or {"": ()}).items()
        )
        for number, item in enumerate(items)
    ]
    return BulkRequest(whole, payload_type, fields, tuple(requests))
