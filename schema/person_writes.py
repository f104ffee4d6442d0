"""How people are written: by themselves, by their home institution, and when they come for the first time."""

from __future__ import annotations

from sqlalchemy import false, true

from planner.declaration.access import Rule
from planner.declaration.writes import (
    Creation,
    Guard,
    PythonPart,
    Workflow,
    WorkflowStep,
    Writes,
)
from schema.grants import OWN_IDENTITY
from schema.messages import message
from schema.person_merge import MERGE
from schema.roles import SELF
from schema.rules import of_person
from schema.secret_links import (
    ADDRESS_KNOWN,
    CLAIM_RECORD,
    INVITE,
    ONE_AT_A_TIME,
    OWN_RECORD,
    RECORD_LOCKED,
)

OWN = ("givenName", "familyNames", "preferredName", "email", "phone", "languagePreference", "timeZone")
"""What people set of themselves."""

UNCONFIRMED = Guard(
    Rule(lambda row: row["home_confirmed"] == false(), "not confirmed yet"),
    "WRONG_STATE",
    message("person.home_confirmed"),
)
AT_HOME = Guard(
    Rule(lambda row: row["institution_id"].is_not(None), "with a home institution"),
    "INCOMPLETE",
    message("person.no_home"),
)
IDENTIFY = (
    "insert into access_identity (issuer, subject, person_id)"
    " values ($1 -> 'set' ->> 'issuer', $1 -> 'set' ->> 'subject', ($1 ->> 'id')::uuid)"
)
SIGN_UP = Creation(
    ("givenName", "familyNames", "preferredName", "institution", "email", "languagePreference", "timeZone"),
    mutation="createMyProfile",
    description=(
        "Say who you are, when you come for the first time. It gives no role. If your token's ORCID iD is"
        " that of a record of your institution as which nobody signs in, you get that record."
    ),
    known=of_person(SELF, "id") | OWN_RECORD,
    maker=OWN_IDENTITY,
    locks=(ONE_AT_A_TIME, RECORD_LOCKED),
    repeated=(CLAIM_RECORD,),
    effects=(IDENTIFY,),
    refused={"uq_person_email": ADDRESS_KNOWN},
    python=PythonPart(sets=("home_confirmed",)),
)
PERSON_WRITES = Writes(
    updates=(*OWN, "orcid"),
    links=("languages",),
    creations=(SIGN_UP, Creation(("institution",))),
    acts=Workflow(
        "id",
        (
            WorkflowStep(
                "updateMyProfile",
                "Change what is known of yourself. What is left out stays as it is; null clears it.",
                fields=OWN,
                links=("languages",),
            ),
            WorkflowStep(
                "confirmHome",
                "Say that a person is of your institution.",
                guards=(AT_HOME, UNCONFIRMED),
                sets={"home_confirmed": lambda row: true()},
                changes={"homeConfirmed": ("home_confirmed",)},
            ),
            WorkflowStep(
                "changeHome",
                "Record that a person has moved to another institution.",
                fields=("institution",),
                sets={"home_confirmed": lambda row: true()},
                changes={"homeConfirmed": ("home_confirmed",)},
            ),
            INVITE,
            MERGE,
        ),
    ),
)
