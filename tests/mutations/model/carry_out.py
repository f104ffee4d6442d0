"""What an act does to the rows, and what its sender is told: in the order that docs/changing.md gives.

First whether there is such a row for the viewer, then whether they may change it; then all else that is
wrong, at once. What can only be known of the row as it would become is told where nothing else is wrong.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from graphql import GraphQLSchema

from tests.mutations.model.declarations import EFFECTS, MODELLED, REASONED, Entity, Keeps, Links, Must
from tests.mutations.model.fields import NEEDED, Field, Path, Problem, Set, WallClock, clock_of, instant
from tests.mutations.model.world import Kept, World
from tests.reference.actions import STEPS, may_act, may_ever_make, may_set, refusals
from tests.reference.errors import Refused
from tests.reference.ids import of_type
from tests.reference.policy import Sight
from tests.reference.rows import Row
from tests.reference.viewers import Viewer

MOST_LINKS, MOST_REASON, MOST_KEY = 1_000, 2_000, 200
ROOT: Path = ("input",)
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Act:
    """A mutation as it is sent."""

    viewer: Viewer
    mutation: str
    input: Values
    key: str | None = None
    dry: bool = False


@dataclass(frozen=True)
class Outcome:
    """What is told of an act; `row` is seen_as if the viewer sees it."""

    problems: frozenset[Problem] = frozenset()
    changed: tuple[str, ...] = ()
    row: UUID | None = None
    replayed: bool = False
    done: bool = False


@dataclass
class Wrong(Exception):
    """Nothing is done."""

    problems: Iterable[Problem]
    row: UUID | None = None


def refused(code: str, *path: str, row: UUID | None = None) -> Wrong:
    return Wrong([Problem(code, (*ROOT, *path))], row)


@dataclass
class Model:
    """All rows as they are by everything that was done."""

    schema: GraphQLSchema
    world: World

    def sight(self, viewer: Viewer) -> Sight:
        return Sight(self.schema, self.world, viewer)

    def carry_out(self, act: Act, new_id: UUID) -> Outcome:
        """Do it; a row that is made has this id."""
        key_problems = list(_key_problems(act.key))
        scope = None
        if act.key is not None and not act.dry and not key_problems:
            scope = (_actor(act.viewer), act.mutation, act.key)
            if (kept := self.world.keys.get(scope)) is not None:
                return _repeated(kept, act)
        try:
            with self.world.tried(always=act.dry):
                row, changed = _Carrying(self, act, key_problems, self.sight(act.viewer)).done(new_id)
        except Wrong as wrong:
            return Outcome(frozenset(wrong.problems), row=wrong.row)
        if scope is not None:
            self.world.keys[scope] = Kept(_text_of(act.input), row, changed)
        made = act.dry and act.mutation.startswith("create")
        return Outcome(changed=changed, row=None if made else row, done=not act.dry)


def _key_problems(key: str | None) -> Iterator[Problem]:
    if key is None:
        return
    if not key.strip() or "\0" in key:
        yield Problem("INVALID", ("idempotencyKey",))
    elif len(key) > MOST_KEY:
        yield Problem("TOO_LONG", ("idempotencyKey",))


def _repeated(kept: Kept, act: Act) -> Outcome:
    if kept.input != _text_of(act.input):
        return Outcome(frozenset({Problem("IDEMPOTENCY_MISMATCH", ("idempotencyKey",))}))
    return Outcome(changed=kept.changed, row=kept.row, replayed=True)


def _text_of(input: Values) -> str:
    return json.dumps(input, sort_keys=True)


def _actor(viewer: Viewer) -> str:
    """Whose keys they are: a person's or client's, whatever else they hold."""
    if viewer.self_ is not None:
        return f"person {viewer.self_}"
    clients = list(viewer.clients())
    return f"client {clients[0]}" if clients else viewer.name


@dataclass
class _Carrying:
    """One act upon the rows."""

    model: Model
    act: Act
    problems: list[Problem]
    sight: Sight
    set_: set[str] = field(default_factory=set)
    """The fields of which a value that is not wrong by itself was given."""

    @property
    def world(self) -> World:
        return self.model.world

    @property
    def entity(self) -> Entity:
        return MODELLED[self.act.mutation]

    def done(self, new_id: UUID) -> tuple[UUID, tuple[str, ...]]:
        self._reason()
        if self.act.mutation.startswith("create"):
            return self._create(new_id)
        row = self._row()
        try:
            return row["id"], self._step(row) if self.act.mutation in STEPS else self._update(row)
        except Wrong as wrong:
            raise Wrong(wrong.problems, row["id"]) from wrong

    def _reason(self) -> None:
        reason = self.act.input.get("reason", "" if self.act.mutation in REASONED else None)
        if reason is not None and (not reason.strip() or "\0" in reason):
            self.problems.append(Problem("REQUIRED", (*ROOT, "reason")))
        elif reason is not None and len(reason) > MOST_REASON:
            self.problems.append(Problem("TOO_LONG", (*ROOT, "reason")))

    def _row(self) -> Row:
        """The row that it is about, if the viewer sees it and may change it."""
        type_ = self.entity.type
        try:
            row = self.world.get(self.entity.table, of_type(self.act.input["id"], type_))
        except Refused:
            row = None
        if row is None or not self.sight.sees(type_, row):
            raise refused("NOT_FOUND", "id")
        if not may_act(self.sight, self.act.mutation, type_, row):
            raise refused("FORBIDDEN", "id", row=row["id"])
        if self.act.input["expectedVersion"] != row["version"]:
            self.problems.append(Problem("CONFLICT", (*ROOT, "expectedVersion")))
        return row

    def _step(self, row: Row) -> tuple[str, ...]:
        type_, step = self.entity.type, STEPS[self.act.mutation]
        found = refusals(self.sight, self.act.mutation, type_, row, "EN")
        self.problems += [Problem(code, (*ROOT, field)) for code, _, field in found]
        self._stop()
        changed = self.world.update(self.entity.table, row["id"], {step.column: step.target})
        for one in EFFECTS.get(self.act.mutation, ()):
            for other in list(self.world.owned(one.table, one.owner, row["id"])):
                if other["status"] in one.sources:
                    self.world.update(one.table, other["id"], {"status": one.target})
        return (step.column,) if changed else ()

    def _update(self, row: Row) -> tuple[str, ...]:
        for name in self.act.input:
            if name not in ("id", "expectedVersion") and not may_set(self.sight, self.entity.type, name, row):
                self.problems.append(Problem("FORBIDDEN", (*ROOT, name)))
        values = self._values(self.entity.fields, self.act.input, ROOT)
        values = {**_stored(values), **self._instants(values, row)}
        self._judge(self.entity.fields, self.entity.musts, {**row, **values})
        links = [_Linking(self, one, row["id"]) for one in self._given_links()]
        self._stop()
        self._unique({**row, **values})
        tied = [one.links.name for one in links if one.write()]
        columns = self.world.update(self.entity.table, row["id"], values, touch=bool(tied))
        self._keep(row["id"])
        self._stop()
        fields = [one.name for one in self.entity.fields if set(one.columns) & set(columns)]
        return (*fields, *tied)

    def _create(self, new_id: UUID) -> tuple[UUID, tuple[str, ...]]:
        type_ = self.entity.type
        if not may_ever_make(self.sight.viewer, type_):
            raise refused("FORBIDDEN")
        fields = (*self.entity.creates, *self.entity.fields)
        given = self._values(fields, self.act.input, ROOT)
        empty = {name: None for one in fields for name in one.columns}
        begun = {name: value for one in fields for name, value in one.begins.items()}
        row = {**empty, **begun, **_stored(given), **self._instants(given, None)}
        self._judge(fields, self.entity.musts, row)
        links = [_Linking(self, one, new_id) for one in self._given_links()]
        self._stop()
        self._unique(row)
        self._insert(row, new_id)
        for one in links:
            one.write()
        self._keep(new_id)
        made = self.world.get(self.entity.table, new_id)
        assert made is not None
        if not may_act(self.model.sight(self.act.viewer), f"update {type_}", type_, made):
            raise refused("FORBIDDEN")
        self._stop()
        names = [*(one.name for one in fields), *(one.name for one in self.entity.links)]
        return new_id, tuple(name for name in names if _has_value(self.act.input.get(name)))

    def _insert(self, row: Mapping[str, Any], new_id: UUID) -> None:
        table = self.entity.table
        some = next(iter(self.world.tables[table].values()))
        empty = dict.fromkeys(some)
        slug = {"slug": self._slug(row, new_id)} if "slug" in some else {}
        begun = {"id": new_id, "is_synthetic": False, **(self.entity.begins or {}), **slug}
        self.world.insert(table, {**empty, **row, **begun, "version": 1})

    def _slug(self, row: Mapping[str, Any], new_id: UUID) -> str:
        """Of the title or name, in English or else in Spanish; with an end of its own if another has it."""
        stem = "title" if "title_en" in row else "name"
        text = row[f"{stem}_en"] or row[f"{stem}_es"] or ""
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
        slug = re.sub("[^a-z0-9]+", "-", plain).strip("-")[:80].rstrip("-") or self.entity.table
        taken = self.world.find(self.entity.table, slug=slug) is not None
        return f"{slug}-{str(new_id)[-6:]}" if taken else slug

    def _given_links(self) -> list[Links]:
        return [one for one in self.entity.links if one.name in self.act.input]

    def _values(self, fields: Sequence[Field], given: Values, path: Path) -> dict[str, Any]:
        """The columns that are set; what is wrong with a value by itself is noted."""
        values: dict[str, Any] = {}
        for one in fields:
            if one.name not in given:
                continue
            for found in one.read(given[one.name], (*path, one.name), self.sight):
                if isinstance(found, Set):
                    values[found.column] = found.value
                    self.set_.add(one.name)
                else:
                    self.problems.append(found)
        return values

    def _instants(self, values: Mapping[str, Any], row: Row | None) -> dict[str, Any]:
        """Of wall clocks; where only the zone is another, the clock stays."""
        found = {}
        for one in self.entity.fields:
            if not isinstance(one, WallClock):
                continue
            (column,) = one.columns
            before = row[one.zone] if row else None
            zone, clock = values.get(one.zone, before), values.get(f"{column} clock")
            if clock is None and (row is None or zone == before):
                continue
            assert zone is not None
            wanted = clock if clock is not None or row is None else clock_of(row[column], row[one.zone])
            assert wanted is not None
            found[column], exists = instant(wanted, zone)
            if not exists:
                self.problems.append(Problem("LOCAL_TIME_DOES_NOT_EXIST", (*ROOT, one.name)))
        return found

    def _judge(self, fields: Sequence[Field], musts: Sequence[Must], row: Mapping[str, Any]) -> None:
        """What is wrong with the row as it would be."""
        for one in fields:
            if one.default is NEEDED and any(name not in row for name in one.columns):
                continue
            if (code := one.wrong(row)) is not None:
                self.problems.append(Problem(code, (*ROOT, one.name)))
        for must in musts:
            if not must.holds(row):
                named = next((name for name in must.fields if name in self.set_), must.fields[0])
                self.problems.append(Problem(must.code, (*ROOT, named)))

    def _unique(self, row: Mapping[str, Any]) -> None:
        """What another row has already; the database finds it when it writes."""
        for name in self.entity.unique:
            one = next(f for f in (*self.entity.creates, *self.entity.fields) if f.name == name)
            (column,) = one.columns
            if column not in row or row[column] is None:
                continue
            for other in self.world.all(self.entity.table):
                if other[column] == row[column] and other["id"] != row.get("id"):
                    raise refused("NOT_UNIQUE", name)

    def _keep(self, id: UUID) -> None:
        for one in self.entity.keeps:
            if one.links in self.act.input and not self._kept(one, id):
                self.problems.append(Problem("INCOMPLETE", (*ROOT, one.links)))

    def _kept(self, one: Keeps, id: UUID) -> bool:
        row = self.world.get(self.entity.table, id)
        assert row is not None
        links = next(links for links in self.entity.links if links.name == one.links)
        roles = [link["role"] for link in self.world.owned(links.table, links.owner, id)]
        return row["status"] not in one.statuses or roles.count(one.role) >= one.least

    def _stop(self) -> None:
        if self.problems:
            raise Wrong(self.problems)


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without wall clocks, which are stored as instants."""
    return {name: value for name, value in values.items() if " " not in name}


