"""Bugs to plant in what carries mutations out: declarations, statements, functions of the database."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest

import api.graphql.mutations
import planner.engine
import planner.mutation.link_statement
import planner.mutation.write_statement
from planner.declaration.access import every_row
from planner.declaration.write_action import WriteAction
from planner.mutation.checks import Check, guard_checks, row_checks
from planner.mutation.outcome import user_errors
from planner.mutation.payload import make_payload_plan
from planner.mutation.write_input import read_input
from schema.roles import COORDINATOR
from tests.access.leaks import as_staff, stated

Plant = Callable[[pytest.MonkeyPatch], None]
WRITES = planner.mutation.write_statement


@dataclass(frozen=True)
class InDatabase:
    """Statements that plant a bug, or a function's text with something else in it."""

    function: str = ""
    text: str = ""
    becomes: str = ""
    statements: tuple[str, ...] = ()

    async def plant(self, connection: asyncpg.Connection) -> None:
        for statement in self.statements:
            await connection.execute(statement)
        if self.function:
            found = await connection.fetchval(
                "select pg_get_functiondef(oid) from pg_proc where proname = $1", self.function
            )
            assert found.count(self.text) == 1, "there is something to plant it in"
            await connection.execute(found.replace(self.text, self.becomes))


def without_guard(code: str) -> Plant:
    """A check of the row is not made."""

    def checks(action: WriteAction) -> list[Check]:
        return [one for one in row_checks(action) if one.code != code]

    return lambda patch: patch.setattr(WRITES, "row_checks", checks)


def none_of(name: str) -> Plant:
    return lambda patch: patch.setattr(WRITES, name, lambda *_: [])


def no_guards(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(WriteAction, "guards", ())


def changed_always(patch: pytest.MonkeyPatch) -> None:
    def named(field: tuple[str, Any]) -> str:
        return f"'{field[0]}'" if field[0] in ("titles", "names") else changed(field)

    changed = WRITES._changed
    patch.setattr(WRITES, "_changed", named)


def template(module: Any, name: str, text: str, becomes: str) -> Plant:
    """Another part of a statement."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        found = getattr(module, name)
        assert text in found
        patch.setattr(module, name, found.replace(text, becomes))

    return plant


def payload_of_staff(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        planner.engine,
        "make_payload_plan",
        lambda context, *given: make_payload_plan(as_staff(context), *given),
    )


def only_the_first_error(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(api.graphql.mutations, "user_errors", lambda *given: user_errors(*given)[:1])


def reason_lost(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        api.graphql.mutations,
        "read_input",
        lambda *given: dataclasses.replace(read_input(*given), reason=None),
    )


def all_act_as_one(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(api.graphql.mutations, "actor_of", lambda viewer: "somebody")


def makers_rights_unchecked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(WRITES, "_verified", lambda context, action, kept: guard_checks(kept))


def hidden_rows_forbidden(patch: pytest.MonkeyPatch) -> None:
    """A viewer who can't see a row learns that it exists."""

    def checks(action: WriteAction) -> list[Check]:
        return [
            dataclasses.replace(one, holds=one.holds.replace("not j.visible", "false"))
            for one in row_checks(action)
            if one.code != "NOT_FOUND"
        ]

    patch.setattr(WRITES, "row_checks", checks)


def hidden_links_gone(patch: pytest.MonkeyPatch) -> None:
    """A link whose person is hidden goes with the others."""
    removable = planner.mutation.link_statement._removable
    patch.setattr(
        planner.mutation.link_statement,
        "_removable",
        lambda context, links, *more: removable(as_staff(context), links, *more),
    )


def nothing_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(WRITES, "_kept", lambda action, links: ())


def all_events_writable(patch: pytest.MonkeyPatch) -> None:
    widened = stated(
        "Event", lambda one: dataclasses.replace(one, writes={**one.writes, COORDINATOR: every_row})
    )
    widened(patch)


def no_trigger(table: str, prefix: str) -> InDatabase:
    """A table's triggers of these names do nothing."""
    found = f"select tgname from pg_trigger where tgrelid = '{table}'::regclass and tgname like '{prefix}%'"
    return InDatabase(
        statements=(
            "do $$ declare one record; begin"
            f" for one in {found} loop execute format('alter table {table} disable trigger %I', one.tgname);"
            " end loop; end $$",
        )
    )


WRITE = "puente_write"
IN_DATABASE: Mapping[str, InDatabase] = {
    "a key kept after a failure": InDatabase(
        WRITE,
        "raise exception using errcode = 'PU001';",
        "if given ? 'dry_run' then raise exception using errcode = 'PU001'; end if; return outcome;",
    ),
    "another input repeated under a key": InDatabase(
        WRITE, "if known.input_hash is distinct from given ->> 'input_hash' then", "if false then"
    ),
    "a dry run that writes": InDatabase(WRITE, "given ? 'dry_run' or ", ""),
    "a key forgotten": InDatabase(
        WRITE, "if given ? 'key' then\n            insert", "if false then\n            insert"
    ),
    "a repetition that says nothing of what changed": InDatabase(
        WRITE, "'changed', to_jsonb(known.changed)", "'changed', '[]'::jsonb"
    ),
    "a row that there is already must be possible anew": InDatabase(
        WRITE, ", 'replayed', outcome -> 'replayed');", ");"
    ),
    "links that are gone, not in the log": InDatabase(
        "puente_audit",
        "array_agg(o.id), array_agg(jsonb_strip_nulls(to_jsonb(o) - left_out)), array_agg(null::jsonb)",
        "null::uuid[], null::jsonb[], null::jsonb[]",
    ),
    "values of before lost from the log": InDatabase(
        "puente_audit_rows", "p.before -> c.name, p.after -> c.name", "null, p.after -> c.name"
    ),
    "a change of organizers not delivered": no_trigger("event_organizer", "event_organizer_track"),
    "a change of a venue not delivered": no_trigger("venue", "venue_track"),
    "a version that does not count": InDatabase(
        "puente_touch",
        "new.version := old.version + 1;",
        "new.version := old.version + (random() < 0.9)::int;",
    ),
}
IN_PYTHON: Mapping[str, Plant] = {
    "a guard lost": no_guards,
    "a version not looked at": without_guard("CONFLICT"),
    "a status not looked at": without_guard("WRONG_STATE"),
    "a right not looked at": without_guard("FORBIDDEN"),
    "fields that anybody sets": none_of("field_checks"),
    "references to hidden rows": none_of("reference_checks"),
    "references to archived rows": none_of("archived_checks"),
    "a link that leaves its owner's version": template(WRITES, "UPDATED", "{changed_links}", ""),
    "a version that counts without a change": template(
        WRITES, "UPDATED", "and (({old}) is distinct from ({new}){changed_links})", ""
    ),
    "changed tells what is as it was": changed_always,
    "a payload without masks": payload_of_staff,
    "only the first error": only_the_first_error,
    "a reason lost": reason_lost,
    "keys of others": all_act_as_one,
    "a maker without a right": makers_rights_unchecked,
    "hidden rows are forbidden, not missing": hidden_rows_forbidden,
    "links that nobody could name are gone": hidden_links_gone,
    "links that must stay are gone": nothing_kept,
    "events that every coordinator writes": all_events_writable,
    "a link's other fields cleared": template(
        planner.mutation.link_statement,
        "GIVEN",
        "        old, case when old.id is null",
        "        null::{table}, case when old.id is null",
    ),
    "new links without what they begin with": lambda patch: patch.setattr(
        planner.mutation.link_statement, "_begun", lambda links: "'{}'::jsonb"
    ),
}
