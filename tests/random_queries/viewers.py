"""Who asks: everybody in the cast, in both languages."""

from __future__ import annotations

from tests.personas import CAST, CLIENTS, RECIPIENTS, granted
from tests.reference.viewers import HeldGrant, Viewer


def viewers_of(name: str) -> tuple[Viewer, ...]:
    """Somebody as the reference executor knows them, reading English and Spanish."""
    client = CLIENTS.get(name)
    known = [HeldGrant("SELF", person=RECIPIENTS[name])] if name in RECIPIENTS else []
    grants = [HeldGrant(g.role.value, g.institution, g.person, g.scopes, client) for g in granted(name)]
    held = (*known, *grants)
    return tuple(Viewer(name, language, held) for language in ("EN", "ES"))


VIEWERS = tuple(viewer for name in (*CAST, *CLIENTS) for viewer in viewers_of(name))
PUBLIC = VIEWERS[0]
