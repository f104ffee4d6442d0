"""Phone numbers as they are stored: in E.164, such as +525512345678."""

import re
from collections.abc import Mapping
from unicodedata import category, normalize

from phonenumbers import (
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    ValidationResult,
    format_number,
    is_possible_number_with_reason,
    parse,
)

E164 = r"^\+[1-9][0-9]{1,14}$"
_WRITTEN = re.compile(r"\+?[\d\s().\-\u2010-\u2015\u2212]{1,60}")
_MEXICO, _MOBILE_UNTIL_2019 = 52, "1"


def digits_of(text: str) -> str | None:
    """The digits of a number, after + if it has one; None if there is anything else, as an extension."""
    seen = "".join(one for one in normalize("NFKC", text) if category(one) != "Cf").strip()
    return "".join(one for one in seen if one == "+" or one.isdecimal()) if _WRITTEN.fullmatch(seen) else None


def phone_number(text: str, country: str | None = None) -> str | None:
    """A number in E.164 that is possible; `country` is that of one without +, its code of two letters."""
    digits = digits_of(text)
    if not digits or (country is None and not digits.startswith("+")):
        return None
    try:
        number = _without_mobile_digit(parse(digits, country))
    except NumberParseException:
        return None
    possible = is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return format_number(number, PhoneNumberFormat.E164) if possible else None


def numbers_by_country(text: str) -> Mapping[str, str]:
    """What a number without + is in each country where it is possible."""
    found = {country: phone_number(text, country) for country in sorted(SUPPORTED_REGIONS)}
    return {country: number for country, number in found.items() if number is not None}


def _without_mobile_digit(number: PhoneNumber) -> PhoneNumber:
    """Mobile numbers of Mexico had a 1 after the country code until 2019, and are still written with it."""
    national = str(number.national_number)
    if number.country_code != _MEXICO or len(national) != 11 or not national.startswith(_MOBILE_UNTIL_2019):
        return number
    return PhoneNumber(_MEXICO, int(national[1:]))
