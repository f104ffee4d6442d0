"""Champions: faculty linked to institutions on the other side."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import models
from planner.declaration.fields import column, one
from schema.common import HiddenField, hidden
from schema.declarations import link

if TYPE_CHECKING:
    from schema.institution import Institution


@link(models.Champion)
class Champion:
    """A member of an institution's faculty with ties to an institution on the other side."""

    name: str | None = column(
        "The person's name, with consent.", via=("person_id", models.Person), folded="name_fold"
    )
    institution: Institution = one("The institution where the person works.")
    counterpart: Institution = one("The institution that the person has ties to.")
    since: date | None = column("The start date.")
    until: date | None = column("The end date.")
    hidden_fields: list[HiddenField] = hidden()
