"""Consents of people, each for one purpose."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import case, func

import models
from models.consent import ConsentPurpose, ConsentStatus
from planner.declaration.access import Rule
from planner.declaration.bindings import RootFields
from planner.declaration.fields import column, computed, one_of
from planner.declaration.row import Row
from planner.declaration.writes import Creation, PythonPart, Replacement, Writes
from planner.document.arguments import Arguments
from planner.sql import Column, literal_text
from schema.common import GLOBAL_ID, HiddenField, Node, display_name, hidden
from schema.concerns import by_reference
from schema.declarations import declarations, node
from schema.person import profile_of
from schema.roles import SELF

if TYPE_CHECKING:
    from strawberry import ID

    from schema.person import Profile

declarations.enums(ConsentPurpose, ConsentStatus)

SETTING = Creation(
    ("purpose", "noticeVersion"),
    mutation="setConsent",
    description="Consent to a purpose, or withdraw your consent; an earlier consent is replaced.",
    same=("person_id", "purpose"),
    over=Rule(lambda row: row["withdrawn_at"].is_not(None), "withdrawn"),
    maker=SELF,
    locks=("select from person where id = ($1 -> 'set' ->> 'person_id')::uuid for no key update",),
    optional=("noticeVersion",),
    replaces=Replacement(
        {"withdrawn_at": lambda row: func.greatest(func.now(), row["granted_at"])},
        ("status", "withdrawnAt"),
        wanted="given",
    ),
    python=PythonPart(
        {"given": ("bool", "Whether you consent; `false` withdraws your consent.")},
        sets=("person_id",),
    ),
)


def _status(row: Row, arguments: Arguments) -> Column:
    granted, withdrawn = literal_text(ConsentStatus.GRANTED), literal_text(ConsentStatus.WITHDRAWN)
    return case((row["withdrawn_at"].is_(None), granted), else_=withdrawn)


@node(
    models.Consent,
    "consent",
    roots=RootFields("One consent.", (GLOBAL_ID,), "consents", "Consents."),
    changes="Consents.",
    writes=Writes(creations=(SETTING,)),
    concerns=by_reference(models.Person, "person_id"),
)
class Consent(Node):
    """A person's consent to a purpose, under a version of the notice; at most one per purpose is in force."""

    id: ID = column("Globally unique, stable and opaque.")
    display_name: str | None = display_name()
    version: int = column("Increases by one with each change of the row itself.", filter=False)
    purpose: ConsentPurpose = column("What the person consented to.", order=True)
    status: ConsentStatus = computed("Whether it is in force.", _status, filter=True)
    notice_version: str | None = column("The version of the privacy notice that the person read.")
    granted_at: datetime | None = column("When the person consented.")
    withdrawn_at: datetime | None = column("When it was withdrawn, or replaced under a newer notice.")
    person: Profile | None = one_of("The person as a mentor, or as a participant.", profile_of("person_id"))
    hidden_fields: list[HiddenField] = hidden()
