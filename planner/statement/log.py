"""Connections of logs: rows by number, the latest first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from graphql import FieldNode

from planner.declaration.bindings import Log, Member
from planner.document.arguments import Arguments, ArgumentTree, non_null
from planner.sql import Column, Condition
from planner.statement.connections import ConnectionSource, connection, window_of
from planner.statement.context import PlanningContext, RowSource
from planner.statement.ordering import Order, Term, fingerprint
from planner.statement.render import render_object


def plan_log(
    context: PlanningContext, member: Member, binding: Log, arguments: Arguments, nodes: Sequence[FieldNode]
) -> Column:
    """The connection to the visible rows that match the arguments, as a JSON object."""
    type_ = context.catalog.types[member.target.removesuffix("Connection")]
    given = [
        (condition, leaf)
        for name, condition in binding.conditions.items()
        if (leaf := non_null(arguments, name)) is not None
    ]

    def requested(row: RowSource, _: ArgumentTree | None) -> list[Condition]:
        return [condition(row, leaf) for condition, leaf in given]

    terms = (Term(type_.members[binding.number], descending=True),)
    order = Order(terms, True, fingerprint(type_, terms, context.language), numbered=True)
    window = window_of(context, arguments)
    context.parameters.needs_custom_plan = True  # the number of rows depends on the viewer
    fresh = partial(context.row, type_.name)
    rows = ConnectionSource(
        context, type_.name, type_, fresh, requested, render_object, order, window, of_all=True
    )
    return connection(rows, nodes)
