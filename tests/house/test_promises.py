"""What the documents promise by a number: they agree with each other, and with the settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.docs.settings_tables import default_text
from api.settings.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *ROOT.glob("*.md"),
    *(page for page in ROOT.glob("docs/*.md") if page.name not in ("settings.md", "decisions.md")),
]
PERIODS = {
    "a deprecation's notice": (r"(\d+) months", {"12"}, "docs/deprecation.md"),
    "an answer to a report": (r"answer within (\d+ \w+ \w+)", {"3 working days"}, "SECURITY.md"),
    "an assessment of a report": (r"assessment within (\d+ \w+ \w+)", {"10 working days"}, "SECURITY.md"),
}
"""How a period is written, what it is, and the page that must have it; others that name it must agree."""
DEFAULT = re.compile(r"`PUENTE_([A-Z_]+)`(?: bytes| seconds)? \((\d[\d,.]*(?: [a-zA-Z]+)?)\)")
CELL = re.compile(r"^\| `PUENTE_([A-Z_]+)` \| `([^`]*)` \|", re.MULTILINE)


@pytest.mark.parametrize("promise", PERIODS)
def test_every_page_that_names_a_period_says_the_same(promise: str) -> None:
    pattern, promised, page = PERIODS[promise]
    found = {path.relative_to(ROOT).as_posix(): set(re.findall(pattern, text_of(path))) for path in PAGES}
    assert found[page] == promised
    assert {name: stated for name, stated in found.items() if stated - promised} == {}


def text_of(path: Path) -> str:
    return " ".join(path.read_text("utf-8").split())


def wrong_defaults(text: str) -> list[str]:
    """Wrong defaults next to a setting's name, in a sentence or a table."""
    named = [*DEFAULT.findall(text), *CELL.findall(text)]
    return [f"{name} ({stated})" for name, stated in named if stated not in forms(name)]


def forms(name: str) -> set[str]:
    """The ways to write a default: as the environment has it, with separators, in a larger unit."""
    field = Settings.model_fields[name.lower()]
    written = default_text(field)
    numbers = set(re.findall(r"`([^`]*)`|\(([^)]*)\)", written))
    plain = {form for pair in numbers for form in pair if form}
    value = field.default
    return plain | ({f"{value:,}", str(value)} if isinstance(value, int | float) else set())


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_default_that_a_page_names_is_the_settings_own(path: Path) -> None:
    assert wrong_defaults(path.read_text("utf-8")) == []


def test_another_default_is_found() -> None:
    text = "Kept for `PUENTE_FEED_RETENTION` (13 days), `PUENTE_FEED_MAX_CHANGES` (5,000,000).\n"
    assert wrong_defaults(f"{text}| `PUENTE_PORT` | `8001` | … |\n") == [
        "FEED_RETENTION (13 days)",
        "PORT (8001)",
    ]
