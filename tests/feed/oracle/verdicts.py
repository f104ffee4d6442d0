"""Compares deliveries with commits: what is lost, out of order, leaked or wrong."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.feed.oracle.copies import Copy, Node, ReceivedChange
from tests.feed.oracle.replay import MASKED, History, Lines
from tests.feed.oracle.wal import Transaction
from tests.reference.ids import global_id

CLOCKS = 0.05  # seconds that the clock of a commit and ours may differ


@dataclass(frozen=True, slots=True)
class Numbered:
    """A change with its number, and the moment of the transaction that made it."""

    number: int
    type: str
    key: UUID
    version: int
    own: bool
    moment: int


@dataclass
class Verdict:
    """Everything that is wrong, by kind: the first few in words, all in numbers."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def blame(self, kind: str, words: str) -> None:
        self.counts[kind] += 1
        if len(self.examples[kind]) < 5:
            self.examples[kind].append(words)

    def __bool__(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.counts)

    def __str__(self) -> str:
        totals = [f"{kind}: {number}" for kind, number in self.counts.items()]
        return "\n".join(
            [*totals, *(f"  {kind}: {one}" for kind, all in self.examples.items() for one in all)]
        )


def numbered(transactions: Sequence[Transaction], verdict: Verdict) -> list[Numbered]:
    """The changes that the feed has, and the transactions that they are of."""
    notes: dict[int, tuple[int, dict[str, Any]]] = {}
    found: list[Numbered] = []
    for moment, transaction in enumerate(transactions, 1):
        taken: dict[tuple[Any, ...], int] = {}
        for written in transaction.written:
            if written.table == "change_note":
                if written.row is not None:
                    notes[written.key] = (moment, {**notes.get(written.key, (0, {}))[1], **written.row})
                elif written.key in notes:
                    made, note = notes.pop(written.key)
                    taken[_mark(note)] = made
            elif written.table == "change" and written.row is not None:
                row = written.row
                made = taken.get(_mark(row), 0)
                if not made:
                    verdict.blame("made up", f"{row}")
                found.append(
                    Numbered(
                        row["number"], _type(row["type"]), row["entity_id"], row["version"], row["own"], made
                    )
                )
    for _, note in notes.values():
        verdict.blame("lost", f"never numbered: {note}")
    return found


