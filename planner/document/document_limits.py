"""How large a document may be, looked at before it is validated: validating is quadratic in places.

First its text (tokens, nesting of brackets), then what was parsed: fields with all fragments spread, fields
that share a name in one place, aliases, directives, depth, root fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from planner.document.selection import below, response_key
from planner.errors import CostLimit, Problem
from planner.messages import message
from planner.statement.context import Limits

TOKEN = re.compile(
    r'"""(?:[^"\\]|\\"""|\\|"(?!""))*+(?:"""|\Z)'
    r'|"(?:[^"\\\n\r]|\\.)*+"?'
    r"|#[^\n\r]*+|\.\.\.|[A-Za-z_]\w*+|-?\d[\w.+-]*+|[^\s,\ufeff]"
)
"""A token of a document, comments included. What is not closed ends with the text, so one pass is enough."""

OPENING, CLOSING = frozenset("{[("), frozenset("}])")
MOST_TOLD = 10**12
"""Where counting ends: fragments that double one another soon come to numbers that no client can read."""

Fragments = Mapping[str, FragmentDefinitionNode]


@dataclass(frozen=True, slots=True)
class Size:
    """What a selection set comes to, its fragments spread.

    `roots` are the fields at its top; `depth` counts fields, `nesting` whatever nests; `introspects` if a
    field asks the schema about itself.
    """

    fields: int = 0
    depth: int = 0
    nesting: int = 0
    roots: int = 0
    introspects: bool = False


@dataclass(slots=True)
class Written:
    """What is counted as it is written down, wherever it stands."""

    aliases: int = 0
    directives: int = 0


@dataclass(slots=True)
class Sizes:
    """The sizes of a document's parts; fragments are known by name once they are measured."""

    written: Written = field(default_factory=Written)
    fragments: dict[str, Size] = field(default_factory=dict)

    def of(self, selection_set: SelectionSetNode | None) -> Size:
        """The size of a selection set; as deep as it is written down, and so bounded."""
        if selection_set is None:
            return Size()
        parts = [self._part(selection) for selection in selection_set.selections]
        return Size(
            min(sum(part.fields for part in parts), MOST_TOLD),
            max((part.depth for part in parts), default=0),
            1 + max((part.nesting for part in parts), default=0),
            min(sum(part.roots for part in parts), MOST_TOLD),
            any(part.introspects for part in parts),
        )

    def _part(self, selection: Any) -> Size:
        self.written.directives += len(selection.directives or ())
        if isinstance(selection, FragmentSpreadNode):
            return self.fragments.get(selection.name.value, Size())
        inner = self.of(selection.selection_set)
        if not isinstance(selection, FieldNode):
            return inner
        self.written.aliases += selection.alias is not None
        own = selection.name.value.startswith("__")
        depth = 0 if own else 1 + inner.depth
        asks = selection.name.value in ("__schema", "__type") or inner.introspects
        return Size(1 + inner.fields, depth, inner.nesting, 1, asks)


@dataclass(frozen=True, slots=True)
class Measured:
    """A document's parts by size; `unsound` fragments run in a circle, or are never spread."""

    operations: Mapping[int, Size]
    written: Written
    unsound: bool


def check_text(text: str, limits: Limits) -> int:
    """The number of tokens; refuses too many, and brackets that nest too deeply to be parsed."""
    tokens = TOKEN.findall(text)
    within("tokens", len(tokens), limits.max_tokens)
    level = deepest = 0
    for token in tokens:
        if token in OPENING:
            level += 1
            deepest = max(deepest, level)
        elif token in CLOSING:
            level -= 1
    within("nesting", deepest, limits.max_nesting)
    return len(tokens)


def measure(document: DocumentNode) -> Measured:
    """The sizes of all operations, by the places of their definitions in the document."""
    fragments = fragments_of(document)
    order, circular = in_order(fragments)
    sizes = Sizes()
    for name in order:
        sizes.fragments[name] = sizes.of(fragments[name].selection_set)
    operations, spread = {}, set()
    for place, definition in enumerate(document.definitions):
        sizes.written.directives += len(getattr(definition, "directives", None) or ())
        if isinstance(definition, OperationDefinitionNode):
            variables = definition.variable_definitions or ()
            sizes.written.directives += sum(len(variable.directives or ()) for variable in variables)
            operations[place] = sizes.of(definition.selection_set)
            spread |= reached(definition.selection_set, fragments)
    return Measured(operations, sizes.written, circular or spread != fragments.keys())


