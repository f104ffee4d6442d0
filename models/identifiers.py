"""Identifiers that others give out, and the check digits that they carry."""

import re

ROR_SHAPE = re.compile(r"0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}")
ORCID_SHAPE = re.compile(r"[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]")

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def is_ror_id(value: str) -> bool:
    """Whether a bare ROR id (nine characters) is well formed and its last two digits are right."""
    if not ROR_SHAPE.fullmatch(value):
        return False
    number = 0
    for letter in value[:7]:
        number = number * 32 + CROCKFORD.index(letter)
    return int(value[7:]) == 98 - number * 100 % 97


def is_orcid(value: str) -> bool:
    """Whether an ORCID iD is well formed and its last digit is right (ISO 7064 mod 11-2)."""
    if not ORCID_SHAPE.fullmatch(value):
        return False
    digits = value.replace("-", "")
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    return digits[-1] == "0123456789X"[(12 - total % 11) % 11]
