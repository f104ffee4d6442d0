"""Grants, and the viewer that they make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from models.access import GrantedRole
from models.grant_queries import GrantsProof
from planner.viewer import Viewer
from schema.roles import GUEST, PUBLIC, SELF, Role

PERSON, CLIENT = "PERSON", "CLIENT"
"""Kinds of authenticated viewers."""

OWN_CLIENT = "API_CLIENT"
"""The attribute of a viewer with an API key: the client's id."""

OWN_IDENTITY = "IDENTITY"
"""The attribute of who sent a person's token: what stands for its issuer and subject."""

OWN_ATTRIBUTES = frozenset({OWN_CLIENT, OWN_IDENTITY})


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, limited to an institution (for a system also to scopes) or a person, until it expires.

    `profile` is the id of the person's row as a mentor or participant.
    """

    role: Role
    institution: UUID | None = None
    person: UUID | None = None
    profile: UUID | None = None
    scopes: frozenset[str] = frozenset()
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """A subject of an issuer of tokens; `institution`: that of the issuer.

    `claimed_person`: who has the ORCID iD that the issuer vouches for, at home at its institution.
    """

    issuer: str
    subject: str
    institution: UUID | None = None
    claimed_person: UUID | None = None

    @property
    def id(self) -> UUID:
        """A digest that identifies it; in the database, the beginning of `puente_principal`."""
        return UUID(sha256(f"{self.issuer} {self.subject}".encode()).hexdigest()[:32])


@dataclass(frozen=True, slots=True)
class Principal(Viewer):
    """A viewer together with its grants, and who it is to an issuer of tokens.

    `proof`: what was read of the grants, for a credential that was verified.
    """

    grants: tuple[Grant, ...] = ()
    identity: Identity | None = None
    proof: GrantsProof | None = None

    def is_unchanged_since(self, before: Principal) -> bool:
        """Whether its grants were those of `before` all the time: equal now, and none was given meanwhile."""
        if self.proof is None or self.grants_epoch is None or before.grants_epoch is None:
            return False
        is_later = self.granted_since <= before.grants_epoch <= self.grants_epoch
        return is_later and self.proof == before.proof


ANONYMOUS = Principal(frozenset({PUBLIC.value}))


def make_principal(
    kind: str,
    grants: Iterable[Grant],
    *,
    epoch: int | None,
    key: str,
    since: int = 0,
) -> Principal:
    """The viewer with these grants, the latest of them given at the grants epoch `since`.

    Attributes: under a role its institutions or persons, under a scope the institutions that it is held for,
    under SELF the viewer's person: the one whom the oldest grant names that names any.
    """
    held = tuple(grants)
    attributes: dict[str, list[UUID]] = defaultdict(list)
    for grant in held:
        bound = grant.institution or grant.person
        if bound is None:
            continue
        for name in (grant.role.value, *sorted(grant.scopes)):
            if bound not in attributes[name]:
                attributes[name].append(bound)
    person = next((grant.person for grant in held if grant.person is not None), None)
    roles = {PUBLIC.value, *(grant.role.value for grant in held)}
    single = frozenset(name for name, ids in attributes.items() if len(ids) == 1)
    viewer = Principal(
        frozenset(roles), kind, dict(attributes), single, OWN_ATTRIBUTES, epoch, key, since, grants=held
    )
    return viewer if person is None else knowing(viewer, SELF, person)


def knowing(viewer: Principal, name: str, id: UUID) -> Principal:
    """The viewer, who is this person (SELF), API client or guest, whatever is granted."""
    return replace(
        viewer,
        roles=viewer.roles | ({SELF, GUEST} & {name}),
        attributes={**viewer.attributes, name: [id]},
        single_attributes=viewer.single_attributes | {name},
    )


def identified(viewer: Principal, identity: Identity) -> Principal:
    """The viewer with an issuer's identity, whether or not it is linked to a person."""
    return replace(knowing(viewer, OWN_IDENTITY, identity.id), identity=identity)


def granted_roles(viewer: Viewer) -> list[str]:
    """The granted roles and PUBLIC, sorted by name; without SELF and GUEST, which are not granted."""
    return sorted(viewer.roles - {SELF, GUEST})


def guest_of(registration: UUID, viewer: Principal = ANONYMOUS) -> Principal:
    """The viewer, who has the link that was mailed to the guest of a registration."""
    return knowing(viewer, GUEST, registration)


def person_of(viewer: Viewer) -> UUID | None:
    """The person that the viewer is known to be."""
    return next(iter(viewer.attributes.get(SELF, ())), None)


def client_of(viewer: Viewer) -> UUID | None:
    """The viewer's API client, if it has an API key."""
    return next(iter(viewer.attributes.get(OWN_CLIENT, ())), None)


def client_principal(
    client: UUID, grants: Iterable[Grant], *, epoch: int | None, since: int = 0
) -> Principal:
    """The viewer of an API client, the same for all its keys."""
    viewer = make_principal(CLIENT, grants, epoch=epoch, key=f"client {client}", since=since)
    return knowing(viewer, OWN_CLIENT, client)


def person_principal(person: UUID, grants: Iterable[Grant], *, epoch: int | None) -> Principal:
    """The viewer for a person, whatever they sign in with; without grants, only SELF."""
    return knowing(make_principal(PERSON, grants, epoch=epoch, key=f"person {person}"), SELF, person)


def grant_of(row: Mapping[str, Any]) -> Grant:
    """A grant from a row of `models.grant_queries`."""
    expires = row["expires_at"]
    return Grant(
        GrantedRole[row["role"]],
        institution=_id(row["institution"]),
        person=_id(row["person"]),
        profile=_id(row["profile"]),
        scopes=frozenset(row["scopes"]),
        expires_at=datetime.fromisoformat(expires) if expires else None,
    )


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
