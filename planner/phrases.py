"""Messages that a library has in English, recognized by their phrases and said again, in both languages.

What stands between the words of a phrase is what the client sent, or a message of its own. It is kept short,
so that no answer is as long as what was asked, and is looked for without going back: in time that grows with
the message's length, whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from string import Formatter

from graphql import GraphQLError, Node

from planner.errors import Problem, Text
from planner.spanish import HINTS, SYNTAX, TOKENS, VALUES
from planner.spanish_rules import RULES

LONGEST_PIECE = 100
LONGEST = 1_000
MOST_PLACES = 20
HINT = re.compile(r" Did you mean (?:([a-z ]+) )?('.+')\?", re.DOTALL)


class Refused(GraphQLError):
    """A message of our own about a value, which the library passes on, or puts into one of its."""

    def __init__(self, en: str, es: str, node: Node | None = None) -> None:
        super().__init__(en, node)
        self.text = Text(en, es)


@dataclass(frozen=True, slots=True)
class Phrase:
    """The words of an English message, the kind and name of what is between them, and how it is said."""

    words: tuple[str, ...]
    pieces: tuple[tuple[str, str], ...]
    en: str
    es: str

    def pieces_of(self, message: str) -> Sequence[str] | None:
        """What stands between the words; None if it is another message."""
        first, *others = self.words
        if not message.startswith(first) or not message.endswith(self.words[-1]):
            return None
        if not others:
            return () if message == first else None
        found, position = [], len(first)
        for words in others[:-1]:
            end = message.find(words, position)
            if end < 0:
                return None
            found.append(message[position:end])
            position = end + len(words)
        end = len(message) - len(others[-1])
        return [*found, message[position:end]] if position <= end else None

    def say(self, pieces: Sequence[str], ours: Mapping[str, Text]) -> Text | None:
        """The message in both languages; None if a message within it is not known."""
        said = {}
        for (name, kind), piece in zip(self.pieces, pieces, strict=True):
            made = KINDS[kind](piece, ours)
            if made is None:
                return None
            said[name] = made
        return Text(
            self.en.format(**{name: text.en for name, text in said.items()}),
            self.es.format(**{name: text.es for name, text in said.items()}),
        )


def problem_of(error: GraphQLError) -> Problem:
    """An error of the library's as ours."""
    within = [one for one in (error, error.original_error) if isinstance(one, Refused)]
    places = [(place.line, place.column) for place in (error.locations or ())[:MOST_PLACES]]
    text = told(error.message, {one.text.en: one.text for one in within})
    return Problem(text, places, error.path or ())


def told(message: str, ours: Mapping[str, Text]) -> Text:
    """A message of the library as clients are told it; `ours` are messages of our own that may be within."""
    text = translate(message, ours)
    if text is None:
        shown = shorten(message, LONGEST // 2)
        text = Text(shown, f"La petición no es válida: {shown}")
    return Text(shorten(text.en, LONGEST), shorten(text.es, LONGEST))


def translate(message: str, ours: Mapping[str, Text]) -> Text | None:
    """The message in both languages; None if no phrase is like it."""
    if message in ours:
        return ours[message]
    for phrase in phrases():
        pieces = phrase.pieces_of(message)
        if pieces is not None and (text := phrase.say(pieces, ours)) is not None:
            return text
    return None


@cache
def phrases() -> Sequence[Phrase]:
    return [phrase(*entry) for entry in (*SYNTAX, *VALUES, *RULES)]


def phrase(english: str, spanish: str, instead: str | None = None) -> Phrase:
    """`{name}` is a piece, `{name:kind}` one of another kind; `instead` is what is told in English."""
    parsed = list(Formatter().parse(english))
    words, pieces = [""], []
    for literal, name, kind, _ in parsed:
        words[-1] += literal
        if name is not None:
            pieces.append((name, kind or "piece"))
            words.append("")
    en = "".join(
        literal.replace("{", "{{").replace("}", "}}") + ("" if name is None else f"{{{name}}}")
        for literal, name, _, _ in parsed
    )
    return Phrase(tuple(words), tuple(pieces), instead or en, spanish)


def shorten(text: str, most: int = LONGEST_PIECE) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _piece(piece: str, _: Mapping[str, Text]) -> Text:
    return Text(shorten(piece), shorten(piece))


def _hint(piece: str, _: Mapping[str, Text]) -> Text | None:
    """` Did you mean 'a' or 'b'?`, or nothing."""
    match = HINT.fullmatch(piece)
    if match is None:
        return None if piece else Text("", "")
    if match[1] and match[1] not in HINTS:
        return None
    before = f"{HINTS[match[1]]} " if match[1] else ""
    return Text(piece, f" ¿Quiso decir {before}{_names(match[2])}?")


def _names(names: str) -> str:
    return names.replace(", or ", " o ").replace(" or ", " o ")


def _path(piece: str, _: Mapping[str, Text]) -> Text | None:
    """` at .filter.title`, or nothing."""
    if piece and not piece.startswith(" at "):
        return None
    return Text(shorten(piece), shorten(piece.replace(" at ", " en ", 1)))


def _token(piece: str, _: Mapping[str, Text]) -> Text:
    kind, _space, value = piece.partition(" ")
    shown = f" {shorten(value)}" if value else ""
    return Text(shorten(kind) + shown, TOKENS.get(kind, shorten(kind)) + shown)


def _reasons(piece: str, ours: Mapping[str, Text]) -> Text | None:
    """Reasons for conflicts of fields: ` and subfields ` begins another one."""
    first, *others = piece.split(" and subfields ", 5)
    said = [translate(one, ours) for one in (first, *(f"subfields {other}" for other in others[:4]))]
    known = [text for text in said if text is not None]
    if len(known) < len(said):  # the library cuts long ones short
        return Text(shorten(piece), "sus subcampos no concuerdan") if piece.endswith("...") else None
    return Text(" and ".join(text.en for text in known), " y ".join(text.es for text in known))


KINDS: Mapping[str, Callable[[str, Mapping[str, Text]], Text | None]] = {
    "piece": _piece,
    "path": _path,
    "hint": _hint,
    "token": _token,
    "reasons": _reasons,
    "message": translate,
}
