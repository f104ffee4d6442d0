"""Statements that create a write's notifications, once the row was written.

After a mutation it is the third statement of the write, not a part of the second: so it sees the row's new
version, and mutations that tell nobody are as fast as before. The effects come after it: who had a place at
an event that was cancelled has none any more.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import literal_column

from planner.declaration.write_action import WriteAction
from planner.declaration.writes import Tell
from planner.plan.query_plan import StatementDialect

GIVEN_ID = "($1 ->> 'id')::uuid"


def notify_statement(action: WriteAction, table: str) -> str | None:
    """It reads the row's id from what was given as `$1`; None where the mutation tells nobody."""
    tells = action.act.tells if action.act is not None else ()
    return f"select {_calls(tells, table, GIVEN_ID)}" if tells else None


def notifying(change: str, table: str, tells: Sequence[Tell]) -> str:
    """A change of rows of a table, an update without `returning`, that notifies of each of them."""
    if not tells:
        return change
    calls = _calls(tells, table, "changed.id")
    return f"with changed as ({change} returning {table}.id) select {calls} from changed"  # noqa: S608


def _calls(tells: Sequence[Tell], table: str, id: str) -> str:
    return ", ".join(_call(tell, table, id) for tell in tells)


def _call(tell: Tell, table: str, id: str) -> str:
    dialect = StatementDialect()  # type: ignore[no-untyped-call]
    people = tell.people(literal_column(id))
    query = people.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    return f"puente_notify('{tell.kind}', '{table}', {id}, array({query}))"
