"""Explains why a viewer sees a row or a field, or doesn't: the rules of the policy, and which of them hold.

For a hidden row and for one that doesn't exist the answer is the same (no rule holds), except for ADMIN.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode
from sqlalchemy import (
    Integer,
    Text,
    Uuid,
    and_,
    case,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
)

from planner.declaration.access import EntityPolicy, Rule, every_row
from planner.declaration.bindings import Explanation, Member
from planner.declaration.scalar_types import global_id_type, parse_global_id
from planner.document.arguments import Arguments, ArgumentValue, non_null
from planner.document.selection import collect_subfields, sub_selections
from planner.errors import bad_input
from planner.errors.translation.graphql_value import print_value
from planner.messages import message
from planner.sql import Column, Condition, JsonObject, json_list, literal_text, scalar_subquery
from planner.statement.context import PlanningContext, RowSource

ROW, FIELD = "ROW", "FIELD"
VISIBLE, MASKED, HIDDEN, MISSING = "VISIBLE", "MASKED", "HIDDEN", "MISSING"


@dataclass(frozen=True, slots=True)
class FieldName:
    """Accepts the name of a field of the type; raises BadUserInput for another."""

    type_name: str
    names: frozenset[str]

    def __call__(self, name: str) -> str:
        if name in self.names:
            return name
        raise bad_input(message("argument.unknown_field", name=print_value(name), type=self.type_name))


@dataclass(frozen=True, slots=True)
class _RuleResult:
    """A rule that was tried: of the row, or of the requested field."""

    about: str
    role: str
    words: str
    holds: Condition
    of_field: str | None = None


def plan_explanation(
    context: PlanningContext,
    member: Member,
    binding: Explanation,
    arguments: Arguments,
    nodes: Sequence[FieldNode],
) -> Column:
    """The explanation as a JSON object."""
    leaf, field = arguments["id"], non_null(arguments, "field")
    assert isinstance(leaf, ArgumentValue)
    prefixes = frozenset(context.catalog.prefixes)
    prefix, _ = parse_global_id(leaf.value, prefixes)
    key = context.bind(leaf, Uuid(), global_id_type(prefix, prefixes).convert)
    viewed = _viewer_context(context, binding, arguments)
    row = viewed.row(context.catalog.prefixes[prefix])
    name = (
        context.bind(field, Text(), FieldName(row.type.name, frozenset(row.type.members))) if field else None
    )
    tried = [*_row_rules(row), *(_field_rules(row) if field else ())]
    facts = _facts(row, key, tried)
    answer = _ExplanationFields(context, row, facts, name, tried)
    fields = collect_subfields(context, member.target, sub_selections(nodes))
    whole = JsonObject((key, answer.part(field_nodes)) for key, field_nodes in fields.items())
    return scalar_subquery(select(whole).select_from(facts), facts)


def _viewer_context(context: PlanningContext, binding: Explanation, arguments: Arguments) -> PlanningContext:
    """The context of the viewer to explain: your own, or for unbounded roles another viewer's."""
    given = arguments.get("as")
    if not isinstance(given, dict):
        return context
    if not context.policy.is_unbounded(context.roles):
        raise bad_input(message("argument.explained_for_staff"))
    viewed: PlanningContext = binding.viewer(context, given)
    return viewed


def _row_rules(row: RowSource) -> Iterator[_RuleResult]:
    policy, roles = row.context.policy, row.context.roles
    rules = policy.entity(row.type.name).rows
    for role in sorted((policy.unbounded & roles) - rules.keys()):
        yield _RuleResult(ROW, role, every_row.words, true())
    yield from _tried(ROW, rules, row)


def _field_rules(row: RowSource) -> Iterator[_RuleResult]:
    policy, roles = row.context.policy, row.context.roles
    stated = policy.entity(row.type.name)
    for field in sorted(row.type.members.keys() - stated.open):
        rules = policy.mask_rules(row.type.name, field)
        for role in sorted((policy.unbounded & roles) - rules.keys()):
            yield _RuleResult(FIELD, role, every_row.words, true(), field)
        yield from _tried(FIELD, rules, row, field)


