"""Matches graphql-core's English messages with phrases, and translates them.

The pieces between the words of a phrase are text of the client, or another message. They are shortened, so
that a response isn't as long as its request, and found without backtracking, in linear time.

The phrases are the English messages of the section `graphql_core` in planner/messages/en.toml. The last word
of an argument's name says how the piece is read (`KINDS`): `found_token` as a token.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from string import Formatter

from graphql import GraphQLError, Node

from planner.errors import Problem
from planner.errors.translation.graphql_value import graphql_notation
from planner.message_catalog import LONGEST, Argument, LocalizedMessage, shorten
from planner.messages import catalog, message

MAX_PIECE_LENGTH = 100
MAX_VALUE_LENGTH = 1_000
MAX_LOCATIONS = 20
HINT = re.compile(r" Did you mean (?:([a-z ]+) )?('.+')\?", re.DOTALL)
HINTS: Mapping[str | None, str] = {
    None: "name",
    "to use an inline fragment on": "inline_fragment",
    "the enum value": "enum_value",
}
WORDED_OTHERWISE: Mapping[str, str] = {
    "value_null": "Expected value of non-null type '{type}' not to be None.",
    "value_of_another_type": "Expected value of type '{type}', but encountered error '{error}'; "
    "found: {value}.",
    "variable_null": "Expected variable '${name}' provided to non-null type '{type}' not to be None.",
    "one_of_variable_null": "Expected variable '${name}' provided to field '{field}' for OneOf Input Object "
    "type '{type}' not to be None.",
    "overlapping_streams": "they have overlapping stream directives. See {address}",
}
"""The library's wording of messages that ours words differently, without Python terms or internal errors."""

Ours = Mapping[str, LocalizedMessage]


class BilingualError(GraphQLError):
    """An error with a message of ours about a value; the library passes it on, or embeds it in its own."""

    def __init__(self, text: LocalizedMessage, node: Node | None = None) -> None:
        super().__init__(str(text), node)
        self.text = text


@dataclass(frozen=True, slots=True)
class Phrase:
    """The words of an English message, the names of the pieces between them, and the message's id."""

    words: tuple[str, ...]
    pieces: tuple[str, ...]
    name: str

    def pieces_of(self, message: str) -> Sequence[str] | None:
        """The pieces between the words; None if it is another message."""
        first, *others = self.words
        if not message.startswith(first) or not message.endswith(self.words[-1]):
            return None
        if not others:
            return () if message == first else None
        found, position = [], len(first)
        for number, words in enumerate(others[:-1], 2):
            is_before_hint = number == len(others) and self.pieces[-1] == "hint"  # which comes after a value
            end = message.rfind(words, position) if is_before_hint else message.find(words, position)
            if end < 0:
                return None
            found.append(message[position:end])
            position = end + len(words)
        end = len(message) - len(others[-1])
        return [*found, message[position:end]] if position <= end else None

    def localized(self, pieces: Sequence[str], ours: Ours) -> LocalizedMessage | None:
        """The translatable message with its arguments; None if a message within it is unknown."""
        arguments: dict[str, Argument] = {}
        for name, piece in zip(self.pieces, pieces, strict=True):
            made = KINDS.get(name.rpartition("_")[2], _piece)(piece, ours)
            if made is None:
                return None
            arguments[name] = made
        return message(f"graphql_core.{self.name}", **arguments)


def problem_of(error: GraphQLError) -> Problem:
    """The problem for an error of the library."""
    within = [one for one in (error, error.original_error) if isinstance(one, BilingualError)]
    locations = [(location.line, location.column) for location in (error.locations or ())[:MAX_LOCATIONS]]
    text = translated(error.message, {str(one.text): one.text for one in within})
    return Problem(text, locations, error.path or ())


def without_hint(text: str) -> str:
    """A message of the library without the suggestion at its end."""
    before, found, hint = text.rpartition(" Did you mean ")
    return before if found and hint.endswith("?") else text


