"""Mutations that make a row of their own kind, such as a registration: the same one is not made twice.

What is wrong with the input is told first; what is wrong with the row as it would be, once it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tests.mutations.model.archive import comes_to_refer_to_archived
from tests.mutations.model.entity import Must
from tests.mutations.model.fields import NEEDED, Field, Problem
from tests.mutations.model.world import World
from tests.mutations.model.wrong import ROOT, Wrong, refused
from tests.reference.actions import may_ever_make, may_make
from tests.reference.archive import is_archived
from tests.reference.policy import Sight
from tests.reference.rows import Row
from tests.reference.viewers import Viewer

if TYPE_CHECKING:
    from tests.mutations.model.carry_out import Carrying

Values = Mapping[str, Any]
Effect = Callable[[World, UUID], None]
"""What else an act does to the rows, once its own has become what it is."""


@dataclass(frozen=True)
class NewMust:
    """What must hold of a new row, and the field that is named where it does not; none: the whole input."""

    field: str
    holds: Callable[[Sight, Row], bool]
    code: str


@dataclass(frozen=True)
class Key:
    """A row that is named by its key instead of its id: `find` yields it, if the viewer may find it so."""

    name: str
    reference: str
    column: str
    find: Callable[[Sight, str], Row | None]


def nothing_more(world: World, id: UUID) -> None:
    """An act without effects on others."""


@dataclass(frozen=True)
class MadeBy:
    """Who may ever make a row of a type, who such a row, and what they make with it."""

    may_ever: Callable[[Viewer, str], bool] = may_ever_make
    may: Callable[[Sight, str, str, Row], bool] = may_make
    also: Effect = nothing_more


@dataclass(frozen=True)
class Making:
    """A mutation that makes a row of a type.

    `may`: whether the sender may ever make one with such an input; `owns`: whether they may make this row.
    `sets`: what the row has beside what is given. `same`: the row that there is already, which is answered
    in its place. `likely`: values that random acts mostly have; `draws`: a whole random input.
    `writers`: fields that fewer may set.
    """

    mutation: str
    type: str
    fields: tuple[Field, ...]
    may: Callable[[Sight, Values], bool]
    sets: Callable[[Sight, Row], Values]
    owns: Callable[[Sight, Row], bool]
    same: Callable[[Sight, Row], Row | None] = lambda sight, row: None
    musts: tuple[NewMust, ...] = ()
    effect: Effect = nothing_more
    likely: Callable[[Random, Sight], Values] = lambda draw, sight: {}
    key: Key | None = None
    writers: Mapping[str, Callable[[Sight, Row], bool]] = None  # type: ignore[assignment]

    asks: tuple[str, ...] = ()
    """What the input must say beside the fields of the row."""
    draws: Callable[[Random, Sight], Values] | None = None
    wholes: tuple[Must, ...] = ()
    """What must hold of several columns."""
    own: Callable[[Sight], Row | None] = lambda sight: None
    """The sender's own record, to which a new row refers."""
    may_be_made: Callable[[Sight, Row], bool] = lambda sight, row: True
    """Whether there is no archived row of the same person."""

    def begin(self, carrying: Carrying, new_id: UUID) -> Makes:
        """One act of this kind."""
        return Makes(carrying, self, new_id)

    @property
    def input_names(self) -> list[str]:
        return [*(one.name for one in self.fields), *([self.key.name] if self.key else []), *self.asks]

    @property
    def needed_names(self) -> set[str]:
        """What no input is without."""
        return {*self.asks, *(one.name for one in self.fields if one.default is NEEDED)}


