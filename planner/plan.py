"""A plan: the one statement of an operation, and how its parameters are read for each request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, cast, select
from sqlalchemy.dialects.postgresql import asyncpg as dialects

from planner.arguments import Variables
from planner.roots import root
from planner.rows import Read, Scope, Viewer
from planner.selection import Fields


class _Compiler(dialects.PGCompiler_asyncpg):
    """Writes the constants of declarations into the statement, so that PostgreSQL plans with them.

    What a client gives is always a parameter: those are named (`Parameters.bind`), constants are anonymous.
    """

    def visit_bindparam(self, bindparam: Any, *args: Any, **options: Any) -> Any:
        if bindparam.unique:
            options["literal_binds"] = True
        return super().visit_bindparam(bindparam, *args, **options)  # type: ignore[no-untyped-call]


class _Dialect(dialects.dialect):
    statement_compiler = _Compiler
    supports_statement_cache = True


DIALECT = _Dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Plan:
    """An SQL statement that yields one row with one JSON text for each key, in their order.

    For whoever is known the row ends with the policy's epoch (`Scope.guarded`).
    `decisive`: PostgreSQL should plan it for the values of each request, not once for all.
    """

    sql: str
    keys: tuple[str, ...]
    reads: tuple[Read, ...]
    checks: tuple[Read, ...]
    decisive: bool

    def parameters(self, variables: Variables, viewer: Viewer) -> list[Any]:
        """The statement's parameters for a request; refuses values of variables that cannot be used.

        `checks` look at values that the statement came not to need, such as the page size of a mere count.
        """
        for check in self.checks:
            check(variables, viewer)
        return [read(variables, viewer) for read in self.reads]


def make_plan(scope: Scope, fields: Fields) -> Plan:
    """The plan for root fields that stand on the database."""
    columns: list[Any] = [
        cast(root(scope, nodes), Text).label(f"r{index}") for index, nodes in enumerate(fields.values())
    ]
    if scope.guarded:
        columns.append(scope.policy.epoch().label("epoch"))
    compiled = select(*columns).compile(dialect=DIALECT)
    names: Sequence[str] = getattr(compiled, "positiontup", None) or ()
    bound = scope.parameters.reads
    checks = tuple(read for name, read in bound.items() if name not in names)
    reads = tuple(bound[name] for name in names)
    return Plan(compiled.string, tuple(fields), reads, checks, scope.parameters.decisive)