def _mark(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["entity_id"], row["version"], row["own"], row["at"]


def _type(value: str) -> str:
    return value.capitalize()


@dataclass
class FeedVerifier:
    history: History
    changes: Sequence[Numbered]
    verdict: Verdict
    at: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.at = [one.committed_at for one in self.history.transactions]

    def feed(self) -> None:
        """Every change of an entity, and every turn of who sees it, has its change; they are in order."""
        made: dict[tuple[int, str, UUID], bool] = {}
        last: dict[tuple[str, UUID], Numbered] = {}
        ordered = sorted(self.changes, key=lambda one: one.number)
        for number, change in enumerate(ordered, ordered[0].number if ordered else 1):
            made[change.moment, change.type, change.key] = change.own
            if change.number != number:
                self.verdict.blame("not dense", f"{change} is the {number}th")
            before = last.get((change.type, change.key))
            if before is not None and (before.moment >= change.moment or before.version > change.version):
                self.verdict.blame("out of order", f"{before} before {change}")
            last[change.type, change.key] = change
        for moment in range(1, len(self.history.transactions) + 1):
            for type_, key in self.history.own[moment]:
                if not made.get((moment, type_, key)):
                    self.verdict.blame("lost", f"no change of {type_} {key} in transaction {moment}")
            for (type_, key), viewer in self.history.turned[moment].items():
                if (moment, type_, key) not in made:
                    self.verdict.blame("lost", f"no change where {viewer} turned to {type_} {key}")

    def copy(self, copy: Copy, upto: int) -> None:
        """What one subscriber received of the changes up to a number."""
        for fault in copy.faults:
            self.verdict.blame("out of order", f"{copy.name}: {fault}")
        lines = self.history.seen[copy.viewer]
        by_number = {one.number: one for one in self.changes}
        self._order(copy)
        for received in copy.received:
            change = by_number.get(received.number)
            if change is None or (change.type, change.key) != (received.type, received.key):
                self.verdict.blame("made up", f"{copy.name}: {received}")
            else:
                self._received(copy, lines, received, change)
        received_kinds: dict[int, set[str]] = defaultdict(set)
        for received in copy.received:
            received_kinds[received.number].add(received.kind)
        for change in self.changes:
            if copy.since < change.number <= upto:
                self._complete(copy, lines, change, received_kinds.get(change.number, set()))

    def _order(self, copy: Copy) -> None:
        """Of one entity, versions only grow; REMOVED bears the version that was seen last."""
        versions: dict[tuple[str, UUID], tuple[int, int]] = {}
        for received in copy.received:
            number, version = versions.get((received.type, received.key), (0, 0))
            if received.number > number:
                if received.version < version:
                    self.verdict.blame("out of order", f"{copy.name}: {received} after version {version}")
                versions[received.type, received.key] = (received.number, received.version)

    def _received(self, copy: Copy, lines: Lines, received: ReceivedChange, change: Numbered) -> None:
        line = lines.line_of(received.type, received.key)
        before, latest = line.state_at(change.moment - 1), bisect_right(self.at, received.at + CLOCKS)
        latest = max(latest, change.moment)
        if before != (received.kind != "ADDED"):
            kind = "leaked" if received.kind == "REMOVED" else "wrong kind"
            self.verdict.blame(kind, f"{copy.name}: {received}, and seen before: {before}")
        if not line.ever(received.kind != "REMOVED", change.moment, latest):
            kind = "wrong kind" if received.kind == "REMOVED" else "leaked"
            self.verdict.blame(
                kind, f"{copy.name}: {received}, and it was not so since transaction {change.moment}"
            )
        masks = MASKED.get(received.type, ())
        for first, names in (
            (change.moment, received.fields),
            (change.moment - 1, set(received.changed) & set(masks)),
        ):
            for name in names:  # a field that was visible may be named as changed: it became null
                if not lines.line_of(received.type, received.key, name).ever(True, first, latest):
                    self.verdict.blame("leaked", f"{copy.name}: {name} of {received}")

    def _complete(self, copy: Copy, lines: Lines, change: Numbered, kinds: set[str]) -> None:
        line = lines.line_of(change.type, change.key)
        before = line.state_at(change.moment - 1)
        wanted = None
        if before and line.always(False, change.moment):
            wanted = "REMOVED"
        elif not before and line.always(True, change.moment):
            wanted = "ADDED"
        elif before and change.own:
            wanted = "UPDATED" if line.always(True, change.moment) else "ANY"
        if wanted is not None and wanted not in kinds and (wanted != "ANY" or not kinds):
            self.verdict.blame(
                "lost", f"{copy.name}: {change} should be {wanted}, was delivered as {kinds or None}"
            )

    def equal(self, copy: Copy, nodes: Mapping[str, Node]) -> None:
        """The copy is what is shown now, field by field; and that is what the policy shows."""
        for id in sorted(copy.nodes.keys() | nodes.keys()):
            mine, theirs = copy.nodes.get(id), nodes.get(id)
            if mine != theirs:
                if mine is None or theirs is None:
                    different = f"copied {mine}, shown {theirs}"
                else:
                    different = ", ".join(
                        f"{name}: copied {mine[name]}, shown {theirs.get(name)}"
                        for name in mine
                        if mine[name] != theirs.get(name)
                    )
                self.verdict.blame("unequal", f"{copy.name}: {id}: {different}")
        lines = self.history.seen[copy.viewer]
        for type_, key in self.history.everything():
            if lines.line_of(type_, key).states[-1] != (global_id(type_, key) in nodes):
                self.verdict.blame(
                    "witness", f"{copy.name}: {type_} {key} is shown otherwise than the policy says"
                )


def settled(history: History, verdict: Verdict) -> None:
    """What the witness followed step by step is what it sees at the end, looking at everything again."""
    end = len(history.transactions)
    for name, lines in history.seen.items():
        for type_, key in lines.look(end + 1, history.everything()):
            verdict.blame("witness", f"{name}: {type_} {key} turned without being looked at")
