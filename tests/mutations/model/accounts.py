"""Accounts of an issuer, whose grants and persons acts give and take: who they are follows from the rows."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from api.auth.principals import TokenPrincipal
from tests.mutations.model.world import World
from tests.random_queries.viewers import viewers_of
from tests.reference.grants import in_force
from tests.reference.viewers import HeldGrant, Viewer

ISSUER = "https://accounts.example"
ACCOUNTS: Mapping[str, TokenPrincipal] = {
    f"account-{number}": TokenPrincipal(ISSUER, f"account-{number}", inf) for number in range(5)
}
NEWCOMERS: Mapping[str, TokenPrincipal] = {
    f"newcomer-{number}": TokenPrincipal(ISSUER, f"newcomer-{number}", inf) for number in range(8)
}
"""Accounts that others link to nobody: they create a profile or claim a link."""
OF_ISSUER = {**ACCOUNTS, **NEWCOMERS}


def sender_of(name: str) -> str | TokenPrincipal:
    """An account, or somebody whose grants stay as they are."""
    return OF_ISSUER.get(name, name)


def viewer_now(world: World, name: str) -> Viewer:
    """Somebody as what is granted to them now."""
    if name not in OF_ISSUER:
        return viewers_of(name)[0]
    rows = [one for one in world.all("access_grant") if _is_of(one, name) and in_force(one)]
    held = [
        HeldGrant(one["role"], one["institution_id"], one["person_id"], frozenset(one["scopes"]))
        for one in sorted(rows, key=lambda one: (one["created_at"], one["id"]))
    ]
    is_system = bool(held) and all(one.role == "INTEGRATION" for one in held)
    known = [one for one in world.all("access_identity") if _is_of(one, name) and not is_system]
    person = [HeldGrant("SELF", person=one["person_id"]) for one in known]
    return Viewer(name, "EN", (*person, *held), (ISSUER, name))


def _is_of(row: Mapping[str, object], name: str) -> bool:
    return (row["issuer"], row["subject"]) == (ISSUER, name)
