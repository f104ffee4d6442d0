"""Random arguments for a field: literals, variables, and parts of one made of the other."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNonNull,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from tests.random_queries.pools import WORDS, ZONES, Pools, as_input, near
from tests.reference.facets import FACETS
from tests.reference.field_sources import IDENTIFIED, PREFIX
from tests.reference.localized_texts import fold
from tests.reference.open_fields import OPEN
from tests.reference.ordering import encode, order_of
from tests.reference.roots import HITS
from tests.reference.tables import ReferenceContext

SAMPLES = {"Boolean": True, "Int": 3, "Float": 1.5, "Decimal": "3.50", "Date": "2024-02-29"}
KEYS = frozenset({"id", "slug", "rorId"})
Picked = TypeVar("Picked")
Draw = Callable[[int], int]
"""A whole number from 0 up to, not including, the given one."""

DAYS = ("0001-01-01", "2025-06-30", "2026-02-04", "2027-01-01", "9999-12-31")


@dataclass(frozen=True)
class Enum:
    name: str


@dataclass(frozen=True)
class Variable:
    name: str


@dataclass(frozen=True)
class Written:
    """The arguments of a field: their names, and `(first: 3, …)`, or nothing."""

    names: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class FieldUse:
    """Where arguments are written: on a field that leads to the type `target`, and `needs` one of them."""

    target: str
    nested: bool
    needs: str = ""


@dataclass
class Writing:
    """A document in the making: its variables, and whether it holds a value that must be refused."""

    draw: Draw
    pools: Pools
    context: ReferenceContext
    definitions: dict[str, str] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    refused: bool = False

    def chance(self, percent: float) -> bool:
        """Whether it happens; zeros, which Hypothesis makes small cases of, say no."""
        return self.draw(1_000) >= 1_000 - percent * 10

    def pick(self, values: Sequence[Picked]) -> Picked:
        return values[self.draw(len(values))]

    def variable(self, type_: GraphQLInputType, value: Any) -> Variable:
        """A variable of the type that has the value: given, or as its default."""
        name = f"v{len(self.definitions)}"
        self.values[name] = plain(value)
        by_default = self.chance(20)
        self.definitions[name] = f"${name}: {type_}" + (f" = {literal(value)}" if by_default else "")
        if not by_default or self.chance(30):
            self.variables[name] = plain(value)
        return Variable(name)

    def inside(self, type_: GraphQLInputType, value: Any) -> Any:
        """A value within another: seldom in a variable, left out by one, or null, which is refused there."""
        if _mentions_variable(value):
            return value
        if not isinstance(type_, GraphQLNonNull) and self.chance(2):
            return self.absent(type_)
        if not isinstance(type_, GraphQLNonNull) and self.chance(0.3):
            self.refused = True
            return None
        if self.chance(12):
            return self.variable(type_, value)
        return value

    def settled(self, value: Any) -> Any:
        """What an argument comes to, whether it stands there or in a variable."""
        if isinstance(value, Variable):
            return self.values[value.name]
        if isinstance(value, dict):
            return {key: self.settled(each) for key, each in value.items()}
        return [self.settled(each) for each in value] if isinstance(value, list) else plain(value)

    def absent(self, type_: GraphQLInputType) -> Variable:
        """A variable that is not given: as if what it stands for were left out."""
        name = f"v{len(self.definitions)}"
        self.definitions[name] = f"${name}: {get_nullable_type(type_)}"
        return Variable(name)


def literal(value: Any) -> str:
    """The value in the language of documents."""
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, Variable):
        return f"${value.name}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {literal(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def plain(value: Any) -> Any:
    """The value as JSON has it."""
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def write_arguments(writing: Writing, given: Mapping[str, GraphQLArgument], use: FieldUse) -> Written:
    """Some of the arguments of a field."""
    names = _chosen(writing, given, use.needs)
    cuts = [name for name in names if name in ("after", "before")]
    chosen: dict[str, Any] = {}
    for name in names:
        if name not in cuts:
            value = _argument(writing, name, given[name].type, use)
            settled = bool(cuts) or name in KEYS
            chosen[name] = _placed(writing, given[name].type, value, settled=settled)
    for name in cuts:
        chosen[name] = _cursor(writing, use.target, chosen)
    parts = [f"{name}: {literal(value)}" for name, value in chosen.items()]
    return Written(tuple(chosen), f"({', '.join(parts)})" if parts else "")


def _chosen(writing: Writing, given: Mapping[str, GraphQLArgument], needed: str) -> list[str]:
    """Which arguments to give; seldom both `first` and `last`, which is refused."""
    names = []
    for name, argument in given.items():
        percent = {"after": 12, "before": 12, "filter": 30, "search": 15}.get(name, 45)
        if name == needed or isinstance(argument.type, GraphQLNonNull) or writing.chance(percent):
            names.append(name)
    keys = KEYS & given.keys()
    if keys and not keys & set(names):
        names.append(writing.pick(sorted(keys)))
    if {"first", "last"} <= set(names):
        if writing.chance(2):
            writing.refused = True
        else:
            names.remove(writing.pick([name for name in ("first", "last") if name != needed]))
    return names


def _placed(writing: Writing, type_: GraphQLInputType, value: Any, *, settled: bool) -> Any:
    """The value as a literal or a variable or, unless it must be `settled`, omitted or null."""
    nullable = not isinstance(type_, GraphQLNonNull)
    if _mentions_variable(value):
        return value
    if nullable and not settled and writing.chance(4):
        return writing.absent(type_)
    if nullable and not settled and writing.chance(3):
        return None
    if writing.chance(25):
        return writing.variable(type_, value)
    return value


def _mentions_variable(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_mentions_variable, value.values()))
    return any(map(_mentions_variable, value)) if isinstance(value, list) else isinstance(value, Variable)


def _argument(writing: Writing, name: str, type_: GraphQLInputType, use: FieldUse) -> Any:
    """The value of an argument of a field."""
    target = use.target
    match name:
        case "filter":
            return _filter(writing, get_named_type(type_), target, depth=2)
        case "search" | "text":
            words = writing.pick(WORDS)
            writing.refused |= name == "text" and not words.strip()
            return words
        case "orderBy":
            return [_term(writing, target) for _ in range(1 + writing.draw(2))]
        case "first" | "last" | "limit":
            return _size(writing, use.nested)
        case "minWeight":
            return writing.draw(4)
        case "archived":
            return writing.chance(70)
        case "enums":
            return [_enum_name(writing) for _ in range(writing.draw(4))]
        case "timeZone":
            return writing.pick(ZONES)
        case "dueBefore":
            return writing.pick(DAYS)
        case "id" | "ids" | "program" | "participation":
            own = name.capitalize() if name in ("program", "participation") else target
            one = partial(_id, writing, own)
            return [one() for _ in range(writing.draw(5))] if name == "ids" else one()
        case "slug" | "rorId":
            return writing.pick(writing.pools.values[target, name] or ["none"])
    return _any(writing, type_)


def _any(writing: Writing, type_: GraphQLInputType) -> Any:
    """A value of an enum, or a list of some."""
    named = get_named_type(type_)
    assert isinstance(named, GraphQLEnumType)
    values = list(named.values)
    if is_list_type(get_nullable_type(type_)):
        return [Enum(writing.pick(values)) for _ in range(1 + writing.draw(3))]
    return Enum(writing.pick(values))


def _enum_name(writing: Writing) -> str:
    """Mostly the name of an enum; seldom that of another type."""
    types = writing.context.world.schema.type_map
    if writing.chance(1):
        writing.refused = True
        return "Project"
    return writing.pick([name for name, type_ in types.items() if isinstance(type_, GraphQLEnumType)])


def _size(writing: Writing, nested: bool) -> int:
    if writing.chance(0.5):
        writing.refused = True
        return int(writing.pick([-1, 101, 10_000]))
    return writing.draw(5 if nested else 12)


def _id(writing: Writing, type_: str) -> str:
    """Mostly an id of the type, else of another, or of nothing; seldom none at all."""
    if writing.chance(0.5):
        writing.refused = True
        return str(writing.pick(["", "x", "project_1", "PROJECT_00000000-0000-0000-0000-000000000000"]))
    if writing.chance(5):
        return f"{PREFIX.get(type_, 'event')}_00000000-0000-0000-0000-000000000000"
    known = type_ if type_ in IDENTIFIED and writing.chance(90) else writing.pick(IDENTIFIED)
    return str(writing.pick(writing.pools.ids[known]))


def _term(writing: Writing, target: str) -> dict[str, Any]:
    fields = writing.context.world.schema.type_map[f"{target}OrderField"]
    assert isinstance(fields, GraphQLEnumType)
    term = {"field": Enum(writing.pick(list(fields.values)))}
    if writing.chance(60):
        term["direction"] = Enum(writing.pick(["ASC", "DESC"]))
    return term


def _cursor(writing: Writing, target: str, chosen: Mapping[str, Any]) -> Any:
    """A row's own cursor in the order that is asked for; seldom one of another order, or none at all."""
    if writing.chance(1):
        writing.refused = True
        return writing.pick(["", "x", "MTIz", encode(["00000000", "x"]), encode(["00000000"])])
    if target == "SearchResult":
        ranks = writing.context.world.matches.ranks[writing.settled(chosen["text"])]
        type_, key = writing.pick(sorted(ranks) or [("Mentor", UUID(int=0))])
        return encode([HITS, float(ranks.get((type_, key), 0.5)), type_, str(key)])
    terms = [{"direction": "ASC", **term} for term in writing.settled(chosen.get("orderBy")) or []]
    order = order_of(
        writing.context, target, {"orderBy": terms, "search": writing.settled(chosen.get("search"))}
    )
    rows = writing.context.all(target)
    if not rows:
        writing.refused = True
        return "x"
    return order.cursor(writing.pick(rows))


