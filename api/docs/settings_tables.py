"""The settings as tables: docs/settings.md by topic, and the first ones for the README."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import starmap
from pathlib import Path
from typing import Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from api.docs.tables import table
from api.settings.settings import Settings
from api.settings.topics import FIRST, TOPICS, Topic
from api.settings.units import Unit

ROOT = Path(__file__).resolve().parents[2]
LARGER = {
    "seconds": (("days", 86_400), ("hours", 3_600), ("minutes", 60)),
    "bytes": (("MiB", 2**20), ("KiB", 2**10)),
}
"""Larger units, for readable defaults."""


def settings_tables() -> str:
    """Every setting by topic: variable, default, unit, range, description."""
    return "\n".join(map(_section, TOPICS))


def first_settings_table() -> str:
    """The settings in the README."""
    rows = ((variable(name), default_text(field), field.description or "") for name, field in _fields(FIRST))
    return table(("variable", "default", "what it does"), rows)


def _section(topic: Topic) -> str:
    heads = ("variable", "default", "unit", "range", "what it does")
    return f"## {topic.title}\n\n{topic.summary}\n\n{table(heads, starmap(_row, _fields(topic.settings)))}"


def _row(name: str, field: FieldInfo) -> tuple[str, ...]:
    return variable(name), default_text(field), unit(field) or "", _range(field), field.description or ""


def _fields(names: Iterable[str]) -> list[tuple[str, FieldInfo]]:
    return [(name, Settings.model_fields[name]) for name in names]


def variable(name: str) -> str:
    return f"`PUENTE_{name.upper()}`"


def unit(field: FieldInfo) -> str | None:
    return next((one.name for one in field.metadata if isinstance(one, Unit)), None)


def default_text(field: FieldInfo) -> str:
    """The default as in the environment, and in a larger unit if that reads better."""
    value = field.default
    if value is None or value == ():
        return "–"
    if isinstance(value, Path):
        return f"`{value.relative_to(ROOT)}`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{_number(value)}`{_in_larger_unit(value, unit(field))}"


def _number(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _in_larger_unit(value: object, unit_name: str | None) -> str:
    for name, size in LARGER.get(unit_name or "", ()):
        if isinstance(value, int | float) and value >= 2 * size and value % size == 0:
            return f" ({value / size:g} {name})"
    return ""


def _range(field: FieldInfo) -> str:
    """The range of numbers or the list of words that it may be."""
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(field.annotation))
    least = next((_number(one.ge) for one in field.metadata if isinstance(one, Ge)), None)
    most = next((_number(one.le) for one in field.metadata if isinstance(one, Le)), None)
    return f"{least} to {most}" if least and most else ""
