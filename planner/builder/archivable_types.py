"""Archiving instead of deleting: two mutations of each archivable type, and a guard of all others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlalchemy import DateTime, cast, func, null

from models.base import ARCHIVED_AT
from planner.declaration.access import Rule
from planner.declaration.bindings import TypeBinding
from planner.declaration.write_action import WriteAction
from planner.declaration.writes import Guard, WorkflowStep
from planner.messages import message
from planner.sql import identifier

NOT_ARCHIVED = Guard(
    Rule(lambda row: row[ARCHIVED_AT].is_(None), "not archived"), "WRONG_STATE", message("mutation.archived")
)
IS_ARCHIVED = Guard(
    Rule(lambda row: row[ARCHIVED_AT].is_not(None), "archived"),
    "WRONG_STATE",
    message("mutation.not_archived"),
)
CHANGES = {"archivedAt": (ARCHIVED_AT,)}
LOCK = "select from {table} where id = ($1 ->> 'id')::uuid for update"
"""Whoever makes a row that the guards of archiving count has locked this one before (`Writes.archiving`)."""


def archivable_actions(type_: TypeBinding, actions: Iterable[WriteAction]) -> Iterator[WriteAction]:
    """The mutations of an archivable type: those that it declares, and those that archive a row."""
    yield from map(_guarded, actions)
    for step in (_archiving(type_), _unarchiving(type_.name)):
        yield WriteAction(step.mutation, type_.name, step.description, step=step)


def _guarded(action: WriteAction) -> WriteAction:
    """The mutation, with which nobody changes an archived row."""
    if action.step is not None:
        return replace(action, step=replace(action.step, guards=(NOT_ARCHIVED, *action.step.guards)))
    if action.is_update:
        return replace(action, update_guards=(NOT_ARCHIVED, *action.update_guards))
    if action.upsert is not None:
        return replace(action, upsert=replace(action.upsert, update=_guarded(action.upsert.update)))
    return action


def _archiving(type_: TypeBinding) -> WorkflowStep:
    guards, table = type_.writes.archiving, identifier(str(type_.table.name))  # type: ignore[union-attr]
    return WorkflowStep(
        f"archive{type_.name}",
        f"Archive one {type_.name} instead of deleting it: lists leave it out, and it can't be changed.",
        guards=(NOT_ARCHIVED, *guards),
        locks=(LOCK.format(table=table),) if guards else (),
        sets={ARCHIVED_AT: lambda row: func.now()},
        changes=CHANGES,
    )


def _unarchiving(name: str) -> WorkflowStep:
    return WorkflowStep(
        f"unarchive{name}",
        f"Take one {name} out of the archive: everything about it is as before.",
        guards=(IS_ARCHIVED,),
        sets={ARCHIVED_AT: lambda row: cast(null(), DateTime(timezone=True))},
        changes=CHANGES,
    )
