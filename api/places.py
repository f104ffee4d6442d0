"""How many sockets or streams somebody has open here; each process counts its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from planner.errors import TooManyOpen

SOCKETS = ("sockets", "conexiones abiertas")
STREAMS = ("event streams", "flujos de eventos abiertos")


@dataclass
class Places:
    """What is open, by who has it open; 0 for `most` is any number. `what` and `whose` in both languages."""

    most: int
    what: tuple[str, str]
    whose: tuple[str, str]
    taken: Counter[str] = field(default_factory=Counter)

    def take(self, key: str) -> None:
        """One more; raises TooManyOpen."""
        if self.most and self.taken[key] >= self.most:
            en, es = self.whose
            raise TooManyOpen(
                f"{en} may have {self.most} {self.what[0]} open; close one first.",
                f"{es} puede tener {self.most} {self.what[1]}; antes de abrir otro, cierre alguno.",
                limit=self.most,
                asked=self.taken[key] + 1,
            )
        self.taken[key] += 1

    def leave(self, key: str) -> None:
        self.taken[key] -= 1
        if not self.taken[key]:
            del self.taken[key]

    @contextmanager
    def kept(self, key: str) -> Iterator[None]:
        """One more for as long as the block lasts; raises TooManyOpen."""
        self.take(key)
        try:
            yield
        finally:
            self.leave(key)


def viewers(most: int, what: tuple[str, str]) -> Places:
    return Places(most, what, ("A viewer", "Quien consulta"))


def addresses(most: int, what: tuple[str, str]) -> Places:
    return Places(most, what, ("An address", "Una dirección"))
