"""The choices that a random question is made of: drawn, remembered, and made smaller."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

PATIENCE = 400
"""How many smaller questions are tried."""


class Drawn:
    """Draws whole numbers below a bound: those it was given first, then random ones, or zeros without any."""

    def __init__(self, given: Sequence[int] = (), more: random.Random | None = None) -> None:
        self._given = given
        self._more = more
        self.made: list[int] = []

    def __call__(self, size: int) -> int:
        index = len(self.made)
        if index < len(self._given):
            number = min(self._given[index], size - 1)
        else:
            number = self._more.randrange(size) if self._more else 0
        self.made.append(number)
        return number


def smallest(choices: Sequence[int], holds: Callable[[Sequence[int]], bool]) -> Sequence[int]:
    """Choices that still hold, fewer and nearer to zero, which stands for the simplest of everything."""
    left = PATIENCE
    found, better = choices, True
    while better and left > 0:
        better = False
        for fewer in _simpler(found):
            left -= 1
            if left < 0:
                break
            if holds(fewer):
                found, better = fewer, True
                break
    return found


def _simpler(choices: Sequence[int]) -> Iterator[Sequence[int]]:
    """The end cut off, then pieces left out, then single choices made zero."""
    size = len(choices) // 2
    while size > 0:
        yield choices[: len(choices) - size]
        size //= 2
    for width in (16, 4, 1):
        for start in range(0, len(choices), width):
            yield [*choices[:start], *choices[start + width :]]
    for index, number in enumerate(choices):
        if number:
            yield [*choices[:index], 0, *choices[index + 1 :]]
