"""Who reads what of the audit log: every viewer, compared with a reference that doesn't use the planner."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import case, literal_column

import schema
import schema.audit_fields
import schema.audit_rules
from planner.declaration.access import EntityPolicy, Policy, every_row
from planner.engine import Engine
from tests import summary
from tests.personas import CAST, CLIENTS
from tests.random_queries.comparison import RandomQuery, difference
from tests.random_queries.run import BOUNDS, Harness
from tests.random_queries.viewers import viewers_of
from tests.reference.audit import LogReader, cursor
from tests.reference.audit_rows import AuditLog, load_log
from tests.reference.disclosure import canaries_of
from tests.reference.tables import ReferenceContext
from tests.reference.viewers import Viewer
from tests.tiers import TIER

OFTEN = ("public", "uc-coordinator", "mentor", "participant", "admin", "two-systems", "client")
VIEWERS = [
    name if name in OFTEN else pytest.param(name, marks=pytest.mark.proof) for name in (*CAST, *CLIENTS)
]
SELECTING = """
    query ($entity: ID, $actor: ID, $mutation: String, $since: DateTime, $until: DateTime,
            $first: Int, $after: String, $last: Int, $before: String) {
        auditLog(entity: $entity, actor: $actor, mutation: $mutation, since: $since, until: $until,
                first: $first, after: $after, last: $last, before: $before) {
            totalCount
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
            nodes { %s }
        }
    }"""
WHICH = "number entityId"
WHOLE = """
    number at actor { kind id name hiddenFields { field reason } } roles mutation requestId reason
    operation entity { __typename id } entityId part statusFrom statusTo fields
    changes { field language before after } hiddenFields { field reason }
"""
QUERY = SELECTING % WHOLE
ROUNDS = 5
Arguments = Mapping[str, Any]


@pytest.fixture(scope="module")
def log(reference_harness: Harness, hard_url: str) -> AuditLog:
    return reference_harness.loop.run(load_log(hard_url))


def reader_of(where: Harness, log: AuditLog, viewer: Viewer) -> LogReader:
    return LogReader(ReferenceContext(where.comparison.world, viewer), log)


def pages(reader: LogReader, draw: random.Random) -> Iterator[Arguments]:
    """The latest, and in English older ones, with some of webhooks, which have secrets."""
    yield {"first": 100}
    if reader.context.viewer.language == "EN":
        yield {"first": 100, "mutation": "update_project"}
        yield {"first": 100, "after": cursor(draw.choice(reader.log.entries))}
        of_webhooks = [n for n, one in enumerate(reader.log.entries) if one["entity"] == "webhook"]
        yield {"first": 3, "after": cursor(reader.log.entries[of_webhooks[0] + 1])}


def questions(reader: LogReader, draw: random.Random, rounds: int) -> Iterator[Arguments]:
    """Those that name a record, an actor, a mutation or a time, from a cursor or without."""
    seen = [entry for entry in reader.log.entries if reader.reads(entry)]
    for _ in range(rounds):
        entry = draw.choice(seen if seen and draw.random() < 0.8 else reader.log.entries)
        given: dict[str, Any] = {draw.choice(["first", "last"]): draw.choice([0, 1, 3, 100])}
        records = reader.entry(entry)["entityId"]
        if records is None and entry["entity"] == "person":
            profiles = reader.owned("Participant", entry["entity_id"])
            records = next((f"participant_{row['id']}" for row in profiles), None)
        if records is not None and draw.random() < 0.6:
            given["entity"] = records
        if draw.random() < 0.3:
            given["actor"] = reader.actor(entry)["id"]
        if entry["mutation"] is not None and draw.random() < 0.3:
            given["mutation"] = entry["mutation"]
        if draw.random() < 0.3:
            given[draw.choice(["since", "until"])] = entry["at"] + timedelta(seconds=draw.choice([-1, 0, 1]))
        if draw.random() < 0.4:
            given[draw.choice(["after", "before"])] = cursor(draw.choice(reader.log.entries))
        yield given


def answered(where: Harness, viewer: Viewer, given: Arguments, query: str = QUERY) -> Any:
    written = {
        name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in given.items()
    }
    answer = where.loop.run(where.comparison._planned(RandomQuery(query, written, viewer)))
    assert answer.code is None, answer.message
    return answer.data["auditLog"]


def compared(where: Harness, reader: LogReader, given: Arguments, *, whole: bool = True) -> dict[str, Any]:
    """What both answer, of whole entries or of which they are; raises where they do not agree."""
    expected = reader.page(given)
    if not whole:
        nodes = [{name: one[name] for name in WHICH.split()} for one in expected["nodes"]]
        expected = {**expected, "nodes": nodes}
    got = answered(where, reader.context.viewer, given, QUERY if whole else SELECTING % WHICH)
    differs = difference(expected, got, "auditLog")
    assert differs is None, f"{differs}\nas {reader.context.viewer.name}: {given}"
    return expected


@pytest.mark.sized
@pytest.mark.parametrize("name", VIEWERS)
def test_everybody_reads_what_the_reference_says(
    reference_harness: Harness, log: AuditLog, name: str
) -> None:
    met: Counter[str] = Counter()
    for viewer in viewers_of(name):
        reader, draw = reader_of(reference_harness, log, viewer), random.Random(f"{name} {viewer.language}")
        for given in questions(reader, draw, ROUNDS if viewer.language == "EN" else 1):
            compared(reference_harness, reader, given, whole=TIER.whole_entries)
        for given in pages(reader, draw):
            page = compared(reference_harness, reader, given)
            met["entries"] += len(page["nodes"])
            met["values"] += sum(len(one["changes"]) for one in page["nodes"])
            met["canaries"] += len(canaries_of(page))
    summary.tell(f"audit log as {name}: {', '.join(f'{n} {kind}' for kind, n in sorted(met.items()))}")
    assert bool(met["entries"]) == (name not in ("public", "integration", *SYSTEMS))


SYSTEMS = ("two-systems", "system-without-scopes")
"""Without an API client of theirs there is nothing that they did."""


def test_what_is_hidden_is_in_the_log(reference_harness: Harness, log: AuditLog) -> None:
    """Or nothing of the above would be proven of it."""
    kept = {
        (entry["part"] or entry["entity"], value["column_name"])
        for entry in log.entries
        for value in log.values.get(entry["number"], [])
        if canaries_of(value["after"] or "")
    }
    hidden = {
        ("person", "given_name"),
        ("person", "phone"),
        ("mentorship", "notes"),
        ("agreement", "document_url"),
    }
    assert hidden <= kept
    assert {entry["operation"] for entry in log.entries} >= {"INSERT", "UPDATE", "DELETE"}


def every_record(patch: pytest.MonkeyPatch) -> None:
    """Coordinators read the entries of all records."""
    patch.setitem(schema.POLICY.entities, "AuditEntry", _with_rows({"COORDINATOR": every_row}))


def _with_rows(rows: Mapping[str, Any]) -> EntityPolicy:
    return replace(schema.POLICY.entities["AuditEntry"], rows=rows)


def values_unmasked(patch: pytest.MonkeyPatch) -> None:
    """Values are shown whatever their fields' masks say."""
    mask = Policy.mask
    patch.setattr(Policy, "mask", lambda *given: None if given[1].type_name != "AuditEntry" else mask(*given))


