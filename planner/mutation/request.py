"""A mutation of a request, before its input is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from graphql import FieldNode

from planner.declaration.write_action import WriteAction
from planner.declaration.writes import ITEMS
from planner.document.arguments import Arguments, ArgumentValue, Variables
from planner.document.operations import Operation
from planner.document.selection import response_key


class RequestKeys(NamedTuple):
    """The idempotency key in the request's headers, and the request id of a trusted proxy."""

    key: str | None = None
    request_id: str | None = None


NO_KEYS = RequestKeys()
ROOT = "input"


@dataclass(frozen=True, slots=True)
class MutationRequest:
    """A root field of a mutation with its arguments; `header_key` is made from `Idempotency-Key`.

    Each of several mutations in a request has a key of its own. `request_id` is in the audit log.
    `item`: its number in the list of a bulk mutation; its payload is then selected there by `payload`, under
    the response key `selection`.
    """

    action: WriteAction
    operation: Operation
    variables: Variables
    nodes: Sequence[FieldNode]
    arguments: Arguments
    language: str
    header_key: str | None = None
    request_id: str | None = None
    item: int | None = None
    payload: Sequence[FieldNode] | None = None
    selection: str = ""

    @property
    def path(self) -> tuple[str, ...]:
        """Where its input stands in the arguments."""
        return (ROOT,) if self.item is None else (ROOT, ITEMS, str(self.item))

    @property
    def key(self) -> str:
        """The response key of the root field."""
        return response_key(self.nodes[0])

    @property
    def requests(self) -> tuple[MutationRequest, ...]:
        """Itself: a bulk mutation has several."""
        return (self,)

    @property
    def variants(self) -> Sequence[MutationRequest]:
        """The requests that it may become, itself the first."""
        return [self if one is self.action else replace(self, action=one) for one in self.action.variants]

    @property
    def items(self) -> tuple[tuple[MutationRequest, ...], ...]:
        return (self.requests,)

    @property
    def payload_nodes(self) -> Sequence[FieldNode]:
        """The fields that select its payload."""
        return self.nodes if self.payload is None else self.payload

    @property
    def links(self) -> tuple[str, ...]:
        """The lists of links that the input has."""
        given = self.arguments.get("input")
        names = [one.name for one in self.action.links if isinstance(given, dict) and one.name in given]
        upsert = self.action.upsert
        return tuple(names if upsert is None else [*names, upsert.links.name])

    @property
    def is_dry_run(self) -> bool:
        """Whether the mutation only reports what it would do."""
        given = self.arguments.get("dryRun")
        return isinstance(given, ArgumentValue) and given.value is True
