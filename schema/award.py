"""Awards: money for a project or a person."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import models
from models.award import AwardKind
from models.vocabulary import Side
from planner.declaration.bindings import FacetSource, RootFields
from planner.declaration.fields import column, one, one_of
from schema.award_writes import WRITES
from schema.common import GLOBAL_ID, Entity
from schema.concerns import by_column
from schema.dates import by_year
from schema.declarations import declarations, node
from schema.person import profile_of
from schema.scalars import CurrencyCode

if TYPE_CHECKING:
    from schema.institution import Institution
    from schema.person import Profile
    from schema.program import Program
    from schema.project import Project

declarations.enums(AwardKind)


@node(
    models.Award,
    "award",
    roots=RootFields("One award.", (GLOBAL_ID,), "awards", "Awards."),
    changes="Awards.",
    writes=WRITES,
    concerns=by_column("funder_id"),
    facets={
        "kind": FacetSource(("kind",), lambda row: row["kind"]),
        "currency": FacetSource(("currency",), lambda row: row["currency"]),
        "funderSide": FacetSource(("funderSide",), lambda row: row["funder_side"]),
        "year": by_year("decidedOn", "decided_on"),
    },
)
class Award(Entity):
    """Money that one side gives to a project or a person."""

    kind: AwardKind = column("The kind of award.")
    amount: Decimal | None = column("The exact amount.")
    currency: CurrencyCode = column("The currency of the amount.")
    funder: Institution | None = one("The institution that gives it.")
    funder_side: Side = column("The side that gives it.")
    decided_on: date | None = column("The date of the decision; null until then.", order=True)
    starts_on: date | None = column("The first day on which it may be spent.", order=True)
    ends_on: date | None = column("The last day on which it may be spent.", order=True)
    project: Project | None = one("The project it is for.")
    program: Program | None = one("The program it comes from.")
    recipient: str | None = column(
        "The recipient's name, if it goes to a person.",
        name="name",
        via=("recipient_id", models.Person),
        filter=False,
    )
    recipient_profile: Profile | None = one_of(
        "The recipient as a mentor or as a participant, if it goes to a person.",
        profile_of("recipient_id"),
        stored="recipient_id",
    )
