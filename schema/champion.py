"""Champions: faculty linked to institutions on the other side."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import models
from planner.declaration.bindings import RootFields
from planner.declaration.fields import column, one, one_of
from planner.declaration.writes import Creation, Writes
from schema.common import GLOBAL_ID, Entity
from schema.concerns import by_column
from schema.declarations import node
from schema.person import profile_of

if TYPE_CHECKING:
    from schema.institution import Institution
    from schema.person import Profile


@node(
    models.Champion,
    "champion",
    roots=RootFields("One champion.", (GLOBAL_ID,), "champions", "Champions."),
    changes="Champions.",
    concerns=by_column("institution_id", "counterpart_id"),
    writes=Writes(
        ("since", "until"),
        creations=(Creation(("person", "institution", "counterpart"), seen=("person",)),),
    ),
)
class Champion(Entity):
    """A member of an institution's faculty with ties to an institution on the other side."""

    name: str | None = column(
        "The person's name, with consent.", via=("person_id", models.Person), folded="name_fold"
    )
    person: Profile | None = one_of(
        "The person as a mentor, or as a participant.", profile_of("person_id"), stored="person_id"
    )
    institution: Institution = one("The institution where the person works.")
    counterpart: Institution = one("The institution that the person has ties to.")
    since: date | None = column("The start date.", order=True)
    until: date | None = column("The end date.", order=True)
