"""Mobilities: stays at an institution on the other side."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import models
from models.mobility import MobilityActivity, MobilityComponent, MobilityStatus
from planner.declaration.bindings import FacetSource, RootFields
from planner.declaration.fields import column, one
from schema.common import GLOBAL_ID, Entity
from schema.concerns import by_column
from schema.dates import by_year
from schema.declarations import declarations, node
from schema.mobility_writes import WRITES

if TYPE_CHECKING:
    from schema.institution import Institution
    from schema.person import Participant
    from schema.program import Program

declarations.enums(MobilityActivity, MobilityComponent, MobilityStatus)


@node(
    models.Mobility,
    "mobility",
    roots=RootFields("One mobility.", (GLOBAL_ID,), "mobilities", "Mobilities."),
    changes="Mobilities.",
    writes=WRITES,
    concerns=by_column("sending_institution_id", "receiving_institution_id"),
    facets={
        "activity": FacetSource(("activity",), lambda row: row["activity"]),
        "component": FacetSource(("components",), lambda row: row["components"], many=True),
        "status": FacetSource(("status",), lambda row: row["status"]),
        "year": by_year("startsOn", "starts_on"),
    },
)
class Mobility(Entity):
    """A participant's stay at another institution."""

    activity: MobilityActivity = column("What the stay is for.")
    components: list[MobilityComponent] = column("What the stay includes.")
    status: MobilityStatus = column("Its status.")
    starts_on: date | None = column("Its first day.", order=True)
    ends_on: date | None = column("Its last day.", order=True)
    participant: Participant | None = one("The participant.")
    sending_institution: Institution = one("The institution that the participant comes from.")
    receiving_institution: Institution = one("The institution that the participant visits.")
    program: Program | None = one("The program it is part of.")
