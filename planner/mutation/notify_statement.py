"""The statement that notifies whom a step tells, once the row was written.

It is the third statement of a write, not a part of the second: so it sees the row's new version, and
mutations that tell nobody are as fast as before. The effects come after it: who had a place at an event that
was cancelled has none any more.
"""

from __future__ import annotations

from sqlalchemy import Table, literal_column

from planner.declaration.writes import Tell, WriteAction
from planner.plan.query_plan import StatementDialect

GIVEN_ID = "($1 ->> 'id')::uuid"


def notify_statement(action: WriteAction, table: Table) -> str | None:
    """It reads the row's id from what was given as `$1`; None where the mutation tells nobody."""
    tells = action.step.tells if action.step is not None else ()
    return f"select {', '.join(_call(tell, table) for tell in tells)}" if tells else None


def _call(tell: Tell, table: Table) -> str:
    dialect = StatementDialect()  # type: ignore[no-untyped-call]
    people = tell.people(literal_column(GIVEN_ID))
    query = people.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    return f"puente_notify('{tell.kind}', '{table.name}', {GIVEN_ID}, array({query}))"
