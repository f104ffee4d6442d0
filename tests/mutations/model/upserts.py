"""What systems write by ids of their own: a new id makes a row, and one that is known changes its row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from models.base import snake_case
from tests.mutations.model.entity import Entity
from tests.mutations.model.fields import NEEDED, Name, Problem, Set, Shaped
from tests.mutations.model.making import MadeBy, Makes, Making
from tests.mutations.model.values import KINDS, links_of, value_of
from tests.mutations.model.world import World
from tests.mutations.model.wrong import ROOT, Wrong, refused
from tests.reference.actions import may_act
from tests.reference.archive import is_archived
from tests.reference.ids import global_id
from tests.reference.policy import Sight
from tests.reference.rows import Row

if TYPE_CHECKING:
    from tests.mutations.model.carry_out import Carrying

Values = Mapping[str, Any]


class _Scheme(Shaped):
    """A short word; a long one may be wrong in both ways."""

    def codes(self, row: Mapping[str, Any]) -> list[str]:
        too_long = ["TOO_LONG"] if len(row["scheme"]) > 50 else []
        return [*too_long, *super().codes(row)]


KEYS = (_Scheme(name="scheme", shape=re.compile("[a-z0-9]+([._-][a-z0-9]+)*")), Name(name="value"))
WRONG_SCHEMES = ("Not so", "", "c" * 51, "C" * 51, "a\0b")
WRONG_VALUES = (" ", "", "v" * 301, "1\0", "v" * 20_001)


class Upserts(Makes):
    """One write by an id of the sender's institution."""

    def done(self) -> tuple[UUID | None, tuple[str, ...], bool]:
        scope = f"{self.carrying.entity.table.upper()}S_WRITE"
        holders = list(self.sight.viewer.institutions(scope))
        if len(holders) != 1:
            raise refused("FORBIDDEN")
        values = self._keys()
        row = self._found(holders[0], values)
        if row is not None:
            return row, self._update(row), False
        if len(values) == len(KEYS) and self.given.get("expectedVersion") is not None:
            raise refused("NOT_FOUND", "value")
        return self.new_id, self._create(holders[0], values), False

    def _keys(self) -> dict[str, Any]:
        """Those of the scheme and the value that a row may have."""
        found = [
            part for one in KEYS for part in one.read(self.given[one.name], (*ROOT, one.name), self.sight)
        ]
        self._problems = [one for one in found if isinstance(one, Problem)]
        values = {one.column: one.value for one in found if isinstance(one, Set)}
        for one in KEYS:
            codes = one.codes(values) if one.name in values else []
            self._problems += [Problem(code, (*ROOT, one.name)) for code in codes]
        return values

    @property
    def _table(self) -> tuple[str, str]:
        """Of the ids, and their column with the row."""
        table = self.carrying.entity.table
        return f"{table}_external_id", f"{table}_id"

    def _found(self, holder: UUID, values: Values) -> UUID | None:
        """The row with this id of the institution."""
        table, owner = self._table
        for one in self.carrying.world.all(table):
            if one["institution_id"] == holder and all(one[name] == values.get(name) for name in _NAMES):
                found: UUID = one[owner]
                return found
        return None

    def _rest(self) -> dict[str, Any]:
        left_out = {*_NAMES, "expectedVersion"}
        return {name: value for name, value in self.given.items() if name not in left_out}

    def _update(self, id: UUID) -> tuple[str, ...]:
        carrying, type_ = self.carrying, self.carrying.entity.type
        row = carrying.world.tables[carrying.entity.table][id]
        version = self.given.get("expectedVersion")
        key = {"id": global_id(type_, id), "expectedVersion": row["version"] if version is None else version}
        inner = replace(carrying.act, mutation=f"update{type_}", input={**key, **self._rest()})
        try:
            changed: tuple[str, ...] = replace(carrying, act=inner).change()
        except Wrong as wrong:
            problems = [_at_value(one) for one in wrong.problems]
            raise replace(wrong, problems=problems, needed=False) from wrong
        return changed

    def _create(self, holder: UUID, values: Values) -> tuple[str, ...]:
        carrying, type_ = self.carrying, self.carrying.entity.type
        carrying.problems += [*self._problems, *self._missing()]
        of = self.sight.get("institution", holder)
        if of is not None and is_archived(of) and self.sight.sees("Institution", of):
            carrying.problems.append(Problem("WRONG_STATE", (*ROOT, "institution")))  # whose the new id is
        inner = replace(carrying.act, mutation=f"create{type_}", input=self._rest())
        made_by = MadeBy(
            lambda viewer, type_: True,
            lambda sight, name, type_, row: may_act(sight, f"update{type_}", type_, row),
            lambda world, id: self._identify(world, id, {"institution_id": holder, **values}),
        )
        _, changed = replace(carrying, act=inner).create(self.new_id, made_by)
        return (*changed, "externalIds")

    def _missing(self) -> Iterator[Problem]:
        """What a new row needs; texts are looked at with the row."""
        for one in self.carrying.entity.fields:
            if one.default is NEEDED and len(one.columns) == 1 and one.name not in self.given:
                yield Problem("REQUIRED", (*ROOT, one.name))

    def _identify(self, world: World, id: UUID, values: Values) -> None:
        table, owner = self._table
        world.insert(table, {"id": uuid4(), owner: id, "is_synthetic": False, "source": None, **values})


