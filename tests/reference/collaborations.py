"""Pairs of institutions that share projects the viewer sees."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from tests.reference.tables import ReferenceContext, VisibleRow


def collaborations(context: ReferenceContext, of: UUID | None = None) -> list[dict[str, Any]]:
    """The pairs of one institution, or each pair once with the smaller id first; the heaviest first."""
    shared: dict[tuple[UUID, UUID], int] = defaultdict(int)
    for project in context.all("Project"):
        links = context.rows.owned("project_institution", "project_id", project.row["id"])
        members = {link["institution_id"] for link in links}
        for mine in members:
            for theirs in members:
                if mine != theirs and (mine < theirs if of is None else mine == of):
                    shared[mine, theirs] += 1
    pairs = sorted(shared.items(), key=lambda item: (-item[1], item[0]))
    return [_pair(context, mine, theirs, weight) for (mine, theirs), weight in pairs]


def _pair(context: ReferenceContext, mine: UUID, theirs: UUID, weight: int) -> dict[str, Any]:
    return {
        "institution": context.one("Institution", mine),
        "counterpart": context.one("Institution", theirs),
        "weight": weight,
    }


def on_side(pair: dict[str, Any], side: str) -> bool:
    ends: list[VisibleRow] = [pair["institution"], pair["counterpart"]]
    return any(end.row["side"] == side for end in ends)
