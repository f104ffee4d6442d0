"""A number with the digits that a client wrote: a float has about 16 of them."""

from __future__ import annotations


class ExactNumber(float):
    """A float for whatever computes with it; `str` gives it as it was written."""

    __slots__ = ("text",)

    text: str

    def __new__(cls, text: str) -> ExactNumber:
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __str__(self) -> str:
        return self.text
