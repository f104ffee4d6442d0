"""Random acts: by whom, on which row, with what; some are sent again, some must be refused."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from uuid import UUID

from models.base import uuid7
from tests.mutations.model.accounts import ACCOUNTS
from tests.mutations.model.act import Act
from tests.mutations.model.carry_out import Model
from tests.mutations.model.declarations import (
    LIKELY,
    LINKED_BY_STEPS,
    MAKINGS,
    MODELLED,
    PERFORMERS,
    REASONED,
    REMOVED,
    SET_BY_STEPS,
    fields_of,
    is_made,
)
from tests.mutations.model.entity import Entity
from tests.mutations.model.fields import NEEDED, Field
from tests.mutations.model.values import KINDS, NUL, links_of, value_of
from tests.personas import CAST, CLIENTS
from tests.reference.actions import WRITERS, may_act, refusals
from tests.reference.archive import ACTS
from tests.reference.ids import global_id
from tests.reference.policy import Sight
from tests.reference.rows import Row
from tests.reference.steps import STEPS

OFTEN = ("uc-coordinator", "uc-coordinator", "mx-coordinator", "two-campuses", "integration", "mentor")
"""Who writes something, beside staff."""
SENDERS = (*CAST, *CLIENTS)
WRITTEN_BY_MANY = [name for name, one in MODELLED.items() if one.type in WRITERS or name in PERFORMERS]
FROM_ACCOUNTS = 0.05
"""How many acts are of accounts, beside staff: each role that they hold with others is planned anew."""
FEW = 5
"""So many rows of a type are left."""
RECENT = 40
"""So many rows that were changed lately are drawn more often, and so many acts sent again."""


@dataclass
class Acts:
    """Draws acts for the rows as they are; `among`: of these mutations, if not of all."""

    model: Model
    among: Sequence[str] = ()
    recent: deque[tuple[str, UUID]] = field(default_factory=lambda: deque(maxlen=RECENT))
    sent: deque[Act] = field(default_factory=lambda: deque(maxlen=RECENT))

    def draw(self, draw: Random) -> Act:
        keyed = [one for one in self.sent if one.key is not None]
        if keyed and draw.random() < 0.12:
            return self._again(draw, draw.choice(keyed))
        name = self._sender(draw)
        sight = self.model.sight_of(name)
        all_of_them = draw.random() < 0.1 or name == "admin"
        mutation = self._mutation(draw, self.among or (list(MODELLED) if all_of_them else WRITTEN_BY_MANY))
        if mutation in PERFORMERS and draw.random() < 0.8:
            sight = self.model.sight_of(draw.choice(PERFORMERS[mutation]))
        make = self._creation if is_made(mutation) else self._of_a_row
        key = draw.choice((" ", "k" * 201, NUL)) if draw.random() < 0.02 else f"key {draw.getrandbits(64)}"
        return Act(
            sight.viewer,
            mutation,
            make(draw, sight, mutation),
            key if draw.random() < 0.5 else None,
            draw.random() < 0.15,
        )

    def _mutation(self, draw: Random, among: Sequence[str]) -> str:
        """Most are no acts of archiving, which are as many as all others and all alike."""
        found = draw.choice(among)
        return draw.choice(among) if found in ACTS and draw.random() < 0.7 else found

    def _sender(self, draw: Random) -> str:
        if draw.random() < 0.45:
            return "admin"
        if draw.random() < FROM_ACCOUNTS:
            return draw.choice(list(ACCOUNTS))
        return draw.choice(OFTEN if draw.random() < 0.85 else SENDERS)

    def _again(self, draw: Random, act: Act) -> Act:
        """The same, once more; or with another input under the same key, or by somebody else."""
        how, act = draw.random(), replace(act, viewer=self.model.sight_of(act.viewer.name).viewer)
        if how < 0.6:
            return replace(act, dry=draw.random() < 0.1)
        if how < 0.8:
            other = self._creation if is_made(act.mutation) else self._of_a_row
            return replace(act, input=other(draw, self.model.sight(act.viewer), act.mutation))
        return replace(act, viewer=self.model.sight_of(draw.choice(SENDERS)).viewer)

    def note(self, act: Act, table: str, row: UUID | None, *, done: bool) -> None:
        self.sent.append(act)
        if done and row is not None:
            self.recent.append((table, row))

    def _creation(self, draw: Random, sight: Sight, mutation: str) -> dict[str, Any]:
        if mutation in MAKINGS and (draw_input := MAKINGS[mutation].draws) is not None:
            return dict(draw_input(draw, sight))
        entity = MODELLED[mutation]
        given: dict[str, Any] = {}
        for one in fields_of(mutation):
            if one.default is NEEDED or draw.random() < 0.3:
                given[one.name] = self._value(draw, sight, one)
        if mutation in MAKINGS:
            likely, asks = MAKINGS[mutation].likely(draw, sight), MAKINGS[mutation].asks
            rest = {name: likely[name] for name in asks}
            return {**given, **(likely if draw.random() < 0.9 else rest)}
        self._of_their_own(draw, sight, given)
        for links in entity.links[: draw.choice((0, 1, 1, 1, len(entity.links)))]:
            given[links.name] = self._own_first(draw, sight, links_of(links, draw, sight, []))
        return given

    def _value(self, draw: Random, sight: Sight, one: Field) -> Any:
        """A value, or none if there need not be any."""
        value = value_of(one, draw, sight)
        if value is None and one.default is NEEDED:
            return KINDS[type(one)](one, draw, sight, False)
        return value

    def _of_their_own(self, draw: Random, sight: Sight, given: dict[str, Any]) -> None:
        """Who makes something, mostly names their own institution, or a program that it runs."""
        own = sorted(sight.viewer.institutions(), key=str)
        run = [one for one in sight.rows.all("program") if one["institution_id"] in own]
        if own and draw.random() < 0.7:
            given |= {
                name: global_id("Institution", own[0]) for name in ("institution", "funder") if name in given
            }
            if run and "program" in given:
                given["program"] = global_id("Program", draw.choice(run)["id"])

    def _own_first(self, draw: Random, sight: Sight, links: Any) -> Any:
        """Who makes something, mostly makes it for their own institution."""
        own = sorted(sight.viewer.institutions(), key=str)
        if own and links and "institution" in links[0] and draw.random() < 0.7:
            first = "HOST" if "HOST" in str(links) else links[0].get("role")
            links[0] |= {"institution": global_id("Institution", own[0]), "role": first}
        return links

    def _of_a_row(self, draw: Random, sight: Sight, mutation: str) -> dict[str, Any]:
        entity = MODELLED[mutation]
        row = self._row(draw, sight, entity, mutation)
        given: dict[str, Any] = {
            "id": self._id(draw, entity, row, spared=mutation in REMOVED),
            "expectedVersion": row["version"] + (draw.choice((-1, 1, 5)) if draw.random() < 0.08 else 0),
        }
        if mutation in REASONED:
            given["reason"] = draw.choice((" ", NUL, "x" * 2_001)) if draw.random() < 0.1 else "It rains."
        if mutation not in STEPS:
            return {**given, **self._changes(draw, sight, entity, row)}
        fields = SET_BY_STEPS.get(mutation, ())
        for one in fields:
            if one.default is NEEDED or draw.random() < (0.6 if len(fields) < 3 else 0.25):
                given[one.name] = self._value(draw, sight, one)
        for links in LINKED_BY_STEPS.get(mutation, ()) if draw.random() < 0.8 else ():
            there = sight.rows.owned(links.table, links.owner, row["id"])
            given[links.name] = links_of(links, draw, sight, there)
        if mutation in LIKELY and draw.random() < 0.8:
            given |= LIKELY[mutation](draw, sight, row)
        return given

    def _changes(self, draw: Random, sight: Sight, entity: Entity, row: Row) -> dict[str, Any]:
        fields = draw.sample(entity.fields, min(len(entity.fields), draw.choice((0, 1, 1, 2, 3))))
        given = {one.name: value_of(one, draw, sight) for one in fields}
        if entity.links and draw.random() < 0.5:
            wanted = entity.links if draw.random() < 0.1 else [draw.choice(entity.links)]
            for links in wanted:
                there = sight.rows.owned(links.table, links.owner, row["id"])
                given[links.name] = links_of(links, draw, sight, there)
        return given

    def _row(self, draw: Random, sight: Sight, entity: Entity, mutation: str) -> Row:
        rows = self.model.world.all(entity.table)
        recent = [
            id for table, id in self.recent if table == entity.table and id in self.model.world.tables[table]
        ]
        if recent and draw.random() < 0.3:
            found: Row = self.model.world.tables[entity.table][draw.choice(recent)]
            return found
        some = draw.sample(rows, len(rows) if mutation in PERFORMERS else min(12, len(rows)))
        if own := self._own(sight, entity.table) if draw.random() < 0.7 else []:
            some = draw.sample(own, len(own))
        mine = [row for row in some if may_act(sight, mutation, entity.type, row)]
        if mutation in STEPS and (sources := STEPS[mutation].sources):
            mine = [row for row in mine if row[STEPS[mutation].column] in sources] or mine
        if mutation in STEPS and draw.random() < 0.5:
            free = [one for one in mine[:12] if not any(refusals(sight, mutation, entity.type, one, "EN"))]
            mine = free or mine
        return mine[0] if mine and draw.random() < 0.8 else some[0]

    def _own(self, sight: Sight, table: str) -> list[Row]:
        """The rows of the sender themselves."""
        person, rows = sight.viewer.self_, sight.rows
        if person is None:
            return []
        if table == "person":
            return [rows.tables[table][person]]
        some = next(iter(rows.tables[table].values()))
        if "person_id" in some:
            return list(rows.owned(table, "person_id", person))
        mine = rows.owned("participant", "person_id", person) if "participant_id" in some else []
        return [row for one in mine for row in rows.owned(table, "participant_id", one["id"])]

    def _id(self, draw: Random, entity: Entity, row: Mapping[str, Any], *, spared: bool) -> str:
        """A row's, or a wrong one; the last rows are spared."""
        if spared and len(self.model.world.tables[entity.table]) <= FEW:
            return global_id(entity.type, uuid7())
        if draw.random() < 0.04:
            return draw.choice(
                (global_id(entity.type, uuid7()), global_id("Mobility", row["id"]), "nonsense")
            )
        return global_id(entity.type, row["id"])
