"""How many streams may be open at a time: of a viewer, and of an address; each process counts its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from planner.errors import RateLimited

AGAIN = 10  # seconds after which one may have ended


@dataclass(frozen=True, slots=True)
class Places:
    """At most as many as these for each; 0 for any number. The public has no name: it is its address."""

    of_viewer: int
    of_address: int
    _taken: Counter[tuple[str, str]] = field(default_factory=Counter)

    @contextmanager
    def taken(self, viewer: str, address: str) -> Iterator[None]:
        """Keep a place for as long as the block lasts; raises RateLimited where there is none left."""
        one = ("viewer", viewer) if viewer else ("address", address)
        most = self.of_viewer if viewer else self.of_address
        if most and self._taken[one] >= most:
            raise _refused(one[0], most)
        self._taken[one] += 1
        try:
            yield
        finally:
            self._taken[one] -= 1
            if not self._taken[one]:
                del self._taken[one]

    def __len__(self) -> int:
        """How many viewers and addresses have a stream open."""
        return len(self._taken)


def _refused(kind: str, most: int) -> RateLimited:
    en, es = {
        "viewer": ("A viewer", "Quien consulta"),
        "address": ("An address", "Una dirección"),
    }[kind]
    return RateLimited(
        f"{en} may have {most} event streams open at a time; end one of them, or try again later.",
        f"{es} puede tener {most} flujos de eventos abiertos a la vez; cierre uno o intente más tarde.",
        AGAIN,
        limit=most,
        asked=most + 1,
    )
