"""What must hold of a row as it is and as it would become."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Becomes:
    """What an act that sets this field must keep, of the row before it and after it."""

    field: str
    holds: Callable[[Values, Values], bool]
    code: str
