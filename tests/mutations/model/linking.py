"""A list of links that an act gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from tests.mutations.model.archive import comes_to_refer_to_archived
from tests.mutations.model.entity import Links
from tests.mutations.model.fields import NEEDED, Path, Problem
from tests.mutations.model.world import World
from tests.mutations.model.wrong import ROOT
from tests.reference.rows import Row

if TYPE_CHECKING:
    from tests.mutations.model.carry_out import Carrying

MOST_LINKS = 1_000
Values = Mapping[str, Any]


class Linking:
    """A list of links that is given: what is wrong with it is noted, then it is written."""

    def __init__(self, carrying: Carrying, links: Links, owner: UUID) -> None:
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
            if not all(map(self._may_lose, self._there())):
                carrying.problems.append(Problem("FORBIDDEN", path))

    @property
    def world(self) -> World:
        return self.carrying.world

    def _read(self, item: Values, path: Path) -> None:
        values = self.carrying.read_values(self.links.fields, item, path)
        key = self._key(values)
        old = self._old(key) if key is not None else None
        empty = {name: None for one in self.links.fields for name in one.columns}
        begun = {name: value for one in self.links.fields for name, value in one.begins.items()}
        resets = self.links.resets or {}
        values = {**resets, **values} if resets.keys() & values.keys() else values
        link = {**(old or {**empty, **begun}), **values}
        for one in self.links.fields:
            if (one.default is not NEEDED or one.columns[0] in values) and (code := one.wrong(link)):
                self.carrying.problems.append(Problem(code, (*path, one.name)))
            if comes_to_refer_to_archived(self.carrying.sight, one, old, link, item):
                self.carrying.problems.append(Problem("WRONG_STATE", (*path, one.name)))
        for must in self.links.musts:
            if not must.holds(link):
                self.carrying.problems.append(Problem(must.code, (*path, must.fields[0])))
        if key is not None and not self._is_named({"id": uuid4(), **link}):
            self.carrying.problems.append(Problem("CONSENT_MISSING", (*path, str(self.links.named))))
        if key is not None and any(self._key(other) == key for other in self.given):
            self.carrying.problems.append(Problem("NOT_UNIQUE", path))
        for name in self.links.once:
            if link[name] is not None and any(other[name] == link[name] for other in self.given):
                self.carrying.problems.append(Problem("NOT_UNIQUE", (*path, name)))
        self.given.append(link)

    def _may_lose(self, link: Row) -> bool:
        """Whether a link that there is may become what was given, or nothing."""
        sight, theirs = self.carrying.sight, self.links.theirs
        if theirs is None or sight.viewer.is_admin or theirs(sight, link) or not self._is_named(link):
            return True
        columns = [name for one in self.links.fields for name in one.columns]
        return any(all(one.get(name) == link[name] for name in columns) for one in self.given)

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
        return any([bool(gone), *[self._set(one) for one in self.given]])

    def _is_named(self, link: Row) -> bool:
        hidden = self.carrying.sight.hidden(self.links.type, link)
        return self.links.named is None or self.links.named not in hidden

    def _set(self, link: Mapping[str, Any]) -> bool:
        table = self.links.table
        if "id" in link:
            columns = [name for one in self.links.fields for name in one.columns]
            return bool(self.world.update(table, link["id"], {name: link[name] for name in columns}))
        begun = {"id": uuid4(), self.links.owner: self.owner, "is_synthetic": False, "source": None}
        owner = self.world.get(self.carrying.entity.table, self.owner)
        assert owner is not None
        copies = {name: owner[name] for name in self.links.copied}
        self.world.insert(table, {**link, **begun, **copies})
        return True
