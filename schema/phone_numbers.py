"""The form of phone numbers."""

from __future__ import annotations

from models.phone_numbers import E164, digits_of, numbers_by_country, phone_number
from planner.declaration.stored_form import Alternatives, StoredForm
from schema.messages import message


def _read(text: str) -> str | Alternatives | None:
    """A number with + by itself, another one by the country of the home institution."""
    digits = digits_of(text)
    if not digits or digits.startswith("+"):
        return phone_number(text)
    numbers = numbers_by_country(digits)
    return Alternatives(digits, numbers) if numbers else None


PHONE_NUMBER = StoredForm(_read, "institution_id", "country", E164, message("person.phone_number"))
