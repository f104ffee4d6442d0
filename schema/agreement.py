"""Agreements between institutions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

import models
from models.agreement import AgreementStatus, AgreementType, PartyRole
from models.vocabulary import DatePrecision
from planner.declaration.access import Rule
from planner.declaration.bindings import FacetSource, RootFields, Searchable
from planner.declaration.fields import column, connection, localized, many, one, one_of, owned, table_of
from planner.declaration.row import Row
from planner.declaration.writes import Guard, creation, writes
from planner.sql import Condition, scalar_subquery
from schema.common import GLOBAL_ID, SLUG, Entity, Translation, translated
from schema.concerns import by_link
from schema.declarations import declarations, link, node
from schema.messages import message
from schema.scalars import URL

if TYPE_CHECKING:
    from planner.builder.schema_builder import Connection
    from schema.common import Node
    from schema.institution import Institution
    from schema.project import Project

declarations.enums(AgreementType, AgreementStatus, PartyRole)


def _is_bound(row: Row) -> Condition:
    """It is a draft, or has at least two signatories."""
    party = row.context.table(table_of(models.AgreementParty))
    signatories = select(func.count()).where(
        party.c.agreement_id == row["id"], party.c.role == PartyRole.SIGNATORY.value
    )
    return or_(row["status"] == AgreementStatus.DRAFT.value, scalar_subquery(signatories, party) > 1)


BOUND = Guard(
    Rule(_is_bound, "a draft, or with two signatories"),
    "INCOMPLETE",
    message("agreement.too_few_signatories"),
    ("parties",),
)


@node(
    models.Agreement,
    "agreement",
    roots=RootFields(
        "One agreement; all given keys must match.", (GLOBAL_ID, SLUG), "agreements", "Agreements."
    ),
    changes="Agreements, and their parties.",
    writes=writes(
        "titles signedOn validFrom validTo datePrecision",
        links="parties",
        creations=(creation("type previous", status=AgreementStatus.DRAFT),),
        holds=(BOUND,),
    ),
    concerns=by_link(models.AgreementParty, "agreement_id"),
    searched="Agreements, by title.",
    search=(Searchable(lambda row: row["search"], ("title",)),),
    facets={
        "type": FacetSource(("type",), lambda row: row["type"]),
        "status": FacetSource(("status",), lambda row: row["status"]),
    },
)
class Agreement(Entity):
    """A written agreement between two or more institutions."""

    slug: str = column("A readable, unique and stable name for URLs.", order=True)
    title: str = localized("Its title.", stored=True, order=True)
    titles: list[Translation] = translated("Its title in each available language.", "title")
    type: AgreementType = column("The kind of agreement.")
    status: AgreementStatus = column("Whether it is in force.")
    signed_on: date | None = column("The day it was signed.", order=True)
    valid_from: date | None = column("The first day of its term.", order=True)
    valid_to: date | None = column("The last day of its term.", order=True)
    date_precision: DatePrecision = column("How precise its dates are.")
    parties: list[AgreementParty] = many(
        "The parties, signatories first.", "agreement_id", order=("role", "institution_id")
    )
    previous: Agreement | None = one("The agreement that it renews.")
    originated_from: Node | None = one_of(
        "The project that it grew out of.", {"Project": "origin_project_id"}
    )
    projects: Connection[Project] = connection("The projects carried out under it.", owned("agreement_id"))
    document_url: URL | None = column("The address of its text.", filter=False)


@link(models.AgreementParty)
class AgreementParty:
    """An institution's part in an agreement."""

    role: PartyRole = column("Whether it signed or witnessed.")
    since: date | None = column("The start date.")
    institution: Institution = one("The institution.")
    agreement: Agreement | None = one("The agreement.")
