"""Consents and champions, as the model knows them: a consent shows a name, and a newer one ends it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tests.mutations.model.drawn import Drawn
from tests.mutations.model.entity import Entity, Must, in_order
from tests.mutations.model.fields import Day, Problem, Spelled
from tests.mutations.model.making import Makes, Making
from tests.mutations.model.vocabulary import PERSON, choice, institution
from tests.mutations.model.wrong import ROOT, refused
from tests.reference.policy import Sight
from tests.reference.rows import Row

if TYPE_CHECKING:
    from tests.mutations.model.carry_out import Carrying

Values = Mapping[str, Any]
PURPOSES = choice("purpose", "ConsentPurpose")


class Sets(Makes):
    """What one says to a purpose: a newer consent ends the one in force, and a withdrawal makes none."""

    def done(self) -> tuple[UUID | None, tuple[str, ...], bool]:
        if not self.making.may(self.sight, self.given):
            raise refused("FORBIDDEN")
        row = self._row()
        known = self.making.same(self.sight, row)
        if not self.given["given"]:
            return self._withdrawn(known)
        if known is not None and known["notice_version"] == row["notice_version"]:
            return known["id"], (), True
        self._withdrawn(known)
        return self._insert(row), self._names(), False

    def _row(self) -> dict[str, Any]:
        if self.given["given"] and self.given.get("noticeVersion") is None:
            self.carrying.problems.append(Problem("REQUIRED", (*ROOT, "noticeVersion")))
        return super()._row()

    def _withdrawn(self, known: Row | None) -> tuple[UUID | None, tuple[str, ...], bool]:
        if known is None:
            return None, (), False
        self.carrying.world.update("consent", known["id"], {"withdrawn_at": datetime.now(UTC)})
        return known["id"], ("status", "withdrawnAt"), False


@dataclass(frozen=True)
class Setting(Making):
    """A mutation that makes a row in place of another, or ends that one."""

    def begin(self, carrying: Carrying, new_id: UUID) -> Makes:
        return Sets(carrying, self, new_id)


def _in_force(sight: Sight, row: Row) -> Row | None:
    for one in sight.rows.owned("consent", "person_id", row["person_id"]):
        if one["purpose"] == row["purpose"] and one["withdrawn_at"] is None:
            return one
    return None


def _given(draw: Random, sight: Sight) -> Values:
    """Mostly with a notice, and taken back as often as not."""
    given = draw.random() < 0.55
    wanted = {"given": given}
    return wanted if draw.random() < 0.1 else {**wanted, "noticeVersion": f"2026-0{draw.randrange(1, 4)}"}


def _is_now(value: Any, others: Collection[Any]) -> bool:
    return value is None or abs(datetime.now(UTC) - value) < timedelta(minutes=5)


DRAWN = {"consent": (Drawn("granted_at", _is_now), Drawn("withdrawn_at", _is_now))}
ENTITIES = (
    Entity("Consent", (), made=False, updated=False),
    Entity(
        "Champion",
        (Day(name="since"), Day(name="until")),
        creates=(
            PERSON,
            institution("institution", "institution_id"),
            institution("counterpart", "counterpart_id"),
        ),
        musts=(
            in_order("since", "until", "since", "until"),
            Must(
                ("institution", "counterpart"),
                lambda row: row["institution_id"] is None or row["institution_id"] != row["counterpart_id"],
                "INVALID",
            ),
        ),
        together=(("person_id", "institution_id", "counterpart_id"),),
        visible=("person",),
    ),
)
MAKINGS = (
    Setting(
        "setConsent",
        "Consent",
        (
            PURPOSES,
            Spelled(
                name="noticeVersion",
                column="notice_version",
                shape=re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,39}"),
                right=lambda draw: f"2026-0{draw.randrange(1, 4)}",
                wrongs=("two words", "a\0b", "", "-1", "v" * 41),
            ),
        ),
        may=lambda sight, given: sight.viewer.self_ is not None,
        sets=lambda sight, row: {"person_id": sight.viewer.self_, "granted_at": datetime.now(UTC)},
        owns=lambda sight, row: True,
        same=_in_force,
        likely=_given,
        asks=("given",),
    ),
)
PERFORMERS: Mapping[str, tuple[str, ...]] = {
    "setConsent": ("participant", "mentor", "participant-and-mentor", "participant-and-system"),
    **dict.fromkeys(
        ("createChampion", "updateChampion"),
        ("admin", "admin", "uc-coordinator", "mx-coordinator", "two-campuses"),
    ),
}