_NAMES = [one.name for one in KEYS]


def _at_value(one: Problem) -> Problem:
    """The row's own id stands for the external one."""
    return replace(one, path=(*ROOT, "value")) if one.path == (*ROOT, "id") else one


@dataclass(frozen=True)
class Upsert(Making):
    """A mutation that makes a row or changes it."""

    links: tuple[str, ...] = ()

    def begin(self, carrying: Carrying, new_id: UUID) -> Makes:
        return Upserts(carrying, self, new_id)

    @property
    def input_names(self) -> list[str]:
        return [*super().input_names, *self.links, "expectedVersion"]

    @property
    def needed_names(self) -> set[str]:
        return set(self.asks)


def _drawn(entity: Entity, linked: str, role: str) -> Callable[[Random, Sight], Values]:
    """One of few ids; a new row mostly whole, led by the sender's institution."""
    table = snake_case(entity.type)

    def draw_input(draw: Random, sight: Sight) -> Values:
        value = draw.randrange(draw.choice((4, 60)))  # some rows are written often
        given: dict[str, Any] = {"scheme": draw.choice(("cris", "calendar")), "value": str(value)}
        if draw.random() < 0.1:
            given |= draw.choice(
                ({"scheme": draw.choice(WRONG_SCHEMES)}, {"value": draw.choice(WRONG_VALUES)})
            )
        known = [
            one for one in sight.rows.all(f"{table}_external_id") if all(one[n] == given[n] for n in _NAMES)
        ]
        row = sight.rows.tables[table][known[0][f"{table}_id"]] if known else None
        given |= _fields(draw, sight, entity, row)
        if (row is not None and draw.random() < 0.4) or draw.random() < 0.05:
            given["expectedVersion"] = (row["version"] if row else 1) + draw.choice((0, 0, 0, 1))
        own = sorted(sight.viewer.institutions(f"{table.upper()}S_WRITE"), key=str)
        if row is None and own and draw.random() < 0.9:
            given[linked] = [{"institution": global_id("Institution", own[0]), "role": role}]
        return given

    return draw_input


def _fields(draw: Random, sight: Sight, entity: Entity, row: Row | None) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for one in entity.fields:
        if draw.random() < (0.25 if row or one.default is not NEEDED else 0.97):
            given[one.name] = value_of(one, draw, sight)
            if given[one.name] is None and one.default is NEEDED and draw.random() < 0.9:
                given[one.name] = KINDS[type(one)](one, draw, sight, False)
    for links in entity.links:
        if draw.random() < 0.2:
            there = sight.rows.owned(links.table, links.owner, row["id"]) if row else []
            given[links.name] = links_of(links, draw, sight, there)
    return given


def upsert_of(entity: Entity, linked: str, role: str) -> Upsert:
    return Upsert(
        f"upsert{entity.type}ByExternalId",
        entity.type,
        entity.fields,
        may=lambda sight, given: True,
        sets=lambda sight, row: {},
        owns=lambda sight, row: True,
        asks=tuple(_NAMES),
        draws=_drawn(entity, linked, role),
        links=tuple(one.name for one in entity.links),
    )