def _tried(
    about: str, rules: Mapping[str, Rule], row: RowSource, field: str | None = None
) -> Iterator[_RuleResult]:
    """The rules of the viewer's roles, with each alternative as a rule."""
    for role in sorted(row.context.roles & rules.keys()):
        for rule in rules[role].alternatives:
            yield _RuleResult(about, role, rule.words, rule(row.as_correlated()), field)


def _facts(row: RowSource, key: Column, tried: Sequence[_RuleResult]) -> Any:
    """One row of booleans: whether the row exists, whether it is visible, and which rules hold."""
    visible = and_(true(), *row.visibility_conditions())
    columns = {"there": true(), "visible": visible, **{f"rule_{n}": one.holds for n, one in enumerate(tried)}}
    found = select(*(func.coalesce(value, false()).label(name) for name, value in columns.items()))
    found = found.select_from(row.from_clause).where(row["id"] == key)
    there = found.correlate_except(*row.from_clauses).subquery()
    one = select(literal_column("1", Integer()).label("one")).subquery()
    each = [func.coalesce(there.c[name], false()).label(name) for name in columns]
    return select(*each).select_from(one.outerjoin(there, true())).subquery()


@dataclass(frozen=True, slots=True)
class _ExplanationFields:
    """Renders the explanation from the facts; `field` is the requested name, if any."""

    context: PlanningContext
    row: RowSource
    facts: Any
    field: Column | None
    tried: Sequence[_RuleResult]

    @property
    def stated(self) -> EntityPolicy:
        return self.row.context.policy.entity(self.row.type.name)

    def part(self, nodes: Sequence[FieldNode]) -> Column:
        match nodes[0].name.value:
            case "outcome":
                return self._outcome()
            case "reason":
                return case((self._outcome() == literal_text(MASKED), self._reason()), else_=null())
            case "rules":
                return self._rules(nodes)
        return literal_text("AccessExplanation")

    def _outcome(self) -> Column:
        known = self.context.policy.is_unbounded(self.context.roles)
        missing = literal_text(MISSING if known else HIDDEN)
        return case(
            (~self.facts.c.there, missing),
            (~self.facts.c.visible, literal_text(HIDDEN)),
            (self._is_visible(), literal_text(VISIBLE)),
            else_=literal_text(MASKED),
        )

    def _is_visible(self) -> Condition:
        """For a visible row: whether the field is open, or one of its rules holds."""
        if self.field is None:
            return true()
        visible: list[Condition] = [
            self.field == literal_text(name)
            for name in sorted(self.stated.open & self.row.type.members.keys())
        ]
        visible += [
            and_(self.field == literal_text(one.of_field), self.facts.c[f"rule_{number}"])
            for number, one in enumerate(self.tried)
            if one.of_field is not None
        ]
        return or_(false(), *visible)

    def _reason(self) -> Column:
        policy, type_name = self.row.context.policy, self.row.type.name
        masks = sorted(self.stated.masks)
        if self.field is None or not masks:
            return literal_text("ROLE")
        cases = [
            (self.field == literal_text(name), literal_text(policy.reason(type_name, name))) for name in masks
        ]
        return case(*cases, else_=literal_text("ROLE"))

    def _rules(self, nodes: Sequence[FieldNode]) -> Column:
        if not self.tried:
            return literal_column("'[]'::json")
        each = [self._rule(number, one) for number, one in enumerate(self.tried)]
        listed = union_all(*(one.correlate_except() for one in each)).subquery()
        fields = collect_subfields(self.context, "RuleResult", sub_selections(nodes))
        columns = {"__typename": literal_text("RuleResult"), **listed.c}
        item = JsonObject((key, columns[found[0].name.value]) for key, found in fields.items())
        rules = select(json_list(item, listed.c.position)).select_from(listed)
        return scalar_subquery(rules, listed)

    def _rule(self, number: int, one: _RuleResult) -> Any:
        holds = and_(self.facts.c.visible, self.facts.c[f"rule_{number}"])
        found = select(
            literal_column(str(number), Integer()).label("position"),
            literal_text(one.about).label("about"),
            literal_text(one.role).label("role"),
            literal(one.words, Text()).label("rule"),
            holds.label("holds"),
        )
        if one.of_field is None or self.field is None:
            return found
        return found.where(self.field == literal_text(one.of_field))
