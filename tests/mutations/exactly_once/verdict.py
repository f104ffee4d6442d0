"""Compares what clients were answered with what was done: rows, the audit log, keys, notifications, mail."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID

import asyncpg

from tests.mail.mail_server import Got
from tests.mutations.exactly_once.attempts import Attempt

ENTRIES = """
    select e.number, e.mutation, e.request_id, e.entity_id, e.operation, v.before, v.after
    from audit_entry e left join audit_value v on v.entry = e.number and v.column_name = 'summary_en'
    where e.part is null and e.request_id like 'once-%' and e.entity = any(array['project', 'registration'])
    order by e.number
"""
MADE = "select title_en, count(*) from project where title_en like 'once-%' group by 1"
PROJECTS = "select id, version, summary_en from project where id = any($1)"
KEYS = "select key from idempotency_key where key like 'once-%' order by key"
PROMOTED = """
    select entity_id, count(*) from audit_entry
    where entity = 'registration' and (status_from, status_to) = ('WAITLISTED', 'CONFIRMED') group by 1
"""
NOTIFIED = """
    select registration_id, count(*) from notification where registration_id is not null
    and not is_synthetic group by 1
"""
MAILED = "select id, state from notification where registration_id is not null and not is_synthetic"


MAY_BE_MAILED = {"SENT", "SUPPRESSED"}


async def faults_of(
    url: str, attempts: Sequence[Attempt], begun: Mapping[str, int], mails: Sequence[Got]
) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        entries = await connection.fetch(ENTRIES)
        found = [*answers(attempts), *once(attempts, entries)]
        made = dict(map(tuple, await connection.fetch(MADE)))
        found += [*creations(attempts, made)]
        wanted = [UUID(id.partition("_")[2]) for id in begun]
        rows = {row["id"]: row for row in await connection.fetch(PROJECTS, wanted)}
        found += [*chains(attempts, begun, rows, entries)]
        keys = Counter(row["key"] for row in await connection.fetch(KEYS))
        done = Counter(one.token for one in attempts if one.is_done)
        found += [f"key kept {n} times: {key}" for key, n in keys.items() if n != done[key]]
        found += [f"no key kept: {key}" for key in done if not keys[key]]
        promoted, notified = [dict(map(tuple, await connection.fetch(one))) for one in (PROMOTED, NOTIFIED)]
        found += [f"promotions {promoted}, notifications {notified}"] * (promoted != notified)
        found += [*mailed(await connection.fetch(MAILED), mails)]
        return found
    finally:
        await connection.close()


def answers(attempts: Sequence[Attempt]) -> Iterator[str]:
    """All answers to the same mutation say the same; one at the most that it was done now."""
    for one in attempts:
        if not one.payloads:
            yield f"the outcome is unknown of {one.token}"
            continue
        done = [payload for payload in one.payloads if not payload["userErrors"]]
        if len({str(payload["changed"]) for payload in done}) > 1:
            yield f"answers differ: {one.token}"
        if sum(not payload["replayed"] for payload in done) > 1:
            yield f"done again: {one.token}"
        if (
            done
            and len(done) < len(one.payloads)
            and one.payloads.index(done[0]) < len(one.payloads) - len(done)
        ):
            yield f"refused after it was done: {one.token}"


def once(attempts: Sequence[Attempt], entries: Sequence[Any]) -> Iterator[str]:
    """Who did something stands in the log once; a repetition of an open registration not at all."""
    own = Counter((row["request_id"].rpartition(".")[0], row["entity_id"]) for row in entries)
    anything = Counter(row["request_id"].rpartition(".")[0] for row in entries)
    for one in attempts:
        if not one.is_done:
            found, wanted = anything[one.token], {0}
        else:
            found = own[one.token, UUID(one.object["id"].partition("_")[2])]
            wanted = {0, 1} if one.mutation == "registerForEvent" else {1}
        if found not in wanted:
            yield f"{found} entries of {one.mutation} {one.token}, done: {one.is_done}"


def creations(attempts: Sequence[Attempt], made: Mapping[str, int]) -> Iterator[str]:
    wanted = {one.token: 1 for one in attempts if one.mutation == "createProject" and one.is_done}
    for token in wanted.keys() | made.keys():
        if wanted.get(token) != made.get(token):
            yield f"rows of {token}: {made.get(token, 0)}, reported: {wanted.get(token, 0)}"


def chains(
    attempts: Sequence[Attempt], begun: Mapping[str, int], rows: Mapping[UUID, Any], entries: Sequence[Any]
) -> Iterator[str]:
    """Of each project: every accepted update was based on the one before, and its value stayed."""
    accepted: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in attempts:
        if one.mutation == "updateProject" and one.is_done:
            accepted[one.input["id"]][one.input["expectedVersion"]].append(one.token)
    log: dict[UUID, list[Any]] = defaultdict(list)
    for row in entries:
        if row["mutation"] == "updateProject":
            log[row["entity_id"]].append(row)
    for id, first in begun.items():
        key = UUID(id.partition("_")[2])
        yield from _chain(id, first, accepted[id], rows[key], log[key])


def _chain(
    id: str, first: int, accepted: Mapping[int, Sequence[str]], row: Any, log: Sequence[Any]
) -> Iterator[str]:
    versions = sorted(accepted)
    if versions != list(range(first, first + len(versions))) or row["version"] != first + len(versions):
        yield f"{id}: based on {versions}, begun at {first}, now at {row['version']}"
    yield from (
        f"{id}: two based on {v}: {based_on_it}"
        for v, based_on_it in accepted.items()
        if len(based_on_it) > 1
    )
    tokens = [based_on_it[-1] for _, based_on_it in sorted(accepted.items())]
    written = [entry["after"] and entry["after"].strip('"') for entry in log]
    if written != tokens:
        yield f"{id}: accepted {tokens}, written {written}"
    for before, after in pairwise(log):
        if before["after"] != after["before"]:
            yield f"{id}: {after['after']} was written over {after['before']}, not {before['after']}"
    if tokens and row["summary_en"] != tokens[-1]:
        yield f"{id}: lost {tokens[-1]}, has {row['summary_en']}"


def mailed(notified: Sequence[Any], mails: Sequence[Got]) -> Iterator[str]:
    """Each notification once: who is mailed again because a server was killed gets the same Message-ID.

    If it was killed before it could say so, the next look may find that there is nothing to tell any more.
    """
    states = {str(row["id"]): row["state"] for row in notified}
    got = {(mail.address, mail.id.strip("<>").partition("@")[0]) for mail in mails}
    ids = Counter(id for _, id in got)
    yield from (f"mailed to {n} addresses: {id}" for id, n in ids.items() if n > 1)
    yield from (f"mailed: {id} {states.get(id)}" for id in ids if states.get(id) not in MAY_BE_MAILED)
    yield from (
        f"not mailed: {id} {state}" for id, state in states.items() if state == "SENT" and not ids[id]
    )
    yield from (f"not mailed: {row['id']} {row['state']}" for row in notified if row["state"] == "QUEUED")
