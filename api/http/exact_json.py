"""JSON with all digits of its numbers.

The parser that reads requests makes floats of fractions, and of whole numbers beyond 64 bits. That is what a
Float is, and rounds a Decimal. This one is slower, and reads again what holds such a number.
"""

from __future__ import annotations

import json
from typing import Any

from planner.declaration.exact_number import ExactNumber


class _TooManyNumbers(Exception):
    pass


def read_exactly(text: bytes | str, most: int) -> Any:
    """The value of a JSON text, which is known to be one.

    None if it has more than so many fractions, or nests deeper than Python reads.
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
