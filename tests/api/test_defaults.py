"""A default is declared once, by its setting: what is made of settings has no other default."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Any

import api
from api.composition import engine_limits
from api.settings.settings import Settings, read_settings
from planner import engine
from planner.limits import Limits

FOLDER = Path(api.__file__).parent


def records_made_of_settings() -> dict[str, tuple[type, set[str]]]:
    """The dataclasses that modules of `api` fill from settings, with the fields that they fill so."""
    found: dict[str, tuple[type, set[str]]] = {}
    for path in sorted(FOLDER.rglob("*.py")):
        calls = [one for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.Call)]
        filled = [call for call in calls if any(map(is_setting, arguments_of(call)))]
        if not filled:
            continue
        name = ".".join(path.relative_to(FOLDER.parent).with_suffix("").parts).removesuffix(".__init__")
        module = importlib.import_module(name)
        for call in filled:
            made = resolved(module, call.func)
            if isinstance(made, type) and is_dataclass(made):
                key = f"{made.__module__}.{made.__name__}"
                found.setdefault(key, (made, set()))[1].update(filled_fields(made, call))
    return found


def arguments_of(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def is_setting(argument: ast.expr) -> bool:
    return (
        isinstance(argument, ast.Attribute)
        and isinstance(argument.value, ast.Name)
        and argument.value.id == "settings"
        and argument.attr in Settings.model_fields
    )


def resolved(module: object, function: ast.expr) -> object:
    match function:
        case ast.Name(name):
            return getattr(module, name, None)
        case ast.Attribute(value, name):
            return getattr(resolved(module, value), name, None)
    return None


def filled_fields(made: Any, call: ast.Call) -> Iterator[str]:
    for one, argument in zip(fields(made), call.args, strict=False):
        if is_setting(argument):
            yield one.name
    for keyword in call.keywords:
        if keyword.arg is not None and is_setting(keyword.value):
            yield keyword.arg


def has_default(one: Field[Any]) -> bool:
    return one.default is not MISSING or one.default_factory is not MISSING


def test_what_settings_fill_has_no_default_of_its_own() -> None:
    records = records_made_of_settings()
    assert {"planner.engine.EngineLimits", "api.sse.writer.WriterLimits"} <= set(records), "they are found"
    second = {
        f"{key}.{one.name}"
        for key, (made, filled) in records.items()
        for one in fields(made)
        if one.name in filled and has_default(one)
    }
    assert second == set()


def test_the_planners_limits_are_the_settings() -> None:
    settings = read_settings(max_cost=77, default_page_size=7)
    bounds = engine_limits(settings)
    assert {one.name: getattr(bounds.limits, one.name) for one in fields(Limits)} == {
        one.name: getattr(settings, one.name) for one in fields(Limits)
    }
    assert not any(map(has_default, (*fields(Limits), *fields(engine.EngineLimits))))
