"""A mutation's payload: the object is planned as in a query, the rest comes from the outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from graphql import FieldNode
from sqlalchemy import Uuid

from planner.cost.costs import Cost
from planner.cost.operation_cost import estimate_objects
from planner.declaration.write_action import WriteAction
from planner.document.arguments import Variables
from planner.document.selection import DocumentContext, Fields, collect_subfields, sub_selections
from planner.mutation.request import MutationRequest
from planner.plan.query_plan import Plan, make_plan
from planner.statement.context import PlanningContext
from planner.statement.render import object_by_key

ROW = "\0row"
"""The name of the payload's row among the variables; no variable can have this name."""
USER_ERROR = "UserError"


@dataclass(frozen=True, slots=True)
class PayloadPlan:
    """The plan of the objects in a payload (None if none is selected), and its cost."""

    fields: Fields
    plan: Plan | None
    cost: Cost


def make_payload_plan(context: PlanningContext, request: MutationRequest, payload_type: str) -> PayloadPlan:
    """The plan of a mutation's selection on its payload type."""
    action = request.action
    fields = collect_subfields(context, payload_type, sub_selections(request.payload_nodes))
    name = object_field(action)
    objects = {key: found for key, found in fields.items() if found[0].name.value == name}
    if not objects:
        return PayloadPlan(fields, None, Cost(1))
    cost = estimate_objects(context, action.type_name, objects)
    row = context.parameters.computed("payload_row", Uuid(), _row)
    plan = make_plan(
        context,
        objects,
        lambda context, found: object_by_key(context, action.type_name, row, sub_selections(found)),
    )
    return PayloadPlan(fields, plan, cost)


def _row(variables: Variables, viewer: Any) -> UUID | None:
    found: UUID | None = variables[ROW]
    return found


def object_field(action: WriteAction) -> str:
    """The payload's field with the object: `project` for a Project."""
    return action.type_name[0].lower() + action.type_name[1:]


def payload_json(
    context: DocumentContext, fields: Fields, objects: Mapping[str, str | None], known: Mapping[str, Any]
) -> str:
    """The payload's JSON: `objects` from PostgreSQL by response key, and `known` values by field name."""
    members = []
    for key, nodes in fields.items():
        if key in objects:
            value = objects[key] or "null"
        else:
            value = orjson.dumps(_selected(context, nodes, known[nodes[0].name.value])).decode()
        members.append(f'"{key}":{value}')
    return f"{{{','.join(members)}}}"


def _selected(context: DocumentContext, nodes: Sequence[FieldNode], value: Any) -> Any:
    """The value; for a list of errors, the selected fields of each."""
    selections = sub_selections(nodes)
    if not selections:
        return value
    fields = collect_subfields(context, USER_ERROR, selections)
    typed = [{**one, "__typename": USER_ERROR} for one in value]
    return [{key: one[found[0].name.value] for key, found in fields.items()} for one in typed]
