"""Messages to clients in the reader's language, from one file per language.

Each package has a folder `messages` with `en.toml` and `es.toml`; a third language is a third file. Sections
of a file contain messages, so an id is `section.name`; `{limit}` is an argument. A message whose grammar
depends on a number has two forms:

    [webhook.most]
    plural = "limit"
    one = "You have 1 webhook, …"
    other = "You have {limit} webhooks, …"

All files of a folder must have the same ids with the same arguments; otherwise `load` raises CatalogError.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any, TypeAlias

SOURCE = "EN"
"""The language of the originals, and the fallback for a language without a file."""

LONGEST = 1_000
FORMS = {"plural", "one", "other"}

Argument: TypeAlias = "str | int | float | LocalizedMessage"


class CatalogError(Exception):
    """The files of a folder don't match; the message lists the faults, one per line."""


@dataclass(frozen=True, slots=True)
class Template:
    """A message in one language; `one` is its form if the argument named by `plural` is 1."""

    other: str
    one: str | None = None
    plural: str | None = None

    @property
    def arguments(self) -> frozenset[str]:
        texts = (self.other, self.one or "")
        names = {name for text in texts for _, name, _, _ in Formatter().parse(text) if name is not None}
        return frozenset(names | ({self.plural} if self.plural else set()))

    def fill(self, arguments: Mapping[str, Argument], language: str) -> str:
        singular = self.one is not None and self.plural is not None and arguments[self.plural] == 1
        text = self.one if singular and self.one is not None else self.other
        return text.format_map({name: _written(value, language) for name, value in arguments.items()})


@dataclass(frozen=True, slots=True)
class LocalizedMessage:
    """A message with its arguments, which may be messages; `read` makes text of it for a reader."""

    id: str
    templates: Mapping[str, Template] = field(repr=False)
    arguments: Mapping[str, Argument] = field(default_factory=dict)

    def read(self, language: str) -> str:
        """The text in a language such as `ES`, shortened to `LONGEST` characters."""
        template = self.templates.get(language) or self.templates[SOURCE]
        return shorten(template.fill(self.arguments, language), LONGEST)

    def __str__(self) -> str:
        return self.read(SOURCE)


@dataclass(frozen=True, slots=True)
class MessageCatalog:
    """The messages of a package: id → language → template."""

    entries: Mapping[str, Mapping[str, Template]]

    def message(self, id: str, /, **arguments: Argument) -> LocalizedMessage:
        """The message with this id; tests/house/test_messages.py checks each call's id and arguments."""
        return LocalizedMessage(id, self.entries[id], arguments)

    def section(self, name: str) -> Mapping[str, Template]:
        """The messages of a section in the source language: name → template, in the file's order."""
        start = f"{name}."
        return {
            id.removeprefix(start): templates[SOURCE]
            for id, templates in self.entries.items()
            if id.startswith(start)
        }


def load(folder: Path) -> MessageCatalog:
    """The catalog of a folder with a TOML file for each language; raises CatalogError."""
    tables = {path.stem.upper(): tomllib.loads(path.read_text("utf-8")) for path in folder.glob("*.toml")}
    found = list(faults(tables))
    if found:
        raise CatalogError("\n".join([f"{folder}:", *found]))
    languages = {language: dict(_templates(table)) for language, table in tables.items()}
    return MessageCatalog(
        {id: {language: languages[language][id] for language in languages} for id in languages[SOURCE]}
    )


def faults(tables: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The faults of a folder's tables, given as language → table."""
    if SOURCE not in tables:
        yield f"there is no {SOURCE.lower()}.toml"
        return
    malformed = [fault for language, table in tables.items() for fault in _malformed(language, table)]
    yield from malformed
    if malformed:
        return
    source = dict(_templates(tables[SOURCE]))
    for language in sorted(tables.keys() - {SOURCE}):
        translated = dict(_templates(tables[language]))
        file = f"{language.lower()}.toml"
        yield from (f"{file}: {id} is missing" for id in source if id not in translated)
        yield from (f"{file}: {id} is not in {SOURCE.lower()}.toml" for id in translated if id not in source)
        yield from (
            f"{file}: {id} has the arguments {_listed(translated[id].arguments)}, "
            f"{SOURCE.lower()}.toml {_listed(template.arguments)}"
            for id, template in source.items()
            if id in translated and translated[id].arguments != template.arguments
        )


def _malformed(language: str, table: Mapping[str, Any]) -> Iterator[str]:
    """Entries of a file that aren't messages."""
    for section, entries in table.items():
        if not isinstance(entries, dict):
            yield f"{language.lower()}.toml: {section} is outside of a section"
            continue
        for name, entry in entries.items():
            texts = list(entry.values()) if isinstance(entry, dict) and entry.keys() == FORMS else [entry]
            if not all(isinstance(text, str) and text and _is_plain(text) for text in texts):
                yield (
                    f"{language.lower()}.toml: {section}.{name} is neither a text with {{arguments}} "
                    "nor a table of plural, one and other"
                )


def _is_plain(text: str) -> bool:
    """Whether each argument is a bare name, without conversion, attribute or format."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return False
    return all(
        name is None or (name.isidentifier() and not format and not conversion)
        for _, name, format, conversion in parts
    )


def _templates(table: Mapping[str, Any]) -> Iterator[tuple[str, Template]]:
    for section, entries in table.items():
        for name, entry in entries.items():
            yield f"{section}.{name}", Template(entry) if isinstance(entry, str) else Template(**entry)


def _written(value: Argument, language: str) -> str:
    """An argument as text; a float without trailing zeros."""
    if isinstance(value, LocalizedMessage):
        return value.read(language)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def shorten(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
