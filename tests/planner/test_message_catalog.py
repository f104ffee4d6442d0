"""Messages are read in the reader's language, with their arguments, and a language more is a file more."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import api.messages
import delivery.messages
import planner.messages
import schema.messages
from api.http import negotiation
from api.http.negotiation import negotiate
from api.http.responses import error_response
from planner.errors import BadUserInput, Problem
from planner.message_catalog import LONGEST, MessageCatalog, load
from planner.messages import message

FOLDERS = [
    Path(str(package.__file__)).parent
    for package in (api.messages, delivery.messages, planner.messages, schema.messages)
]


def catalog_of(folder: Path, **languages: str) -> MessageCatalog:
    for language, text in languages.items():
        (folder / f"{language}.toml").write_text(text, encoding="utf-8")
    return load(folder)


def in_french(folder: Path, copy: Path) -> MessageCatalog:
    """The catalog of a copy that has a third file: the English one, each text of it marked."""
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    lines = (copy / "en.toml").read_text(encoding="utf-8").splitlines()
    marked = [line if line.startswith("plural") else line.replace(' = "', ' = "[fr] ', 1) for line in lines]
    return catalog_of(copy, fr="\n".join(marked))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_a_third_language_is_one_more_file(folder: Path, tmp_path: Path) -> None:
    catalog = in_french(folder, tmp_path / "messages")
    for id, templates in catalog.entries.items():
        arguments = dict.fromkeys(templates["EN"].arguments, 2)
        made = catalog.message(id, **arguments)
        assert made.read("FR") == f"[fr] {made.read('EN')}"
        assert made.read("ES") == load(folder).message(id, **arguments).read("ES")


def test_a_client_is_answered_in_a_third_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From `Accept-Language` to the answer; `Language` of the schema and the data's columns stay at two."""
    catalog = in_french(FOLDERS[2], tmp_path / "messages")
    monkeypatch.setattr(negotiation, "LANGUAGES", ("en", "es", "fr"))
    reader = negotiate(None, b"fr-CA, es;q=0.5", "en")
    error = BadUserInput(Problem(catalog.message("argument.no_words")))
    answer = error_response(error, reader, private=False)
    assert json.loads(answer.body)["errors"][0]["message"] == "[fr] Enter at least one word to search for."
    assert (b"content-language", b"fr") in answer.headers


def test_a_language_without_a_file_is_answered_in_english() -> None:
    assert message("argument.no_words").read("FR") == message("argument.no_words").read("EN")


@pytest.mark.parametrize(
    ("count", "en", "es"),
    [
        (0, "0 cats.", "0 gatos."),
        (1, "1 cat.", "1 gato."),
        (1.0, "1 cat.", "1 gato."),
        (2.5, "2.5 cats.", "2.5 gatos."),
    ],
)
def test_forms_by_number(tmp_path: Path, count: float, en: str, es: str) -> None:
    catalog = catalog_of(
        tmp_path,
        en='[pets.cats]\nplural = "count"\none = "{count} cat."\nother = "{count} cats."',
        es='[pets.cats]\nplural = "count"\none = "{count} gato."\nother = "{count} gatos."',
    )
    made = catalog.message("pets.cats", count=count)
    assert (made.read("EN"), made.read("ES")) == (en, es)


def test_a_message_within_a_message_is_read_in_the_same_language(tmp_path: Path) -> None:
    catalog = catalog_of(
        tmp_path,
        en='[x]\nwhole = "Look: {part}"\npart = "a {word}"',
        es='[x]\nwhole = "Mire: {part}"\npart = "un {word}"',
    )
    made = catalog.message("x.whole", part=catalog.message("x.part", word="{braces}"))
    assert (made.read("EN"), made.read("ES"), str(made)) == (
        "Look: a {braces}",
        "Mire: un {braces}",
        "Look: a {braces}",
    )


def test_no_message_is_longer_than_may_be() -> None:
    made = message("document.operation_unknown", name="x" * 10_000)
    assert len(made.read("EN")) == len(made.read("ES")) == LONGEST