def references_unchecked(patch: pytest.MonkeyPatch) -> None:
    """The ids of hidden rows leak."""
    unbroken = schema.audit_fields.label_of

    def unchecked(row: Any, name: Any, value: Any) -> Any:
        text = value.op("#>>")(literal_column("'{}'::text[]"))
        prefix = unbroken(row, name, schema.audit_fields.PREFIX)
        return case((prefix.is_(None), text), else_=prefix.concat("_").concat(text))

    patch.setattr(schema.audit, "display_text", unchecked)


def reasons_open(patch: pytest.MonkeyPatch) -> None:
    """The reason of an act is visible to everyone who reads the entry."""
    stated = schema.POLICY.entities["AuditEntry"]
    patch.setitem(
        schema.POLICY.entities, "AuditEntry", replace(stated, open=stated.open | {"reason"}, masks={})
    )


LEAKED_TO = ("uc-coordinator", "mentor", "client", "participant")


def compared_by(where: Harness, log: AuditLog, names: Sequence[str]) -> None:
    for name in names:
        reader = reader_of(where, log, viewers_of(name)[0])
        for given in pages(reader, random.Random(name)):
            compared(where, reader, given)


def moments_open(patch: pytest.MonkeyPatch) -> None:
    """Entries of a record are read by who may not see when it changed."""
    patch.setattr(schema.audit_rules, "_moments", lambda record: [])


PLANTED: tuple[Callable[[pytest.MonkeyPatch], None], ...] = (
    every_record,
    values_unmasked,
    references_unchecked,
    reasons_open,
    moments_open,
)


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_leak_is_found(
    reference_harness: Harness,
    log: AuditLog,
    monkeypatch: pytest.MonkeyPatch,
    plant: Callable[[pytest.MonkeyPatch], None],
) -> None:
    plant(monkeypatch)
    engine = Engine(schema.graphql_schema, schema.catalog, schema.POLICY, BOUNDS)
    leaking = replace(reference_harness, comparison=replace(reference_harness.comparison, engine=engine))
    with pytest.raises(AssertionError, match="expected"):
        compared_by(leaking, log, LEAKED_TO)


def test_another_types_id_and_one_that_is_none(reference_harness: Harness) -> None:
    viewer = viewers_of("admin")[0]
    nothing = answered(reference_harness, viewer, {"entity": "webhook_00000000-0000-0000-0000-000000000000"})
    assert nothing["nodes"] == []
    answer = reference_harness.loop.run(
        reference_harness.comparison._planned(RandomQuery(QUERY, {"entity": "nonsense"}, viewer))
    )
    assert answer.code == "BAD_USER_INPUT"


def test_it_is_read_by_one_statement_and_no_feed_tells_of_it() -> None:
    type_ = schema.catalog.types["AuditEntry"]
    assert not type_.followed
    assert type_.prefix is None
    assert "auditLog" not in schema.graphql_schema.subscription_type.fields  # type: ignore[union-attr]
    assert "AUDIT_ENTRY" not in schema.change.TYPES
