"""Checks that declarations, tables and policy are consistent, when the schema is built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from graphql import GraphQLSchema
from sqlalchemy.exc import SQLAlchemyError

from planner.builder.read_validation import read_errors
from planner.declaration.access import EVERYTHING, EntityPolicy, Policy, Rule, every_row
from planner.declaration.bindings import (
    Member,
    Search,
    ToConnection,
    ToMany,
    ToOne,
    ToOneOf,
    TypeBinding,
    Value,
)
from planner.declaration.catalog import Catalog, unbound
from planner.limits import UNBOUNDED
from planner.statement.context import PlanningContext, masked_expression
from planner.statement.parameters import Parameters


def declaration_errors(schema: GraphQLSchema, catalog: Catalog, policy: Policy) -> list[str]:
    """Everything that is inconsistent, one sentence each; the schema is built only if the list is empty."""
    scope = PlanningContext(schema, catalog, policy, UNBOUNDED, EVERYTHING, "EN", {}, {})
    found = [f"{name} has neither a binding nor a resolver" for name in unbound(catalog, schema)]
    for type_ in catalog.types.values():
        for member in type_.members.values():
            found += [f"{type_.name}.{member.name} {fault}" for fault in _member_errors(scope, type_, member)]
        found += [f"the facet {type_.name}.{name} {fault}" for name, fault in _facet_errors(type_)]
    found += [*_policy_errors(catalog, policy), *_rule_errors(scope)]
    return found or list(read_errors(scope))


def fields_without_policy(catalog: Catalog, policy: Policy) -> list[str]:
    """Types and fields without a policy, which only unbounded roles see."""
    missing = []
    for type_ in catalog.types.values():
        stated = policy.entity(type_.name)
        if type_.governed and type_.name not in policy.entities:
            missing.append(type_.name)
        elif type_.governed:
            missing += [f"{type_.name}.{n}" for n in type_.members.keys() - stated.open - stated.masks.keys()]
    return sorted(missing)


def _policy_errors(catalog: Catalog, policy: Policy) -> Iterator[str]:
    """Types and fields in the policy that aren't declared, or are stated twice."""
    for name, stated in policy.entities.items():
        if name not in catalog.types:
            yield f"the policy names {name}, which is not declared"
            continue
        for field in (stated.open | stated.masks.keys()) - catalog.types[name].members.keys():
            yield f"the policy names {name}.{field}, which is not declared"
        for field in stated.open & stated.masks.keys():
            yield f"{name}.{field} is both open and masked"
        actions = catalog.all_actions_of(name)
        for mutation in stated.acts.keys() - {action.mutation for action in actions}:
            yield f"the policy names {mutation}, which is not a mutation of {name}"
        for field in stated.field_writes.keys() - {one for action in actions for one in action.names}:
            yield f"the policy says who writes {name}.{field}, which no mutation writes"


def _rule_errors(context: PlanningContext) -> Iterator[str]:
    """Conditions of the policy that can't be built, since a column doesn't exist, or that can't be shared."""
    for name, stated in context.policy.entities.items():
        if name not in context.catalog.types:
            continue
        row = context.row(name)
        for rule in dict.fromkeys(_rules(stated)):
            fresh = replace(context, parameters=Parameters())
            try:
                rule(replace(row, context=fresh, joins={}))
            except (KeyError, AttributeError, SQLAlchemyError) as error:
                yield f"the policy of {name}, {rule.words!r}, reads something that does not exist: {error!r}"
            for attribute in sorted(context.policy.own_attributes):
                if context.catalog.types[name].followed and fresh.parameters.reads_attribute(attribute):
                    yield f"the policy of {name}, {rule.words!r}, reads what subscribers do not share"


def _rules(stated: EntityPolicy) -> list[Rule]:
    masks = [mask.roles for mask in stated.masks.values()]
    each = [stated.rows, *masks, stated.writes, *stated.acts.values(), *stated.field_writes.values()]
    return [rule for rules in each for rule in rules.values()]


def _facet_errors(type_: TypeBinding) -> Iterator[tuple[str, str]]:
    """A facet with a field's name is filtered by that field, so it must count the field's values."""
    for name, source in type_.facets.items():
        if name in type_.members and source.fields != (name,):
            yield name, "has the name of a field, but counts other values"


def _member_errors(context: PlanningContext, type_: TypeBinding, member: Member) -> Iterator[str]:
    binding = member.binding
    masked = member.name in context.policy.entity(type_.name).masks
    if masked and isinstance(binding, Value | ToOne | ToOneOf) and not member.nullable:
        yield "is masked, so it must be nullable"
    if isinstance(binding, ToOne):
        yield from _reference_errors(context, type_, member, binding)
    if (
        isinstance(binding, ToMany | ToConnection)
        and member.target.removesuffix("Connection") not in context.catalog.types
    ):
        yield f"refers to {member.target}, which is not declared"
    if isinstance(binding, Value) and type_.table is not None:
        yield from _expression_errors(context, type_, member)
    if isinstance(binding, Search):
        for target in binding.types.values():
            if target not in context.catalog.types or not context.catalog.types[target].search:
                yield f"searches {target}, which cannot be searched"


def _reference_errors(
    context: PlanningContext, type_: TypeBinding, member: Member, binding: ToOne
) -> Iterator[str]:
    """A non-null reference needs a key that is not null and a target that is never hidden."""
    if member.target not in context.catalog.types:
        yield f"refers to {member.target}, which is not declared"
    if type_.table is None:
        return
    if binding.key not in type_.table.c:
        yield f"reads the column {binding.key}, which does not exist"
    elif not member.nullable:
        if type_.table.c[binding.key].nullable:
            yield f"is never null, but {binding.key} may be"
        hidden = [r for r, rows in context.policy.entity(member.target).rows.items() if rows is not every_row]
        if hidden or not context.policy.entity(member.target).rows:
            yield f"is never null, but a {member.target} may be hidden"


def _expression_errors(context: PlanningContext, type_: TypeBinding, member: Member) -> Iterator[str]:
    """Expressions that can't be built, since a column doesn't exist."""
    row = context.row(type_.name)
    try:
        for form in ("expression", "folded", "sorted"):
            masked_expression(replace(row, joins={}), member, form=form)
    except (KeyError, AttributeError, SQLAlchemyError) as error:
        yield f"reads something that does not exist: {error!r}"