def translated(text: str, ours: Ours) -> LocalizedMessage:
    """The translatable form of a message of the library; `ours` are messages of ours that it may contain."""
    known = translate(text, ours)
    return known or message("graphql_part.unknown_message", message=shorten(text, LONGEST // 2))


def translate(text: str, ours: Ours) -> LocalizedMessage | None:
    """As `translated`, but None if no phrase matches."""
    if text in ours:
        return ours[text]
    for phrase in phrases():
        pieces = phrase.pieces_of(text)
        if pieces is not None and (localized := phrase.localized(pieces, ours)) is not None:
            return localized
    return None


@cache
def phrases() -> Sequence[Phrase]:
    return list(_phrases())


def _phrases() -> Iterator[Phrase]:
    for name, template in catalog.section("graphql_core").items():
        if name in WORDED_OTHERWISE:
            yield phrase(WORDED_OTHERWISE[name], name)
        yield phrase(template.other, name)


def phrase(english: str, name: str) -> Phrase:
    """The phrase for a text with pieces such as `{name}`."""
    words, pieces = [""], []
    for literal, piece, _, _ in Formatter().parse(english):
        words[-1] += literal
        if piece is not None:
            pieces.append(piece)
            words.append("")
    return Phrase(tuple(words), tuple(pieces), name)


def _piece(piece: str, _: Ours) -> str:
    return shorten(piece, MAX_PIECE_LENGTH)


def _value(piece: str, _: Ours) -> str:
    return shorten(graphql_notation(piece[:MAX_VALUE_LENGTH]), MAX_PIECE_LENGTH)


def _hint(piece: str, _: Ours) -> Argument | None:
    """A piece such as ` Did you mean 'a' or 'b'?`, or empty."""
    match = HINT.fullmatch(piece)
    if match is None:
        return None if piece else ""
    return message(f"graphql_hint.{HINTS[match[1]]}", names=_names(match[2])) if match[1] in HINTS else None


def _names(names: str) -> Argument:
    """A piece such as `'a'`, `'a' or 'b'`, or `'a', 'b', or 'c'`."""
    first, found, last = names.rpartition(" or ")
    if not found:
        return names
    if first.endswith(","):
        return message("graphql_part.one_of_several", first=first[:-1], last=last)
    return message("graphql_part.one_or_other", first=first, last=last)


def _path(piece: str, _: Ours) -> Argument | None:
    """A piece such as ` at .filter.title`, or empty."""
    if not piece:
        return ""
    start, found, path = piece.partition(" at ")
    if start or not found:
        return None
    return message("graphql_part.path", path=shorten(path, MAX_PIECE_LENGTH - len(found)))


def _token(piece: str, _: Ours) -> Argument:
    kind, _space, value = piece.partition(" ")
    known = kind in catalog.section("graphql_token")
    name: Argument = message(f"graphql_token.{kind}") if known else shorten(kind, MAX_PIECE_LENGTH)
    return message("graphql_part.token", kind=name, value=shorten(value, MAX_PIECE_LENGTH)) if value else name


def _reasons(piece: str, ours: Ours) -> Argument | None:
    """Reasons for conflicts of fields, separated by ` and subfields `."""
    first, *others = piece.split(" and subfields ", 5)
    translations = [translate(one, ours) for one in (first, *(f"subfields {other}" for other in others[:4]))]
    known = [text for text in translations if text is not None]
    if len(known) < len(translations):  # the library truncates long ones
        return message("graphql_part.subfields_differ") if piece.endswith("...") else None
    whole = known.pop()
    while known:
        whole = message("graphql_part.both", first=known.pop(), second=whole)
    return whole


KINDS: Mapping[str, Callable[[str, Ours], Argument | None]] = {
    "path": _path,
    "hint": _hint,
    "token": _token,
    "reasons": _reasons,
    "message": translate,
    "value": _value,
}
