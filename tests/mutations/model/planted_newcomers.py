"""Bugs to plant in how accounts become people: by a link to a record."""

from __future__ import annotations

from collections.abc import Mapping

from tests.access.leaks import Plant
from tests.mutations.model.planted import InDatabase
from tests.mutations.model.planted_declarations import declared

PLANTED: Mapping[str, Plant] = {
    "an invitation that is never mailed": declared("invitePerson", lambda act: {"effects": ()}),
    "an account of two people": declared("claimInvitation", lambda act: {"needs": act.needs[:1]}),
}
IN_DATABASE: Mapping[str, InDatabase] = {
    "an invitation to who signs in already": InDatabase(
        "puente_link_is_open", "and not puente_signs_in(link.person_id)", ""
    ),
    "an invitation claimed twice": InDatabase("puente_link_is_open", "link.uses < link.max_uses and", ""),
}
BY_LINK = ("invitePerson", "claimInvitation", "claimInvitation", "createPerson", "linkIdentity")
AMONG: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((*PLANTED, *IN_DATABASE), BY_LINK),
    "an invitation claimed twice": (*BY_LINK, "unlinkIdentity", "unlinkIdentity"),
    "an invitation to who signs in already": (*BY_LINK, "linkIdentity", "linkIdentity"),
}
"""The mutations that these bugs show in."""