def _filter(writing: Writing, inputs: Any, type_: str, depth: int) -> dict[str, Any]:
    """A filter of the type with a few conditions; parts of it may be variables."""
    assert isinstance(inputs, GraphQLInputObjectType)
    found: dict[str, Any] = {}
    for _ in range(writing.pick([0, 1, 1, 1, 2, 2, 3])):
        left = [name for name in inputs.fields if name not in found]
        if not left:
            break
        masked = [name for name in left if is_masked(type_, name)]
        counted = [name for name in left if name in FACETS.get(type_, ())]
        likely = masked if masked and writing.chance(25) else left
        name = writing.pick(counted if counted and writing.chance(15) else likely)
        condition = inputs.fields[name].type
        named = get_named_type(condition)
        if name in ("and", "or"):
            value: Any = [
                _filter(writing, inputs, type_, depth - 1) for _ in range(writing.draw(3) if depth else 0)
            ]
        elif name == "not":
            value = _filter(writing, inputs, type_, depth - 1) if depth else {}
        elif named.name.endswith("RelationFilter"):
            value = _relation(writing, named, depth)
        else:
            value = _operators(writing, named, type_, name)
        found[name] = writing.inside(condition, value)
    return found


def is_masked(type_: str, name: str) -> bool:
    """Whether the field is seen by fewer than the row is; such are asked for more often."""
    return name not in {*OPEN.get(type_, ()), "and", "or", "not"}


