"""Runs random acts by the number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.mutations.model.trial import Trial
from tests.mutations.model.turning import Wrong

ROWS_EVERY = 500
"""The number of acts after which every row of the database is compared."""


async def run(
    trial: Trial, count: int, on_progress: Callable[[int], Any] = lambda number: None
) -> Counter[str]:
    """Carry out this many acts; raises `Wrong` with the number of the first that differs."""
    for number in range(count):
        try:
            await trial.step(number)
            if number % ROWS_EVERY == ROWS_EVERY - 1:
                await trial.compare_rows()
        except Wrong as wrong:
            raise Wrong(f"act {number} of seed {trial.seed}: {wrong}") from None
        on_progress(number + 1)
    await trial.compare_rows()
    return trial.met