class Makes:
    """One act that makes a row."""

    def __init__(self, carrying: Carrying, making: Making, new_id: UUID) -> None:
        self.carrying, self.making, self.new_id = carrying, making, new_id
        self.given = carrying.act.input

    @property
    def sight(self) -> Sight:
        """What the sender sees now."""
        return self.carrying.model.sight(self.carrying.act.viewer)

    def done(self) -> tuple[UUID | None, tuple[str, ...], bool]:
        """The row, what was given of it, and whether it was there before."""
        if not self.making.may(self.sight, self.given):
            raise refused("FORBIDDEN")
        row = self._row()
        known = self.making.same(self.sight, row)
        id = known["id"] if known else self._insert(row)
        self._verify(id, replayed=known is not None)
        return id, () if known else self._names(), known is not None

    def _row(self) -> dict[str, Any]:
        """The row as it would become."""
        carrying, fields = self.carrying, self.making.fields
        empty = {name: None for one in fields for name in one.columns}
        begun = {name: value for one in fields for name, value in one.begins.items()}
        found = self._by_key()
        row = {**empty, **begun, **carrying.read_values(fields, self.given, ROOT), **found}
        carrying.judge(fields, self.making.wholes, row)
        self._refer_to_nothing_archived(row)
        if not self.making.may_be_made(self.sight, row):
            carrying.problems.append(Problem("NOT_UNIQUE", (*ROOT, "person")))
        carrying.stop()
        return {**row, **self.making.sets(self.sight, row)}

    def _refer_to_nothing_archived(self, row: Row) -> None:
        """A new row refers to no archived one; what was there before may."""
        fields, sight = self.making.fields, self.sight
        refers = [one for one in fields if comes_to_refer_to_archived(sight, one, None, row, self.given)]
        own = self.making.own(sight)
        names = [*((one.name,) for one in refers), *([()] if own and is_archived(own) else [])]
        if names and self._known(row) is None:
            self.carrying.problems += [Problem("WRONG_STATE", (*ROOT, *name)) for name in names]

    def _known(self, row: Row) -> Row | None:
        """The row that there is already, also where something else is wrong with the input."""
        try:
            return self.making.same(self.sight, {**row, **self.making.sets(self.sight, row)})
        except KeyError:  # it refers to nothing, so nothing is the same
            return None

    def _by_key(self) -> dict[str, Any]:
        """The column of a row that is named by its key."""
        if (key := self.making.key) is None:
            return {}
        given = [name for name in (key.reference, key.name) if self.given.get(name) is not None]
        if len(given) != 1:
            code = "INVALID" if given else "REQUIRED"
            self.carrying.problems.append(Problem(code, (*ROOT, key.name)))
        if key.name not in given:
            return {}
        row = key.find(self.sight, self.given[key.name])
        if row is None:
            raise refused("NOT_FOUND", key.name)
        return {key.column: row["id"]}

    def _insert(self, row: Row) -> UUID:
        world, table = self.carrying.world, self.carrying.entity.table
        self.carrying.unique(row)
        empty = dict.fromkeys(next(iter(world.tables[table].values())))
        begun = {"id": self.new_id, "is_synthetic": False, "created_at": datetime.now(UTC), "version": 1}
        world.insert(table, {**empty, **row, **begun})
        self.making.effect(world, self.new_id)
        return self.new_id

    def _verify(self, id: UUID, *, replayed: bool) -> None:
        """Whose row it is; and what must hold of it, unless it was there before."""
        row, key = self.carrying.world.get(self.carrying.entity.table, id), self.making.key
        assert row is not None
        if not self.making.owns(self.sight, row):
            by_key = key is not None and self.given.get(key.name) is not None
            problem = (
                Problem("NOT_FOUND", (*ROOT, key.name)) if key and by_key else Problem("FORBIDDEN", ROOT)
            )
            raise Wrong([problem], row=id if replayed else None, after=True)
        if not replayed:
            self.carrying.problems += self._wrong(row)
            self.carrying.stop(after=True)

    def _wrong(self, row: Row) -> Iterator[Problem]:
        for name, holds in (self.making.writers or {}).items():
            if name in self.given and not holds(self.sight, row):
                yield Problem("FORBIDDEN", (*ROOT, name))
        for must in self.making.musts:
            if not must.holds(self.sight, row):
                yield Problem(must.code, (*ROOT, *self._named(must.field)))

    def _named(self, field: str) -> tuple[str, ...]:
        """A reference that was given by its key is named by that."""
        key = self.making.key
        if key is not None and field == key.reference and self.given.get(key.name) is not None:
            return (key.name,)
        return (field,) if field else ()

    def _names(self) -> tuple[str, ...]:
        """The fields with a value."""
        key, given = (
            self.making.key,
            [one for one in self.making.input_names if has_value(self.given.get(one))],
        )
        given = [one for one in given if one not in self.making.asks]
        return tuple(key.reference if key and one == key.name else one for one in given)


def has_value(value: Any) -> bool:
    """Whether a field sets anything; a text does in one of its languages."""
    return any(map(has_value, value.values())) if isinstance(value, dict) else value not in (None, [])
