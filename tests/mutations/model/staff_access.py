"""Roles granted by hand and identities of people, as the model knows them: staff alone give and take them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from tests.mutations.model.accounts import ACCOUNTS, ISSUER
from tests.mutations.model.drawn import Drawn
from tests.mutations.model.entity import Entity, Must
from tests.mutations.model.fields import NEEDED, Choices, Field, Instant, Reference, Spelled
from tests.mutations.model.making import Making, NewMust
from tests.mutations.model.vocabulary import choice, needed, options
from tests.reference.grants import in_force
from tests.reference.ids import global_id
from tests.reference.policy import Sight
from tests.reference.rows import Row

Values = Mapping[str, Any]
BOUND = ("issuer", "subject", "role", "institution_id", "person_id", "scopes", "expires_at")
PROFILES = {"MENTOR": "mentor", "PARTICIPANT": "participant"}
OF_INSTITUTIONS = ("COORDINATOR", "INTEGRATION")
NEVER = "2999-01-01T00:00:00+00:00"


def _is_staff(sight: Sight, given: Values) -> bool:
    return sight.viewer.is_admin


def _any_row(sight: Sight, row: Row) -> bool:
    return True


def _bound(column: str, field: str, roles: Collection[str]) -> tuple[Must, Must]:
    """Those of the roles are bounded so, and no others."""
    both = (field, "role")
    return (
        Must(both, lambda row: row[column] is not None or row["role"] not in roles, "REQUIRED", field),
        Must(both, lambda row: row[column] is None or row["role"] in roles, "INVALID", field),
    )


def _word(name: str, right: Callable[[Random], str]) -> Spelled:
    shape, wrongs = re.compile("(?s).*[^ ].*"), (" ", "", "a\0b", "w" * 20_001)
    return Spelled(
        name=name,
        nullable=False,
        default=NEEDED,
        shape=shape,
        code="REQUIRED",
        most=20_000,
        right=right,
        wrongs=wrongs,
    )


def _same_grant(sight: Sight, row: Row) -> Row | None:
    rows = [one for one in sight.rows.all("access_grant") if in_force(one)]
    return next((one for one in rows if all(one[name] == row[name] for name in BOUND)), None)


def _same_identity(sight: Sight, row: Row) -> Row | None:
    names = ("issuer", "subject", "person_id")
    rows = sight.rows.all("access_identity")
    return next((one for one in rows if all(one[name] == row[name] for name in names)), None)


def _has_record(sight: Sight, row: Row) -> bool:
    """Whoever is a mentor or participant has such a record."""
    table = PROFILES.get(row["role"])
    return table is None or bool(sight.rows.owned(table, "person_id", row["person_id"]))


def _account(draw: Random) -> dict[str, Any]:
    wrong = draw.choice((" ", "", "a\0b"))
    given = {"issuer": ISSUER, "subject": draw.choice(list(ACCOUNTS))}
    return {**given, draw.choice(list(given)): wrong} if draw.random() < 0.05 else given


def _a_grant(draw: Random, sight: Sight) -> Values:
    """A role with what bounds it, mostly; somebody with a record for it."""
    role = draw.choice(("ADMIN", "COORDINATOR", "COORDINATOR", "INTEGRATION", "MENTOR", "PARTICIPANT"))
    given: dict[str, Any] = {
        **_account(draw),
        "role": role,
        "institution": None,
        "person": None,
        "scopes": [],
    }
    given["expiresAt"] = draw.choice((None, None, None, NEVER, "2020-01-01T00:00:00+00:00"))
    if role in OF_INSTITUTIONS:
        given["institution"] = global_id("Institution", draw.choice(sight.rows.all("institution"))["id"])
    if role == "INTEGRATION":
        given["scopes"] = draw.sample(options("AccessScope"), draw.choice((0, 1, 4)))
    if role in PROFILES:
        people = sight.rows.all(PROFILES[role] if draw.random() < 0.9 else "person")
        one = draw.choice(people)
        given["person"] = global_id("Person", one.get("person_id", one["id"]))
    if draw.random() < 0.1:
        del given[draw.choice(("institution", "person", "scopes", "expiresAt"))]
    return {**given, "role": draw.choice(options("GrantedRole"))} if draw.random() < 0.1 else given


def _an_identity(draw: Random, sight: Sight) -> Values:
    """Mostly of a person who does something here."""
    table = draw.choice(("mentor", "participant"))
    person = draw.choice(sight.rows.all(table)[: draw.choice((3, 60))])["person_id"]
    return {**_account(draw), "person": global_id("Person", person)}


ISSUED: tuple[Field, ...] = (
    _word("issuer", lambda draw: ISSUER),
    _word("subject", lambda draw: draw.choice(list(ACCOUNTS))),
)
GRANT = Making(
    "grantRole",
    "AccessGrant",
    (
        *ISSUED,
        choice("role", "GrantedRole"),
        Reference(name="institution", column="institution_id", types={"Institution": "id"}),
        Reference(name="person", column="person_id", types={"Person": "id"}),
        Choices(name="scopes", options=options("AccessScope")),
        Instant(name="expiresAt", column="expires_at"),
    ),
    may=_is_staff,
    sets=lambda sight, row: {"created_at": datetime.now(UTC)},
    owns=_any_row,
    same=_same_grant,
    wholes=(
        Must(("role",), lambda row: row["role"] != "PUBLIC", "INVALID"),
        *_bound("institution_id", "institution", OF_INSTITUTIONS),
        *_bound("person_id", "person", tuple(PROFILES)),
        Must(("role", "scopes"), lambda row: row["role"] == "INTEGRATION" or not row["scopes"], "INVALID"),
    ),
    musts=(NewMust("person", _has_record, "NOT_ELIGIBLE"),),
    likely=_a_grant,
)
LINK = Making(
    "linkIdentity",
    "AccessIdentity",
    (*ISSUED, needed("person", "Person")),
    may=_is_staff,
    sets=lambda sight, row: {},
    owns=_any_row,
    same=_same_identity,
    likely=_an_identity,
)
MAKINGS = (GRANT, LINK)
ENTITIES = (
    Entity("AccessGrant", (), made=False, updated=False),
    Entity("AccessIdentity", (), made=False, updated=False, together=(("issuer", "subject"),)),
)


def _is_now(value: Any, others: Collection[Any]) -> bool:
    return value is None or abs(datetime.now(UTC) - value) < timedelta(minutes=5)


DRAWN = {"access_grant": (Drawn("revoked_at", _is_now),)}
STEPS_SET: Mapping[str, Callable[[Sight, Row], Values]] = {
    "revokeRole": lambda sight, row: {"revoked_at": datetime.now(UTC)}
}
REMOVED = {"unlinkIdentity"}
"""Steps after which there is no such row."""
PERFORMERS: Mapping[str, tuple[str, ...]] = dict.fromkeys(
    ("grantRole", "revokeRole", "linkIdentity", "unlinkIdentity"), ("admin", "admin", *list(ACCOUNTS)[:2])
)
