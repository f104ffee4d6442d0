"""Units of settings, as annotations of their types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True)
class Unit:
    """The unit of a number."""

    name: str


Seconds = Annotated[float, Unit("seconds")]
WholeSeconds = Annotated[int, Unit("seconds")]
Bytes = Annotated[int, Unit("bytes")]
