"""How many sockets somebody has open here; each process counts its own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from planner.errors import TooManyOpen


@dataclass
class Places:
    """Sockets by who has them open; 0 for `most` is any number."""

    most: int
    whose: tuple[str, str]
    taken: Counter[str] = field(default_factory=Counter)

    def take(self, key: str) -> None:
        """One more; raises TooManyOpen."""
        if self.most and self.taken[key] >= self.most:
            en, es = self.whose
            raise TooManyOpen(
                f"{en} may have {self.most} sockets open; close one first.",
                f"{es} puede tener {self.most} conexiones abiertas; cierre una antes.",
                limit=self.most,
                asked=self.taken[key] + 1,
            )
        self.taken[key] += 1

    def leave(self, key: str) -> None:
        self.taken[key] -= 1
        if not self.taken[key]:
            del self.taken[key]


def viewers(most: int) -> Places:
    return Places(most, ("A viewer", "Quien consulta"))


def addresses(most: int) -> Places:
    return Places(most, ("An address", "Una dirección"))
