"""A number with all digits that a client wrote; a float has about 16."""

from __future__ import annotations


class ExactNumber(float):
    """A float whose `str` is the original text."""

    __slots__ = ("text",)

    text: str

    def __new__(cls, text: str) -> ExactNumber:
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __str__(self) -> str:
        return self.text
