"""Links that are mailed to people: an invitation to sign in as their record, and how one is claimed."""

from __future__ import annotations

from sqlalchemy import Text, Uuid, and_, func, literal_column, not_, or_

from models.secret_link import LinkPurpose
from planner.declaration.access import Rule
from planner.declaration.row import Row
from planner.declaration.writes import Creation, Guard, PythonPart, WorkflowStep
from planner.sql import Condition
from schema.grants import OWN_IDENTITY
from schema.messages import message
from schema.unsolicited_mail import FEW_FROM, bounds, few_to, in_turn

ONE_AT_A_TIME = (
    "select pg_advisory_xact_lock(hashtextextended("
    "($1 -> 'set' ->> 'issuer') || ' ' || ($1 -> 'set' ->> 'subject'), 0))"
)
ADDRESS = "lower(p.email) = lower($1 -> 'set' ->> 'email')"


def _sends(purpose: LinkPurpose, person: str) -> str:
    return f"select puente_send_link('{purpose.value}', {person}, $1)"


INVITE = WorkflowStep(
    "invitePerson",
    "Mail the person a link, with which they can sign in as this record.",
    guards=(
        Guard(
            Rule(lambda row: row["email"].is_not(None), "with an e-mail address"),
            "INCOMPLETE",
            message("person.no_address"),
        ),
        Guard(
            Rule(lambda row: not_(func.puente_signs_in(row["id"])), "as whom nobody signs in yet"),
            "WRONG_STATE",
            message("person.signs_in"),
        ),
        *bounds("email", ("id",), if_given="id"),
    ),
    locks=(f"{in_turn('p.email')} from person p where p.id = ($1 ->> 'id')::uuid",),
    effects=(_sends(LinkPurpose.INVITATION, "($1 ->> 'id')::uuid"),),
)
ADDRESS_KNOWN = (
    in_turn("$1 -> 'set' ->> 'email'"),
    f"select from person p where {ADDRESS} for no key update",
    f"{_sends(LinkPurpose.KNOWN_ADDRESS, 'p.id')} from person p"
    f" where {ADDRESS} and not puente_signs_in(p.id) and {FEW_FROM}"
    f" and {few_to('p.email')}",
)
"""What follows when somebody gives an address that a record has: whoever reads its mail can claim the record,
unless somebody signs in as that already. The sender learns nothing of it."""

HASH = "decode($1 -> 'set' ->> 'secret_hash', 'hex')"
LINK = f"select s.link_id from link_secret s where s.secret_hash = {HASH}"  # noqa: S608
"""The link whose secret was given."""
OWN = ("issuer", "subject")
OWN_SUBJECT = "($1 -> 'set' ->> 'issuer', $1 -> 'set' ->> 'subject')"
PERSON = f"""(
    select k.person_id from secret_link k where k.id = ({LINK}) and (puente_link_is_open(k) or exists (
        select from access_identity i
        where (i.issuer, i.subject) = {OWN_SUBJECT} and i.person_id = k.person_id)))"""  # noqa: S608
"""The person to whom it leads, also for who has claimed it."""
OWN_PERSON = f"""coalesce(puente_person_of{OWN_SUBJECT}, ($1 -> 'set' ->> 'self')::uuid)"""
"""The person that the sender already is."""
IN_TURN = f"""
    select from secret_link k join person p on p.id = k.person_id
    where k.id = ({LINK}) for no key update of k, p
"""
USED = f"update secret_link set uses = uses + 1, used_at = now() where id = ({LINK})"  # noqa: S608
HELD = "select puente_hold_roles(i) from access_identity i where i.id = ($1 ->> 'id')::uuid"
CLAIMED_PERSON = "($1 -> 'set' ->> 'claimed_person')::uuid"
RECORD_LOCKED = f"select from person p where p.id = {CLAIMED_PERSON} for no key update"
CLAIM_RECORD = "select puente_claim_record($1)"
OWN_RECORD = Rule(
    lambda row: (
        row["id"] == literal_column(f"coalesce(puente_person_of{OWN_SUBJECT}, puente_claimable($1))", Uuid())
    ),
    "theirs",
)
"""That of who signs in; at first, of who has its ORCID iD by an issuer that vouches for it, unless somebody
signs in as that already."""


def _already_claimed(row: Row) -> Condition:
    own = [row[name] == literal_column(f"($1 -> 'set' ->> '{name}')", Text()) for name in OWN]
    return and_(*own, row["person_id"] == literal_column(PERSON, Uuid()))


def _is_nobody_else(row: Row) -> Condition:
    own = literal_column(OWN_PERSON, Uuid())
    return or_(own.is_(None), own == row["person_id"])


CLAIM = Creation(
    mutation="claimInvitation",
    description=(
        "Link the account that you are signed in with to the record that a mailed link leads to."
        " From then on you sign in as that person. A link works once."
    ),
    sets={"person_id": lambda row: literal_column(PERSON, Uuid())},
    needs=(
        Guard(
            Rule(lambda row: row["person_id"].is_not(None), "by a link that is open"),
            "LINK_EXPIRED",
            message("link.expired"),
            ("link",),
        ),
        Guard(
            Rule(_is_nobody_else, "by who has no other record"),
            "ALREADY_EXISTS",
            message("link.other_person"),
            (),
        ),
    ),
    known=Rule(_already_claimed, "claimed already"),
    maker=OWN_IDENTITY,
    locks=(ONE_AT_A_TIME, IN_TURN),
    effects=(USED, HELD),
    python=PythonPart(
        {"link": ("str", "The link in the mail, which begins with `puente_link_`.")},
        sets=OWN,
    ),
)