def check_size(measured: Measured, limits: Limits) -> None:
    """Refuse a document that is too large in one way or another; all its operations count together."""
    sizes = measured.operations.values()
    within("directives", measured.written.directives, limits.max_directives)
    within("aliases", measured.written.aliases, limits.max_aliases)
    within("fields", min(sum(size.fields for size in sizes), MOST_TOLD), limits.max_fields)
    within("nesting", max((size.nesting for size in sizes), default=0), limits.max_nesting)
    within("depth", max((size.depth for size in sizes), default=0), limits.max_depth)
    within("root_fields", max((size.roots for size in sizes), default=0), limits.max_root_fields)


def check_overlaps(document: DocumentNode, limits: Limits) -> None:
    """Refuse what asks too often under one name in one place; for sound documents of a size that is allowed.

    Validation compares every two such fields with all that is below them.
    """
    fragments = fragments_of(document)
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    found = sum(_overlaps([one.selection_set], fragments) for one in operations)
    within("overlaps", found, limits.max_overlaps)


def fragments_of(document: DocumentNode) -> Fragments:
    return {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}


def in_order(fragments: Fragments) -> tuple[list[str], bool]:
    """The fragments, each after those that it spreads, and whether some run in a circle."""
    spread = {name: list(spreads(one.selection_set)) for name, one in fragments.items()}
    done: dict[str, bool] = {}
    circular = False
    waiting = [(name, False) for name in fragments]
    while waiting:
        name, left = waiting.pop()
        if left:
            del done[name]
            done[name] = True
        elif name not in done:
            done[name] = False
            waiting.append((name, True))
            waiting.extend((other, False) for other in spread[name] if other in spread)
            circular = circular or any(done.get(other) is False for other in spread[name])
    return list(done), circular


def reached(selection_set: SelectionSetNode, fragments: Fragments) -> set[str]:
    """The names of the fragments that are spread below, however far away."""
    found: set[str] = set()
    waiting = list(spreads(selection_set))
    while waiting:
        name = waiting.pop()
        if name not in found and name in fragments:
            found.add(name)
            waiting.extend(spreads(fragments[name].selection_set))
    return found


def spreads(selection_set: SelectionSetNode | None) -> Iterator[str]:
    """The fragments that are spread within a selection set as it is written down."""
    for selection in selection_set.selections if selection_set else ():
        if isinstance(selection, FragmentSpreadNode):
            yield selection.name.value
        else:
            yield from spreads(selection.selection_set)  # type: ignore[attr-defined]


def _overlaps(selection_sets: Iterable[SelectionSetNode], fragments: Fragments) -> int:
    """Pairs of fields under one name, here and below, whatever the types that they are asked of."""
    named: dict[str, list[FieldNode]] = {}
    for node in _spread_out(selection_sets, fragments):
        named.setdefault(response_key(node), []).append(node)
    here = sum(len(nodes) * (len(nodes) - 1) // 2 for nodes in named.values())
    return here + sum(_overlaps(sets, fragments) for nodes in named.values() if (sets := below(nodes)))


def _spread_out(selection_sets: Iterable[SelectionSetNode], fragments: Fragments) -> Iterator[FieldNode]:
    waiting: list[Any] = list(chain.from_iterable(one.selections for one in selection_sets))
    seen: set[str] = set()
    while waiting:
        selection = waiting.pop()
        if isinstance(selection, FieldNode):
            yield selection
        elif not isinstance(selection, FragmentSpreadNode):
            waiting.extend(selection.selection_set.selections)
        elif (name := selection.name.value) not in seen and name in fragments:
            seen.add(name)
            waiting.extend(fragments[name].selection_set.selections)


def within(what: str, asked: int, limit: int) -> None:
    """Refuse more than the limit, by its name in the messages' section `document_limit`."""
    if asked > limit:
        refused = message(f"document_limit.{what}", asked=asked, limit=limit)
        raise CostLimit(Problem(refused, details={"limit": limit, "asked": asked}))
