"""Upserts: which of its two mutations one becomes, by an id that the viewer's institution gave the row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from planner.declaration.write_action import Upsert
from planner.mutation.request import ROOT
from planner.mutation.write_input import WriteInput
from planner.sql import identifier
from planner.viewer import Viewer


def holder_of(upsert: Upsert, viewer: Viewer) -> UUID | None:
    """The institution whose ids the viewer uses; None unless it is exactly one."""
    ids = viewer.attributes.get(upsert.attribute, ())
    return ids[0] if len(ids) == 1 else None


def lookup_sql(upsert: Upsert) -> str:
    """Selects the row with an external id, whoever sees it, or null; $1 is the holder, then come the keys."""
    links = upsert.links
    columns = [upsert.holder, *(one.column for one in upsert.keys)]
    same = " and ".join(f"{identifier(name)} = ${number}" for number, name in enumerate(columns, 1))
    found = f"select {identifier(links.owner)} from {identifier(links.table)} where {same}"  # noqa: S608
    return f"select ({found})"


def lookup_values(upsert: Upsert, holder: UUID | None, wanted: WriteInput) -> Sequence[object] | None:
    """The parameters of `lookup_sql`; None if they can't be those of a row."""
    given = _external_id(upsert, wanted)
    columns = [one.column for one in upsert.keys]
    if holder is None or not given.keys() >= set(columns):
        return None
    return [holder, *(given[name] for name in columns)]


def held_by(upsert: Upsert, wanted: WriteInput, holder: UUID | None) -> WriteInput:
    """The input of the creation, whose row gets the external id."""
    link = {upsert.holder: str(holder) if holder is not None else None, **_external_id(upsert, wanted)}
    links = {**wanted.links, upsert.links.name: [link]}
    return replace(wanted, links=links, names=[*wanted.names, upsert.links.name])


def _external_id(upsert: Upsert, wanted: WriteInput) -> Mapping[str, Any]:
    return wanted.links[upsert.links.name][0]


def at_given_fields(upsert: Upsert, errors: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Errors at the fields that the client has sent: the row's own id stands for the external one."""
    return [{**one, "path": _given_path(upsert, list(one["path"]))} for one in errors]


def _given_path(upsert: Upsert, path: list[str]) -> list[str]:
    if path == [ROOT, "id"]:
        return [ROOT, upsert.keys[-1].name]
    return [ROOT, *path[3:]] if path[:2] == [ROOT, upsert.links.name] else path
