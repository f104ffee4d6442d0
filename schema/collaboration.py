"""Collaborations: pairs of institutions that share projects the viewer sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import FromClause, Integer, func, or_, select

from planner.declaration.fields import column, one
from planner.declaration.row import Row, StatementContext
from planner.declaration.scalar_types import IntAtMost
from planner.document.arguments import Arguments, ArgumentValue, non_null
from planner.sql import Column
from schema.declarations import value

if TYPE_CHECKING:
    from schema.institution import Institution


@value()
class Collaboration:
    """Two institutions that share projects."""

    institution: Institution = one("One of the two institutions.")
    counterpart: Institution = one("The other institution.")
    weight: int = column("The number of projects in which both take part.")


def collaborations_of(row: Row | None, arguments: Arguments, scope: Any) -> FromClause:
    """The pairs that include one institution."""
    assert row is not None
    return _pairs(scope, institution=row["id"])


def all_collaborations(row: Row | None, arguments: Arguments, scope: Any) -> FromClause:
    """Each pair once, the institution with the smaller id first."""
    return _pairs(scope, side=non_null(arguments, "side"), least=non_null(arguments, "minWeight"))


def first_of(arguments: Arguments, scope: Any) -> Column:
    """The argument `first` as a bound parameter, at most the maximum page size."""
    leaf = non_null(arguments, "first") or ArgumentValue(scope.limits.default_page_size)
    first: Column = scope.bind(leaf, Integer(), IntAtMost("first", scope.limits.max_page_size))
    return first


def _pairs(
    context: StatementContext,
    institution: Column | None = None,
    side: ArgumentValue | None = None,
    least: ArgumentValue | None = None,
) -> FromClause:
    mine, theirs, project = (
        context.row("ProjectInstitution"),
        context.row("ProjectInstitution"),
        context.row("Project"),
    )
    shared = [mine["project_id"] == project["id"], theirs["project_id"] == project["id"]]
    seen = [*mine.visibility_conditions(), *theirs.visibility_conditions(), *project.visibility_conditions()]
    different = (
        mine["institution_id"] < theirs["institution_id"]
        if institution is None
        else (mine["institution_id"] == institution) & (theirs["institution_id"] != institution)
    )
    weight = func.count(project["id"].distinct())
    pairs = select(
        mine["institution_id"].label("institution_id"),
        theirs["institution_id"].label("counterpart_id"),
        weight.label("weight"),
    ).where(*shared, *seen, different)
    if side is not None:
        pairs = pairs.where(or_(*(_on_side(context, link, side) for link in (mine, theirs))))
    pairs = pairs.group_by(mine["institution_id"], theirs["institution_id"])
    if least is not None:
        pairs = pairs.having(weight >= context.bind(least, Integer()))
    return pairs.correlate_except(*mine.from_clauses, *theirs.from_clauses, *project.from_clauses).subquery()


def _on_side(context: StatementContext, link: Row, side: ArgumentValue) -> Any:
    institution = context.row("Institution")
    found = select(institution["side"]).where(institution["id"] == link["institution_id"])
    return found.correlate_except(*institution.from_clauses).scalar_subquery() == context.bind(
        side, institution["side"].type
    )
