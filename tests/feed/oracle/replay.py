"""The rows as they were after each transaction, and what every viewer could see of them then."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.feed.oracle.wal import JUDGED, Transaction, Written
from tests.reference import policy
from tests.reference.field_sources import NODES, TABLE
from tests.reference.rows import Row, Rows
from tests.reference.viewers import Viewer

TYPE_OF = {TABLE[type_]: type_ for type_ in NODES}
MASKED = {
    "Award": ("amount", "recipient"),
    "Agreement": ("documentUrl",),
    "Mentor": ("email", "phone"),
    "Participant": ("email", "phone"),
    "Mentorship": ("goals", "notes", "declineReason"),
    "MentorshipSession": ("summary",),
    "Consent": ("grantedAt",),
    "Registration": ("position", "attendedOn"),
}
Entity = tuple[str, UUID]
Seen = tuple[str, UUID, str]
"""A type, an id, and a masked field of it, or nothing for the row itself."""


class Replayed(Rows):
    """Rows that change; what is owned by what is kept up with them."""

    def __init__(self, rows: Rows) -> None:
        tables = {name: dict(rows.tables[name]) for name in JUDGED}
        super().__init__(tables)
        self._kept: dict[str, dict[UUID, Row]] = tables
        self._owned: dict[tuple[str, str], dict[Any, dict[UUID, Row]]] = {}

    def owned(self, table: str, column: str, key: UUID) -> Sequence[Row]:
        if (table, column) not in self._owned:
            made: dict[Any, dict[UUID, Row]] = defaultdict(dict)
            for row in self._kept[table].values():
                made[row[column]][row["id"]] = row
            self._owned[table, column] = made
        found = self._owned[table, column].get(key)
        return list(found.values()) if found else []

    def record(self, written: Written) -> tuple[Row | None, Row | None]:
        """The row before and after."""
        kept = self._kept[written.table]
        before = kept.get(written.key)
        after = None if written.row is None else {**(before or {}), **written.row}
        if after is None:
            kept.pop(written.key, None)
        else:
            kept[written.key] = after
        for (table, column), owned in self._owned.items():
            if table == written.table:
                if before is not None:
                    owned[before[column]].pop(written.key, None)
                if after is not None:
                    owned[after[column]][written.key] = after
        return before, after


@dataclass(slots=True)
class Line:
    """When something was so: at each moment whether it was from then on."""

    moments: list[int]
    states: list[bool]

    def state_at(self, moment: int) -> bool:
        return self.states[bisect_right(self.moments, moment) - 1]

    def record(self, moment: int, state: bool) -> bool:
        """Whether that is news."""
        if self.states[-1] == state:
            return False
        self.moments.append(moment)
        self.states.append(state)
        return True

    def ever(self, state: bool, first: int, last: int) -> bool:
        """Whether it was so at some moment of these."""
        if self.state_at(first) is state:
            return True
        begin, end = bisect_right(self.moments, first), bisect_right(self.moments, last)
        return state in self.states[begin:end]

    def always(self, state: bool, first: int) -> bool:
        """Whether it was so from a moment to the end."""
        return (
            self.state_at(first) is state
            and (not state) not in self.states[bisect_right(self.moments, first) :]
        )


NEVER = Line([0], [False])


@dataclass
class Lines:
    """What one viewer sees, from moment 0, before the first transaction."""

    viewer: Viewer
    sight: policy.Sight
    lines: dict[Seen, Line] = field(default_factory=dict)

    def line_of(self, type_: str, key: UUID, masked: str = "") -> Line:
        return self.lines.get((type_, key, masked), NEVER)

    def look(self, moment: int, entities: Iterable[Entity]) -> list[Entity]:
        """Look at entities again; those that the viewer came to see, or sees no longer."""
        turned = []
        self.sight._seen.clear()
        for type_, key in entities:
            row = self.sight.rows.get(TABLE[type_], key)
            seen = row is not None and self.sight.sees(type_, row)
            if self._record((type_, key, ""), moment, seen):
                turned.append((type_, key))
            for name in MASKED.get(type_, ()):
                self._record(
                    (type_, key, name), moment, seen and row is not None and self._shows(type_, name, row)
                )
        return turned

    def _record(self, seen_field: Seen, moment: int, state: bool) -> bool:
        line = self.lines.get(seen_field)
        if line is None:
            if not state:
                return False
            line = self.lines[seen_field] = Line([0], [state and moment == 0])
        return line.record(moment, state)

    def _shows(self, type_: str, name: str, row: Row) -> bool:
        if self.viewer.is_admin and name not in policy.WITHHELD.get(type_, ()):
            return True
        _, condition = policy.MASKS[type_, name]
        return condition(self.sight, row)


@dataclass
class History:
    """All moments. `turned` says, by moment, which entities some viewer came to see, or sees no longer."""

    rows: Replayed
    viewers: Sequence[Viewer]
    transactions: Sequence[Transaction]
    seen: dict[str, Lines] = field(default_factory=dict)
    turned: list[dict[Entity, str]] = field(default_factory=list)
    own: list[set[Entity]] = field(default_factory=list)

    def replay(self) -> None:
        for viewer in self.viewers:
            sight = policy.Sight(None, self.rows, viewer)  # type: ignore[arg-type]
            self.seen[viewer.name] = Lines(viewer, sight)
        self._look(0, self.everything())
        self.own.append(set())
        for moment, transaction in enumerate(self.transactions, 1):
            self._apply(moment, transaction)

    def everything(self) -> list[Entity]:
        return [(type_, key) for type_ in NODES for key in self.rows.tables[TABLE[type_]]]

    def _apply(self, moment: int, transaction: Transaction) -> None:
        touched: set[Entity] = set()
        own: set[Entity] = set()
        for written in transaction.written:
            if written.table not in JUDGED:
                continue
            old = self.rows.get(written.table, written.key)
            decisive = old is None or written.row is None or _differ(written, old)
            if decisive and old is not None:
                touched |= set(concerned(self.rows, written.table, old))
            _, new = self.rows.record(written)
            if decisive and new is not None:
                touched |= set(concerned(self.rows, written.table, new))
            if written.table in TYPE_OF:
                own.add((TYPE_OF[written.table], written.key))
        self.own.append(own)
        self._look(moment, touched)

    def _look(self, moment: int, entities: Iterable[Entity]) -> None:
        listed = list(entities)
        turned: dict[Entity, str] = {}
        for name, lines in self.seen.items():
            turned.update(dict.fromkeys(lines.look(moment, listed), name))
        self.turned.append(turned if moment else {})


def _differ(written: Written, old: Row) -> bool:
    """Whether a column differs that may decide who sees something."""
    assert written.row is not None
    return any(old[name] != written.row.get(name, old[name]) for name in JUDGED[written.table].split())


def concerned(rows: Rows, table: str, row: Row) -> Iterable[Entity]:
    """The row's own entity, and those that the policy looks at the row for."""
    key = row["id"]
    if table in TYPE_OF:
        yield TYPE_OF[table], key
    match table:
        case "project":
            yield from _each(rows, "Award", "project_id", key)
        case "project_institution" | "project_contributor":
            yield "Project", row["project_id"]
            yield from _each(rows, "Award", "project_id", row["project_id"])
        case "event_organizer":
            yield "Event", row["event_id"]
            for one in rows.owned("registration", "event_id", row["event_id"]):
                yield from _of_registration(rows, one["id"])
        case "registration":
            yield from _each(rows, "Attendance", "registration_id", key)
        case "agreement_party":
            yield "Agreement", row["agreement_id"]
        case "person":
            yield from _each(rows, "Consent", "person_id", key)
            yield from _each(rows, "Award", "recipient_id", key)
            yield from _each(rows, "Registration", "person_id", key)
        case "consent":
            yield from _each(rows, "Mentor", "person_id", row["person_id"])
            yield from _each(rows, "Award", "recipient_id", row["person_id"])
            for one in rows.owned("participant", "person_id", row["person_id"]):
                yield from _of_participant(rows, one["id"])
        case "participant":
            yield from _of_participant(rows, key)
            yield from _each(rows, "Mentorship", "participant_id", key)
            yield from _each(rows, "MentorshipSession", "participant_id", key)
            for one in rows.owned("mentorship", "participant_id", key):
                yield "Mentor", one["mentor_id"]
        case "mentor":
            yield from _each(rows, "Mentorship", "mentor_id", key)
            yield from _each(rows, "MentorshipSession", "mentor_id", key)
            for one in rows.owned("mentorship", "mentor_id", key):
                yield from _of_participant(rows, one["participant_id"])
        case "program":
            for one in rows.owned("cohort", "program_id", key):
                yield from _of_cohort(rows, one["id"])
        case "cohort":
            yield from _of_cohort(rows, key)
        case "participation":
            yield from _of_participant(rows, row["participant_id"])
        case "mentorship":
            yield "Mentor", row["mentor_id"]
            yield from _of_participant(rows, row["participant_id"])
        case "mobility":
            yield from _of_participant(rows, row["participant_id"])


def _of_participant(rows: Rows, key: UUID) -> Iterable[Entity]:
    yield "Participant", key
    yield from _each(rows, "Participation", "participant_id", key)
    yield from _each(rows, "Mobility", "participant_id", key)
    yield from _each(rows, "MentorPreference", "participant_id", key)


def _of_cohort(rows: Rows, key: UUID) -> Iterable[Entity]:
    yield from _each(rows, "Mentorship", "cohort_id", key)
    yield from _each(rows, "MentorPreference", "cohort_id", key)
    for one in rows.owned("participation", "cohort_id", key):
        yield from _of_participant(rows, one["participant_id"])


def _of_registration(rows: Rows, key: UUID) -> Iterable[Entity]:
    yield "Registration", key
    yield from _each(rows, "Attendance", "registration_id", key)


def _each(rows: Rows, type_: str, column: str, key: UUID) -> Iterable[Entity]:
    for row in rows.owned(TABLE[type_], column, key):
        yield type_, row["id"]
