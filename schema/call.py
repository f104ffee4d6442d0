"""Calls: invitations to apply to programs."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import models
from models.call import CallStatus
from planner.declaration.bindings import FacetSource, RootFields, Searchable
from planner.declaration.fields import column, computed, localized, one
from schema.call_writes import WRITES
from schema.common import GLOBAL_ID, SLUG, Entity, Translation, translated
from schema.concerns import by_column
from schema.declarations import declarations, node
from schema.scalars import CurrencyCode, TimeZone
from schema.wall_clocks import in_zone, local_time

if TYPE_CHECKING:
    from schema.institution import Institution
    from schema.program import Program

declarations.enums(CallStatus)


@node(
    models.Call,
    "call",
    roots=RootFields("One call; all given keys must match.", (GLOBAL_ID, SLUG), "calls", "Calls."),
    changes="Calls.",
    writes=WRITES,
    concerns=by_column("institution_id"),
    searched="Calls, by title.",
    search=(Searchable(lambda row: row["search"], ("title",)),),
    facets={"status": FacetSource(("status",), lambda row: row["status"])},
)
class Call(Entity):
    """An invitation to apply to a program, with its own rules."""

    slug: str = column("A readable, unique and stable name.", order=True)
    title: str = localized("Its title.", stored=True, order=True)
    titles: list[Translation] = translated("Its title in each available language.", "title")
    status: CallStatus = column("Whether it takes applications.")
    opens_at: datetime | None = column(
        "When it opens; null if it opens once it is published, or if that is not known.", order=True
    )
    closes_at: datetime | None = column("When it has closed: the end of its last minute.", order=True)
    local_opening: str | None = computed(
        "The local time when it opens, with its offset: 2027-01-11T09:00:00-08:00.",
        local_time("opens_at"),  # type: ignore[arg-type]
        arguments=in_zone("call"),
        wall_clock=("opens_at", "time_zone"),
    )
    local_closing: str | None = computed(
        "The local time of its last minute, with its offset: 2027-03-14T23:59:00-07:00.",
        local_time("deadline"),  # type: ignore[arg-type]
        arguments=in_zone("call"),
        wall_clock=("deadline", "time_zone"),
    )
    opens_on: date | None = column("The first day for applications.")
    deadline: datetime | None = column("The deadline for applications: its last minute.")
    time_zone: TimeZone = column("The time zone in which the deadline is announced.")
    max_amount: Decimal | None = column("The maximum amount of an application.")
    currency: CurrencyCode | None = column("The currency of the amount.")
    max_months: int | None = column("The maximum duration, in months.")
    eligibility: str | None = localized("Who may apply, and under which rules.")
    eligibilities: list[Translation] = translated(
        "Who may apply, and under which rules, in each available language.", "eligibility"
    )
    program: Program | None = one("The program it belongs to.")
    institution: Institution | None = one("The institution that manages it; null where the alliance does.")
