"""What search promises (docs/search.md), by Unicode's own tables: the words of a text, and whether they fit.

Nothing here is read of the code; only how a language's stemmer shortens a word comes from PostgreSQL.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

APOSTROPHES = "'`´ʹʻʼʾʿˈ՚׳‘’‛′‵＇\u200b"
NEAREST = {**dict(zip("đðħıłŋøŧς", "ddhilnotσ", strict=True)), "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
ONE = dict.fromkeys(APOSTROPHES, "'") | dict.fromkeys("™℠﹣－", " ")
ALONE = ("CJK UNIFIED", "HIRAGANA", "KATAKANA")
FRACTIONS = re.compile("[¼-¾⅐-⅞↉]")
THOUSANDS = re.compile(r"([0-9])[.,](?=[0-9]{3}(?![0-9]))")
DIVIDED = re.compile(r"\S*(?:'|[0-9][.,][0-9]{3})\S*")
MARKED = re.compile(
    r'(?<!\S)-"(?P<no>[^\s"](?:[^"]*[^\s"])?)"|(?<!\S)-(?P<not>[^\W\d_][^\s"]*)|(?<!\w)"(?P<phrase>[^\s"](?:[^"]*[^\s"])?)"(?!\w)'
)

Lexemes = Sequence[str | None]
"""The words of a text as one dictionary has them; None for a word that it leaves out."""
Stems = Mapping[tuple[str, str], str | None]
"""By language and word; None for a word that counts for nothing in it."""


@cache
def small(letter: str) -> str:
    """The letter as it is compared, accents apart; empty if it can't be seen."""
    if unicodedata.category(letter) == "Cf" or letter == "\u034f":
        return ""
    lowered = letter.lower()
    return NEAREST.get(lowered, lowered)


@cache
def is_accent(letter: str) -> bool:
    return unicodedata.category(letter) in ("Mn", "Me") and unicodedata.combining(letter) not in (0, 7, 9)


@cache
def is_of_word(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LM" or unicodedata.category(letter) in ("Nd", "Nl")


@cache
def is_alone(letter: str) -> bool:
    return letter > "\u2fff" and unicodedata.name(letter, "").startswith(ALONE)


def letters_of(text: str) -> str:
    """In small letters, accents split off, with one kind of apostrophe."""
    spaced = FRACTIONS.sub(r" \g<0>", text)
    one = "".join(ONE.get(letter, letter) for letter in spaced)
    return "".join(map(small, unicodedata.normalize("NFKD", one)))


def joined(letters: str) -> str:
    """Without apostrophes and the separators of thousands."""
    return THOUSANDS.sub(r"\1", letters.replace("'", ""))


def words_of(letters: str, *, accented: bool) -> list[str]:
    composed = unicodedata.normalize("NFC", letters) if accented else letters
    kept = "".join(letter for letter in composed if not is_accent(letter))
    return [unicodedata.normalize("NFC", word) for word in divided(kept)]


def divided(letters: str) -> list[str]:
    """What stands between separators."""
    return "".join(
        f" {letter} " if is_alone(letter) else letter if is_of_word(letter) else " " for letter in letters
    ).split()


def all_words(text: str) -> set[str]:
    """Every word that a stem may be wanted of, for a text or a query."""
    letters = letters_of(text)
    variants = (letters, joined(letters))
    return {
        word for one in variants for accented in (True, False) for word in words_of(one, accented=accented)
    }


FORMS = (("spanish", True), ("spanish", False), ("english", False), ("simple", False))


def lexemes(letters: str, language: str, accented: bool, stems: Stems) -> list[str | None]:
    words = words_of(letters, accented=accented)
    return [word if language == "simple" else stems[language, word] for word in words]


@dataclass(frozen=True)
class SearchedText:
    """A text in all the forms that it is found by."""

    forms: Sequence[Lexemes]
    all: frozenset[str | None]

    def has(self, unit: Lexemes) -> bool:
        """Whether it has the words that count, one after another."""
        counted = [(index, lexeme) for index, lexeme in enumerate(unit) if lexeme is not None]
        if len(counted) == 1:
            return counted[0][1] in self.all
        start = counted[0][0]
        return any(
            all(form[at + index - start : at + index - start + 1] == [lexeme] for index, lexeme in counted)
            for form in self.forms
            for at in range(len(form))
        )


def searched_text(text: str, stems: Stems) -> SearchedText:
    letters = letters_of(text)
    whole = joined(" ".join(DIVIDED.findall(letters)))
    forms = [lexemes(one, *form, stems) for one in (letters, whole) if one for form in FORMS]
    return SearchedText(forms, frozenset(lexeme for form in forms for lexeme in form))


@dataclass(frozen=True)
class Typed:
    """What was typed: alternatives of words and phrases, and what is not wanted; all in small letters."""

    wanted: Sequence[Sequence[str]]
    unwanted: Sequence[str]

    def fits(self, text: SearchedText, stems: Stems) -> bool:
        if any(_has(text, [unit], form, stems) for unit in self.unwanted for form in FORMS):
            return False
        if not any(self.wanted):
            return bool(self.unwanted)
        return any(_has(text, group, form, stems) for group in self.wanted for form in FORMS)


def _has(text: SearchedText, units: Iterable[str], form: tuple[str, bool], stems: Stems) -> bool:
    """Whether the text has every unit of which a word counts, of which there must be one."""
    read = [lexemes(unit, *form, stems) for unit in units]
    counted = [unit for unit in read if any(lexeme is not None for lexeme in unit)]
    return bool(counted) and all(text.has(unit) for unit in counted)


def typed(text: str) -> Typed:
    letters = re.sub(r"\s+", " ", letters_of(text))
    unwanted = [found["no"] or found["not"] for found in MARKED.finditer(letters) if not found["phrase"]]
    variants = dict.fromkeys((letters, joined(letters)))
    return Typed([group for one in variants for group in _alternatives(one)], unwanted)


def _alternatives(letters: str) -> Iterator[list[str]]:
    """Between each `or` that stands between words, the words and phrases."""
    units = list(_units(letters))
    group: list[str] = []
    for index, (unit, is_phrase) in enumerate(units):
        if unit == "or" and not is_phrase and group and index < len(units) - 1:
            yield group
            group = []
        else:
            group.append(unit)
    yield group


def _units(letters: str) -> Iterator[tuple[str, bool]]:
    """The words and phrases; whether it is a phrase."""
    end = 0
    for found in MARKED.finditer(letters):
        yield from ((word, False) for word in divided(letters[end : found.start()]))
        if found["phrase"]:
            yield found["phrase"], True
        end = found.end()
    yield from ((word, False) for word in divided(letters[end:]))
