"""Limits of a document's size, checked before validation, which is quadratic in places.

First the text is measured (tokens, nesting of brackets), then the tree: fields with fragments spread, fields
that share a response key, aliases, directives, depth, root fields.
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

from planner.document.selection import response_key, sub_selections
from planner.errors import CostLimit, Problem
from planner.limits import Limits
from planner.messages import message

TOKEN = re.compile(
    r'"""(?:[^"\\]|\\"""|\\|"(?!""))*+(?:"""|\Z)'
    r'|"(?:[^"\\\n\r]|\\.)*+"?'
    r"|#[^\n\r]*+|\.\.\.|[A-Za-z_]\w*+|-?\d[\w.+-]*+|[^\s,\ufeff]"
)
"""A token of a document, comments included. An unclosed string ends with the text, so one pass is enough."""

OPENING, CLOSING = frozenset("{[("), frozenset("}])")
LARGEST_INT = 10**12
"""Counts are capped here: fragments that spread each other twice grow exponentially."""

Fragments = Mapping[str, FragmentDefinitionNode]


@dataclass(frozen=True, slots=True)
class SelectionSize:
    """The size of a selection set with its fragments spread.

    `roots` counts top-level fields; `depth` counts levels of fields, `nesting` levels of selection sets;
    `introspects`: a field introspects the schema.
    """

    fields: int = 0
    depth: int = 0
    nesting: int = 0
    roots: int = 0
    introspects: bool = False


@dataclass(slots=True)
class SyntaxCounts:
    """Counts of syntax nodes in the whole document, with fragments not spread."""

    aliases: int = 0
    directives: int = 0


@dataclass(slots=True)
class SizeCounter:
    """Measures selection sets; `fragments` has the sizes of those measured so far, by name."""

    written: SyntaxCounts = field(default_factory=SyntaxCounts)
    fragments: dict[str, SelectionSize] = field(default_factory=dict)

    def measure(self, selection_set: SelectionSetNode | None) -> SelectionSize:
        """The size of a selection set; recurses as deep as the text nests, which is limited."""
        if selection_set is None:
            return SelectionSize()
        parts = [self._part(selection) for selection in selection_set.selections]
        return SelectionSize(
            min(sum(part.fields for part in parts), LARGEST_INT),
            max((part.depth for part in parts), default=0),
            1 + max((part.nesting for part in parts), default=0),
            min(sum(part.roots for part in parts), LARGEST_INT),
            any(part.introspects for part in parts),
        )

    def _part(self, selection: Any) -> SelectionSize:
        self.written.directives += len(selection.directives or ())
        if isinstance(selection, FragmentSpreadNode):
            return self.fragments.get(selection.name.value, SelectionSize())
        inner = self.measure(selection.selection_set)
        if not isinstance(selection, FieldNode):
            return inner
        self.written.aliases += selection.alias is not None
        own = selection.name.value.startswith("__")
        depth = 0 if own else 1 + inner.depth
        asks = selection.name.value in ("__schema", "__type") or inner.introspects
        return SelectionSize(1 + inner.fields, depth, inner.nesting, 1, asks)


@dataclass(frozen=True, slots=True)
class DocumentSize:
    """The sizes of a document's operations by index; `fragments_invalid`: some form a cycle or are unused."""

    operations: Mapping[int, SelectionSize]
    written: SyntaxCounts
    fragments_invalid: bool


def check_text(text: str, limits: Limits) -> int:
    """The number of tokens; raises CostLimit for too many, or for brackets that nest too deeply to parse."""
    tokens = TOKEN.findall(text)
    check_limit("tokens", len(tokens), limits.max_tokens)
    level = deepest = 0
    for token in tokens:
        if token in OPENING:
            level += 1
            deepest = max(deepest, level)
        elif token in CLOSING:
            level -= 1
    check_limit("nesting", deepest, limits.max_nesting)
    return len(tokens)