def _has_value(value: Any) -> bool:
    return any(map(_has_value, value.values())) if isinstance(value, dict) else value not in (None, [])


class _Linking:
    """A list of links that is given: what is wrong with it is noted, then it is written."""

    def __init__(self, carrying: _Carrying, links: Links, owner: UUID) -> None:
        self.carrying, self.links, self.owner = carrying, links, owner
        self.given: list[dict[str, Any]] = []
        path, items = (*ROOT, links.name), carrying.act.input[links.name]
        if items is None:
            carrying.problems.append(Problem("REQUIRED", path))
        elif len(items) > MOST_LINKS:
            carrying.problems.append(Problem("TOO_MANY", path))
        else:
            for number, item in enumerate(items):
                self._read(item, (*path, str(number)))

    @property
    def world(self) -> World:
        return self.carrying.world

    def _read(self, item: Values, path: Path) -> None:
        values = self.carrying._values(self.links.fields, item, path)
        key = self._key(values)
        old = self._old(key) if key is not None else None
        empty = {name: None for one in self.links.fields for name in one.columns}
        begun = {name: value for one in self.links.fields for name, value in one.begins.items()}
        link = {**(old or {**empty, **begun}), **values}
        for one in self.links.fields:
            if (one.default is not NEEDED or one.columns[0] in values) and (code := one.wrong(link)):
                self.carrying.problems.append(Problem(code, (*path, one.name)))
        for must in self.links.musts:
            if not must.holds(link):
                self.carrying.problems.append(Problem(must.code, (*path, must.fields[0])))
        if key is not None and any(self._key(other) == key for other in self.given):
            self.carrying.problems.append(Problem("NOT_UNIQUE", path))
        self.given.append(link)

    def _key(self, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        found = tuple(values.get(name) for name in self.links.keys)
        return None if None in found else found

    def _old(self, key: tuple[Any, ...]) -> Row | None:
        return next((one for one in self._there() if self._key(one) == key), None)

    def _there(self) -> Sequence[Row]:
        return list(self.world.owned(self.links.table, self.links.owner, self.owner))

    def write(self) -> bool:
        """Whether anything is another than it was."""
        before, wanted = self._there(), {self._key(one): one for one in self.given}
        gone = [one for one in before if self._key(one) not in wanted and self._is_named(one)]
        for one in gone:
            self.world.delete(self.links.table, one["id"])
        return any([bool(gone), *[self._put(one) for one in self.given]])

    def _is_named(self, link: Row) -> bool:
        hidden = self.carrying.sight.hidden(self.links.type, link)
        return self.links.named is None or self.links.named not in hidden

    def _put(self, link: Mapping[str, Any]) -> bool:
        table = self.links.table
        if "id" in link:
            columns = [name for one in self.links.fields for name in one.columns]
            return bool(self.world.update(table, link["id"], {name: link[name] for name in columns}))
        if (unique := self.links.unique) is not None and self.world.find(table, **{unique: link[unique]}):
            raise refused("NOT_UNIQUE", self.links.name)
        begun = {"id": uuid4(), self.links.owner: self.owner, "is_synthetic": False, "source": None}
        self.world.insert(table, {**link, **begun})
        return True
