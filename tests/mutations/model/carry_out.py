"""What an act does to the rows, and what its sender is told: in the order that docs/changing.md gives.

First whether there is such a row for the viewer, then whether they may change it; then all else that is
wrong, at once. What can only be known of the row as it would become is known of what remains of the input
without its wrong fields, if there is enough left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from graphql import GraphQLSchema

from tests.mutations.model import uniqueness
from tests.mutations.model.accounts import viewer_now
from tests.mutations.model.act import Act, Outcome
from tests.mutations.model.archive import comes_to_refer_to_archived
from tests.mutations.model.declarations import (
    BECOMES,
    EFFECTS,
    MAKINGS,
    MODELLED,
    OF_THEIR_OWN,
    REASONED,
    REMOVED,
    SET_BY_STEPS,
    STEPS_SET,
    fields_of,
    is_made,
    keys_of,
)
from tests.mutations.model.entity import Entity, Keeps, Links, Must
from tests.mutations.model.fields import (
    NEEDED,
    TODAY,
    Field,
    Path,
    Problem,
    Set,
)
from tests.mutations.model.keys import actor, key_problems, text_of
from tests.mutations.model.linking import Linking
from tests.mutations.model.making import MadeBy, has_value
from tests.mutations.model.phone_numbers import phone_numbers
from tests.mutations.model.slugs import slug_of
from tests.mutations.model.wall_clocks import instants
from tests.mutations.model.world import Kept, World
from tests.mutations.model.wrong import ROOT, Wrong, refused
from tests.reference.actions import may_act, may_set, refusals
from tests.reference.errors import Refused
from tests.reference.field_sources import camel
from tests.reference.ids import of_type
from tests.reference.policy import Sight
from tests.reference.rows import Row
from tests.reference.steps import STEPS
from tests.reference.viewers import Viewer

MOST_REASON = 2_000
Values = Mapping[str, Any]
UNSHOWN = {"CONSENT": "CONSENT_MISSING", "ROLE": "FORBIDDEN"}
"""What is told of a name that its sender would not see, by the reason."""


@dataclass(repr=False)
class Model:
    """All rows as they are by everything that was done."""

    schema: GraphQLSchema
    world: World

    def sight(self, viewer: Viewer) -> Sight:
        return Sight(self.schema, self.world, viewer)

    def sight_of(self, name: str) -> Sight:
        """What somebody sees, by what they hold now."""
        return self.sight(viewer_now(self.world, name))

    def carry_out(self, act: Act, new_id: UUID) -> Outcome:
        """Do it; a row that is made has this id."""
        wrong_key = list(key_problems(act.key))
        scope = None
        if act.key is not None and not act.dry and not wrong_key:
            scope = (actor(act.viewer), act.mutation, act.key)
            if (kept := self.world.keys.get(scope)) is not None:
                return _repeated(kept, act)
        rows = self.world.tables[MODELLED[act.mutation].table]
        try:
            with self.world.tried(always=act.dry):
                carrying = Carrying(self, act, wrong_key, self.sight(act.viewer))
                row, changed, known = carrying.done(new_id)
        except Wrong as wrong:
            if wrong.leaves is not None and not act.dry:
                wrong.leaves(self.world)
            return Outcome(self._all_wrong(act, wrong, new_id), row=wrong.row)
        if scope is not None:
            text = text_of(act.input, fields_of(act.mutation))
            self.world.keys[scope] = Kept(text, row, changed, row not in rows)
        there = row if self.world.get(MODELLED[act.mutation].table, row) is not None else None
        done = not act.dry and not known
        return Outcome(changed=changed, row=there, replayed=known, done=done, created=row not in rows)

    def _all_wrong(self, act: Act, wrong: Wrong, new_id: UUID) -> frozenset[Problem]:
        """With what is wrong beside, once the wrong fields are left out."""
        rest = {name: value for name, value in act.input.items() if name not in wrong.fields}
        if not wrong.fields or not _may_do_without(act, wrong):
            return frozenset(wrong.problems)
        carrying = Carrying(self, replace(act, input=rest), [], self.sight(act.viewer))
        try:
            with self.world.tried(always=True):
                carrying.done(new_id)
        except Wrong as other:
            found = [*wrong.problems, *(other.problems if other.after else [])]
            whole = [one for one in found if one == Problem("FORBIDDEN", ROOT) or one.code == "NOT_FOUND"]
            return frozenset(whole or found)
        return frozenset(wrong.problems)


def _may_do_without(act: Act, wrong: Wrong) -> bool:
    """Whether it is fields of the row that are wrong, and none that a new one needs."""
    fields = fields_of(act.mutation)
    known = {"reason", *(one.name for one in fields), *keys_of(act.mutation)}
    needed = {one.name for one in fields if one.default is NEEDED and wrong.needed and is_made(act.mutation)}
    return wrong.fields <= known and not needed & wrong.fields


def _repeated(kept: Kept, act: Act) -> Outcome:
    if kept.input != text_of(act.input, fields_of(act.mutation)):
        return Outcome(frozenset({Problem("IDEMPOTENCY_MISMATCH", ("idempotencyKey",))}))
    return Outcome(changed=kept.changed, row=kept.row, replayed=True, created=kept.created)


@dataclass(repr=False)
class Carrying:
    """One act upon the rows."""

    model: Model
    act: Act
    problems: list[Problem]
    sight: Sight
    set_: set[str] = field(default_factory=set)
    """The fields of which a value that is not wrong by itself was given."""
    together: set[str] = field(default_factory=set)
    """The fields that are wrong together."""

    @property
    def world(self) -> World:
        return self.model.world

    @property
    def entity(self) -> Entity:
        return MODELLED[self.act.mutation]

    def done(self, new_id: UUID) -> tuple[UUID | None, tuple[str, ...], bool]:
        """The row, what has changed, and whether it was made before."""
        self._reason()
        if self.act.mutation in MAKINGS:
            return MAKINGS[self.act.mutation].begin(self, new_id).done()
        if is_made(self.act.mutation):
            return *self.create(new_id, MadeBy()), False
        row = self._row()
        return row["id"], self._changed(row), False

    def change(self) -> tuple[str, ...]:
        """What has changed of a row that there is."""
        return self._changed(self._row())

    def _changed(self, row: Row) -> tuple[str, ...]:
        try:
            if (own := OF_THEIR_OWN.get(self.act.mutation)) is not None:
                return own(self, row)
            return self._step(row) if self.act.mutation in STEPS else self._update(row)
        except Wrong as wrong:
            raise replace(wrong, row=row["id"]) from wrong

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
        for code, _, path in refusals(self.sight, self.act.mutation, type_, row, "EN"):
            self.note(code, path)
        return row

    def _step(self, row: Row) -> tuple[str, ...]:
        step = STEPS[self.act.mutation]
        fields = SET_BY_STEPS.get(self.act.mutation, ())
        values = {**self._values(fields, row), **self._defaults(fields)}
        self._becomes(row, {**row, **values})
        self.judge(fields, self.entity.musts, {**row, **values})
        links = [Linking(self, one, row["id"]) for one in self._given_links()]
        self.stop()
        self.unique({**row, **values})
        status = {step.column: step.target} if step.target else {}
        if self.act.mutation in STEPS_SET:
            status |= STEPS_SET[self.act.mutation](self.sight, row)
        if self.act.mutation in REMOVED:
            self.world.delete(self.entity.table, row["id"])
            return ()
        tied = [one.links.name for one in links if one.write()]
        changed = self.world.update(self.entity.table, row["id"], {**values, **status}, touch=bool(tied))
        for one in EFFECTS.get(self.act.mutation, ()):
            one(self.world, row["id"])
        names = {column: one.name for one in fields for column in one.columns}
        return (*dict.fromkeys(names.get(one, camel(one)) for one in changed), *tied)

    def _defaults(self, fields: Sequence[Field]) -> dict[str, Any]:
        """Of fields that are left out or null."""
        today = datetime.now(UTC).date()
        return {
            name: today if one.default is TODAY else one.default
            for one in fields
            if one.default not in (None, NEEDED) and self.act.input.get(one.name) is None
            for name in one.columns
        }

    def _update(self, row: Row) -> tuple[str, ...]:
        self._may_set_all(row)
        values = self._values(self.entity.fields, row)
        self._becomes(row, {**row, **values})
        self.judge(self.entity.fields, self.entity.musts, {**row, **values})
        links = [Linking(self, one, row["id"]) for one in self._given_links()]
        self.stop()
        self.unique({**row, **values})
        tied = [one.links.name for one in links if one.write()]
        columns = self.world.update(self.entity.table, row["id"], values, touch=bool(tied))
        for one in EFFECTS.get(self.act.mutation, ()):
            one(self.world, row["id"])
        self._keep(row["id"])
        self.stop(after=True)
        fields = [one.name for one in self.entity.fields if set(one.columns) & set(columns)]
        return (*fields, *tied)

    def _may_set_all(self, row: Row) -> None:
        """Some fields of a row are set by fewer people."""
        sight = self.model.sight(self.act.viewer)
        for name in self.act.input:
            if name not in ("id", "expectedVersion") and not may_set(sight, self.entity.type, name, row):
                self.problems.append(Problem("FORBIDDEN", (*ROOT, name)))

    def create(self, new_id: UUID, by: MadeBy) -> tuple[UUID, tuple[str, ...]]:
        type_ = self.entity.type
        if not by.may_ever(self.sight.viewer, type_):
            raise refused("FORBIDDEN")
        fields = fields_of(self.act.mutation)
        given = self.read_values(fields, self.act.input, ROOT)
        empty = {name: None for one in fields for name in one.columns}
        begun = {name: value for one in fields for name, value in one.begins.items()}
        row = {**empty, **begun, **_stored(given), **self._by_others(fields, given, None)}
        self.judge(fields, self.entity.musts, row)
        self._hold_visible(row, new_id)
        links = [Linking(self, one, new_id) for one in self._given_links()]
        self.stop()
        self.unique(row)
        self._insert(row, new_id)
        for one in links:
            one.write()
        by.also(self.world, new_id)
        self._keep(new_id)
        self._need(new_id)
        made = self.world.tables[self.entity.table][new_id]
        if not by.may(self.model.sight(self.act.viewer), self.act.mutation, type_, made):
            raise Wrong([Problem("FORBIDDEN", ROOT)], after=True)
        self._may_set_all(made)
        self.stop(after=True)
        names = [*(one.name for one in fields), *(one.name for one in self.entity.links)]
        return new_id, tuple(name for name in names if has_value(self.act.input.get(name)))

    def _insert(self, row: Mapping[str, Any], new_id: UUID) -> None:
        table = self.entity.table
        empty = dict.fromkeys(next(iter(self.world.tables[table].values())))
        slug = {"slug": slug_of(self.sight, self.entity, row, new_id)} if "slug" in empty else {}
        begun = {"id": new_id, "is_synthetic": False, **(self.entity.begins or {}), **slug}
        self.world.insert(table, {**empty, **row, **begun, "version": 1})

    def _given_links(self) -> list[Links]:
        return [one for one in self.entity.links if one.name in self.act.input]

    def read_values(self, fields: Sequence[Field], given: Values, path: Path) -> dict[str, Any]:
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

    def _values(self, fields: Sequence[Field], row: Row) -> dict[str, Any]:
        """The columns that the input sets, in the order of the fields."""
        given = self.read_values(fields, self.act.input, ROOT)
        found = {**_stored(given), **self._by_others(fields, given, row)}
        return {name: found[name] for one in fields for name in one.columns if name in found}

    def _by_others(self, fields: Sequence[Field], values: Values, row: Row | None) -> dict[str, Any]:
        """Of wall clocks by their zone, of phones by their country; what these don't have is noted."""
        found = [*instants(fields, values, row), *phone_numbers(self.world, fields, values, row)]
        self.problems += [one for one in found if isinstance(one, Problem)]
        return {one.column: one.value for one in found if isinstance(one, Set)}

    def _becomes(self, before: Row, after: Values) -> None:
        """What an act must keep of the row before it and after it, where it sets the field."""
        for one in BECOMES.get(self.act.mutation, ()):
            if one.field in self.act.input and not one.holds(before, after):
                self.note(one.code, one.field)

    def note(self, code: str, *path: str) -> None:
        """A problem, also where another of the same code is told of the same field."""
        same = [one for one in self.problems if (one.code, one.path) == (code, (*ROOT, *path))]
        self.problems.append(Problem(code, (*ROOT, *path), len(same)))

    def judge(self, fields: Sequence[Field], musts: Sequence[Must], row: Mapping[str, Any]) -> None:
        """What is wrong with the row as it would be."""
        before = self.world.get(self.entity.table, row.get("id"))
        for one in fields if self.act.mutation not in MAKINGS else ():
            if comes_to_refer_to_archived(self.sight, one, before, row, self.act.input):
                self.note("WRONG_STATE", one.name)
        for one in fields:
            if one.default is NEEDED and any(name not in row for name in one.columns):
                continue
            self.problems += [Problem(code, (*ROOT, one.name)) for code in one.codes(row)]
        for must in musts:
            if not must.holds(row):
                given = next((name for name in must.fields if name in self.set_), must.fields[0])
                self.note(must.code, must.named or given)
                self.together |= set(must.fields)

    def unique(self, row: Row) -> None:
        """That no other row has what this one alone may have."""
        fields = fields_of(self.act.mutation)
        if (wrong := uniqueness.found(self.world, self.entity, fields, row)) is not None:
            raise wrong

    def _hold_visible(self, row: Values, new_id: UUID) -> None:
        """Nobody names in a row whom they would not see in it."""
        for name in self.entity.visible:
            (field,) = [one for one in fields_of(self.act.mutation) if one.name == name]
            if row.get(field.columns[0]) is not None:
                reason = self.sight.hidden(self.entity.type, {**row, "id": new_id}).get(name)
                self.problems += [Problem(UNSHOWN[reason], (*ROOT, name))] if reason else []

    def _need(self, id: UUID) -> None:
        row = self.world.get(self.entity.table, id)
        assert row is not None
        for one in self.entity.needs:
            if not one.holds(self.model.sight(self.act.viewer), row):
                self.problems.append(Problem(one.code, (*ROOT, one.field)))

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

    def stop(self, *, after: bool = False) -> None:
        if self.problems:
            named = {
                one.path[-1 if one.path == ROOT else 1] for one in self.problems if one.path[0] == "input"
            }
            raise Wrong(self.problems, fields=frozenset(named | self.together), after=after)


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is stored by other columns: wall clocks as instants, and phones."""
    return {name: value for name, value in values.items() if " " not in name}