def measure(document: DocumentNode) -> DocumentSize:
    """The sizes of all operations, by the index of their definition in the document."""
    fragments = fragments_of(document)
    order, circular = topological_order(fragments)
    sizes = SizeCounter()
    for name in order:
        sizes.fragments[name] = sizes.measure(fragments[name].selection_set)
    operations, spread = {}, set()
    for index, definition in enumerate(document.definitions):
        sizes.written.directives += len(getattr(definition, "directives", None) or ())
        if isinstance(definition, OperationDefinitionNode):
            variables = definition.variable_definitions or ()
            sizes.written.directives += sum(len(variable.directives or ()) for variable in variables)
            operations[index] = sizes.measure(definition.selection_set)
            spread |= reachable_fragments(definition.selection_set, fragments)
    return DocumentSize(operations, sizes.written, circular or spread != fragments.keys())


def check_size(measured: DocumentSize, limits: Limits) -> None:
    """Raise CostLimit for a document that is too large; fields are summed over all operations."""
    sizes = measured.operations.values()
    check_limit("directives", measured.written.directives, limits.max_directives)
    check_limit("aliases", measured.written.aliases, limits.max_aliases)
    check_limit("fields", min(sum(size.fields for size in sizes), LARGEST_INT), limits.max_fields)
    check_limit("nesting", max((size.nesting for size in sizes), default=0), limits.max_nesting)
    check_limit("depth", max((size.depth for size in sizes), default=0), limits.max_depth)
    check_limit("root_fields", max((size.roots for size in sizes), default=0), limits.max_root_fields)


def check_overlaps(document: DocumentNode, limits: Limits) -> None:
    """Raise CostLimit for too many pairs of fields that share a response key.

    Validation compares each pair with everything below it. The document must have valid fragments, and be
    within the other limits.
    """
    fragments = fragments_of(document)
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    found = sum(_overlaps([one.selection_set], fragments) for one in operations)
    check_limit("overlaps", found, limits.max_overlaps)


def fragments_of(document: DocumentNode) -> Fragments:
    return {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}


def topological_order(fragments: Fragments) -> tuple[list[str], bool]:
    """The fragments, each after those that it spreads, and whether there is a cycle."""
    spread = {name: list(fragment_spreads(one.selection_set)) for name, one in fragments.items()}
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


def reachable_fragments(selection_set: SelectionSetNode, fragments: Fragments) -> set[str]:
    """The names of the fragments that are spread in a selection set, directly or through others."""
    found: set[str] = set()
    waiting = list(fragment_spreads(selection_set))
    while waiting:
        name = waiting.pop()
        if name not in found and name in fragments:
            found.add(name)
            waiting.extend(fragment_spreads(fragments[name].selection_set))
    return found


def fragment_spreads(selection_set: SelectionSetNode | None) -> Iterator[str]:
    """The names of the fragments that are spread directly in a selection set or below it."""
    for selection in selection_set.selections if selection_set else ():
        if isinstance(selection, FragmentSpreadNode):
            yield selection.name.value
        else:
            yield from fragment_spreads(selection.selection_set)  # type: ignore[attr-defined]


def _overlaps(selection_sets: Iterable[SelectionSetNode], fragments: Fragments) -> int:
    """The number of pairs of fields with the same response key, here and below, for any parent types."""
    named: dict[str, list[FieldNode]] = {}
    for node in _expanded(selection_sets, fragments):
        named.setdefault(response_key(node), []).append(node)
    here = sum(len(nodes) * (len(nodes) - 1) // 2 for nodes in named.values())
    return here + sum(
        _overlaps(sets, fragments) for nodes in named.values() if (sets := sub_selections(nodes))
    )


def _expanded(selection_sets: Iterable[SelectionSetNode], fragments: Fragments) -> Iterator[FieldNode]:
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


def check_limit(limit_name: str, value: int, limit: int) -> None:
    """Raise CostLimit above the limit; `limit_name` is an id in the section `document_limit`."""
    if value > limit:
        refused = message(f"document_limit.{limit_name}", asked=value, limit=limit)
        raise CostLimit(Problem(refused, details={"limit": limit, "asked": value}))
