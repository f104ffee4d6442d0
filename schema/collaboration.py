"""Collaborations: pairs of institutions that share projects the viewer sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import FromClause, Integer, func, or_, select

from planner.declaration.fields import column, one
from planner.declaration.scalar_types import Within
from planner.document.arguments import Arguments, Leaf, given
from planner.sql import Column
from planner.statement.context import Row, Scope
from schema.declarations import value

if TYPE_CHECKING:
    from schema.institution import Institution


@value()
class Collaboration:
    """Two institutions and how much they do together."""

    institution: Institution = one("One of the two.")
    counterpart: Institution = one("The other.")
    weight: int = column("In how many projects both take part.")


def collaborations_of(row: Row | None, arguments: Arguments, scope: Any) -> FromClause:
    """The pairs of one institution."""
    assert row is not None
    return _pairs(scope, institution=row["id"])


def all_collaborations(row: Row | None, arguments: Arguments, scope: Any) -> FromClause:
    """Each pair once, the institution with the smaller id first."""
    return _pairs(scope, side=given(arguments, "side"), least=given(arguments, "minWeight"))


def first_of(arguments: Arguments, scope: Any) -> Column:
    """How many pairs, at most a page."""
    leaf = given(arguments, "first") or Leaf(scope.limits.default_page_size)
    first: Column = scope.bind(leaf, Integer(), Within("first", scope.limits.max_page_size))
    return first


def _pairs(
    scope: Scope, institution: Column | None = None, side: Leaf | None = None, least: Leaf | None = None
) -> FromClause:
    mine, theirs, project = (
        scope.row("ProjectInstitution"),
        scope.row("ProjectInstitution"),
        scope.row("Project"),
    )
    shared = [mine["project_id"] == project["id"], theirs["project_id"] == project["id"]]
    seen = [*mine.visible(), *theirs.visible(), *project.visible()]
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
        pairs = pairs.where(or_(*(_on_side(scope, tie, side) for tie in (mine, theirs))))
    pairs = pairs.group_by(mine["institution_id"], theirs["institution_id"])
    if least is not None:
        pairs = pairs.having(weight >= scope.bind(least, Integer()))
    return pairs.correlate_except(*mine.own, *theirs.own, *project.own).subquery()


def _on_side(scope: Scope, tie: Row, side: Leaf) -> Any:
    institution = scope.row("Institution")
    found = select(institution["side"]).where(institution["id"] == tie["institution_id"])
    return found.correlate_except(*institution.own).scalar_subquery() == scope.bind(
        side, institution["side"].type
    )
