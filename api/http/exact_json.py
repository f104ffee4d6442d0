"""Parses JSON without losing digits of numbers.

The usual parser makes floats from fractions and from integers beyond 64 bits. That suits a Float, but rounds
a Decimal. This parser is slower, and reads only requests with such numbers again.
"""

from __future__ import annotations

import json
from typing import Any

from planner.declaration.exact_number import ExactNumber


class _TooManyNumbers(Exception):
    pass


def read_exactly(text: bytes | str, most: int) -> Any:
    """The value of a valid JSON text.

    None if it has more than `most` fractions, or nests too deeply for Python.
    """
    left = iter(range(most))

    def parse_number(written: str) -> ExactNumber:
        if next(left, None) is None:
            raise _TooManyNumbers
        return ExactNumber(written)

    try:
        return json.loads(text, parse_float=parse_number)
    except (_TooManyNumbers, RecursionError):
        return None
