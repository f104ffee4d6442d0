"""Fields that an entity's declaration adds to the query, and to the types that it refers to."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from models.base import ARCHIVED_AT, snake_case
from planner.builder.declaration import Declaration
from planner.declaration.bindings import ToOne, is_archivable
from planner.declaration.catalog import DeclarationError
from planner.declaration.fields import FieldDeclaration, by_key, column, connection, owned

ARCHIVED = (
    "When it was archived; null if it wasn't. Lists leave archived rows out unless their filter names this"
    " field, or they have the argument `archived: true`."
)


def annotations_of(cls: type) -> dict[str, str]:
    """The annotations of a class as text, inherited ones first."""
    return {
        name: note
        for base in reversed(cls.__mro__)
        for name, note in vars(base).get("__annotations__", {}).items()
    }


def add_root_fields(query: type, entities: Iterable[Declaration], *, after: str) -> None:
    """Add the root fields that entities declare to the query, in their order, after its field `after`."""
    written = query.__annotations__
    names = list(written)
    split = names.index(after) + 1
    added = dict(field for entity in entities for field in _root_fields(query, entity))
    ordered = [*names[:split], *added, *names[split:]]
    query.__annotations__ = {name: {**written, **added}[name] for name in ordered}


def _root_fields(query: type, entity: Declaration) -> Iterator[tuple[str, str]]:
    """Set the fields on the query; yields the name and annotation of each."""
    if (roots := entity.roots) is None:
        return
    type_name = entity.cls.__name__
    name = snake_case(type_name)
    _set(query, name, by_key(roots.single, roots.keys))
    yield name, f"{type_name} | None"
    if roots.plural is not None:
        _set(query, roots.plural, connection(roots.connection))
        yield roots.plural, f"Connection[{type_name}]"


def add_inverses(declared: Iterable[Declaration]) -> None:
    """Add the connections that references declare as their inverse to the types referred to."""
    types = {declaration.cls.__name__: declaration.cls for declaration in declared}
    for cls in types.values():
        for name, annotation, field in _references(cls):
            target = types.get(annotation.removesuffix(" | None"))
            binding = field.bind(name)
            if field.inverse is None or target is None or not isinstance(binding, ToOne):
                raise DeclarationError(f"{cls.__name__}.{name} has an inverse, but its type is not declared")
            _set(target, field.inverse.name, connection(field.inverse.description, owned(binding.key)))
            target.__annotations__[field.inverse.name] = f"Connection[{cls.__name__}]"


def add_archival(declared: Iterable[Declaration]) -> None:
    """Add `archivedAt` to the types whose rows are archived."""
    for declaration in declared:
        if is_archivable(getattr(declaration.model, "__table__", None)):
            _set(declaration.cls, ARCHIVED_AT, column(ARCHIVED))
            declaration.cls.__annotations__[ARCHIVED_AT] = "datetime | None"


def _references(cls: type) -> Iterator[tuple[str, str, FieldDeclaration]]:
    """Name, annotation and field of each field of a class that declares an inverse."""
    written: Mapping[str, str] = vars(cls).get("__annotations__", {})
    for name, annotation in list(written.items()):
        field = inspect.getattr_static(cls, name, None)
        if isinstance(field, FieldDeclaration) and field.inverse is not None:
            yield name, annotation, field


def _set(cls: type, name: str, field: Any) -> None:
    if name in annotations_of(cls):
        raise DeclarationError(f"{cls.__name__}.{name} is declared twice")
    setattr(cls, name, field)
