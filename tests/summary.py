"""What a run of the tests proved, in figures, printed at its end."""

from __future__ import annotations

LINES: list[str] = []


def tell(line: str) -> None:
    """A line for the end of the run's output."""
    LINES.append(line)
