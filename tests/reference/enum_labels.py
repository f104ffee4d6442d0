"""The labels of enums' values, from the files that translators write."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLEnumType

from tests.reference.errors import Refused
from tests.reference.tables import ReferenceContext

FOLDER = Path(__file__).parents[2] / "schema" / "labels"


@cache
def written(language: str) -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((FOLDER / f"{language.lower()}.toml").read_text(encoding="utf-8"))


def label(enum: str, value: str, language: str) -> str:
    """An order's field and a facet are labelled the same for every type, a searched type as every type."""
    shared = [name for name in ("OrderField", "Facet") if enum.endswith(name)]
    section = "EntityType" if enum == "SearchType" else shared[0] if shared else enum
    labels = written(language).get(section, {})
    return labels.get(value, value.replace("_", " ").capitalize())


def enum_labels(context: ReferenceContext, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The requested enums once each, by name."""
    enums = {
        name: type_
        for name, type_ in context.world.schema.type_map.items()
        if isinstance(type_, GraphQLEnumType) and not name.startswith("__")
    }
    names = set(given["enums"])
    if not enums.keys() >= names:
        raise Refused("no such enum")
    return [{"name": name, "values": _values(context, enums[name])} for name in sorted(names)]


def _values(context: ReferenceContext, enum: GraphQLEnumType) -> list[dict[str, Any]]:
    def labelled(value: str) -> dict[str, Any]:
        def in_language(language: str | None = None) -> str:
            return label(enum.name, value, context.language(language))

        return {"value": value, "label": in_language}

    return [labelled(value) for value in enum.values]