def _relation(writing: Writing, inputs: Any, depth: int) -> dict[str, Any]:
    name = writing.pick([key for key in inputs.fields if depth or key == "isNull"] or ["some"])
    if name == "isNull":
        return {name: writing.inside(inputs.fields[name].type, writing.chance(50))}
    target = get_named_type(inputs.fields[name].type)
    type_ = target.name.removesuffix("Filter")
    value = _filter(writing, target, type_, depth - 1) if depth else {}
    return {name: writing.inside(inputs.fields[name].type, value)}


def _operators(writing: Writing, inputs: Any, type_: str, name: str) -> dict[str, Any]:
    operator = writing.pick(list(inputs.fields))
    condition = inputs.fields[operator].type
    if operator == "isNull":
        value: Any = writing.chance(50)
    elif is_list_type(get_nullable_type(condition)):
        item = get_nullable_type(condition).of_type
        value = [writing.inside(item, _scalar(writing, item, type_, name)) for _ in range(writing.draw(4))]
    else:
        value = _scalar(writing, condition, type_, name)
        if operator in ("contains", "startsWith"):
            value = _piece(writing, value, operator)
    return {operator: writing.inside(condition, value)}


def _scalar(writing: Writing, type_: GraphQLInputType, owner: str, name: str) -> Any:
    """A value that a row of the type has in the field, or one near it."""
    named = get_named_type(type_)
    if named.name == "ID":
        return _id(writing, owner)
    if isinstance(named, GraphQLEnumType):
        return Enum(writing.pick(list(named.values)))
    known = writing.pools.values.get((owner, name)) or []
    if not known:
        return {"Boolean": True, "Int": 3, "Float": 1.5, "Decimal": "3.50", "Date": "2024-02-29"}.get(
            named.name, "x"
        )
    value = writing.pick(known)
    return as_input(near(value, writing.draw(3) - 1) if named.name not in ("String", "Boolean") else value)


def _piece(writing: Writing, value: str, operator: str) -> str:
    """A part of a text, in another case, with or without its accents."""
    start = 0 if operator == "startsWith" else writing.draw(max(len(value), 1))
    piece = value[start : start + 1 + writing.draw(6)]
    return fold(piece) if writing.chance(30) else piece.upper() if writing.chance(30) else piece
