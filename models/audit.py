"""The audit log, and the idempotency keys of mutations.

Triggers write the entries (`models/migrations/sql/repeatable/writes.sql`), so changes by psql have one too.
Entries can't be updated or deleted. Values are stored separately, each with the person whom it is about, so
that a person's values can be erased while the entries stay. Each entry has a salt of its own: a hash tree
over salted entries can prove that none was rewritten, whatever was erased.
"""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Computed,
    DateTime,
    Identity,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine

from models.base import code_point_text, declare_functions, metadata

declare_functions(
    "puente_audit_actor", "puente_audit_key", "split_part", "string_to_array", "unnest", discloses=False
)


audit_entry = Table(
    "audit_entry",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("actor", code_point_text(), nullable=False),
    Column("actor_id", Uuid(), Computed("puente_audit_actor(actor)", persisted=True)),
    Column("actor_key", code_point_text(), Computed("puente_audit_key(actor)", persisted=True)),
    Column("role", code_point_text(), nullable=True),
    Column("mutation", code_point_text(), nullable=True),
    Column("request_id", code_point_text(), nullable=True),
    Column("reason", code_point_text(), nullable=True),
    Column("entity", code_point_text(), nullable=False),
    Column("entity_id", Uuid(), nullable=False),
    Column("part", code_point_text(), nullable=True),
    Column("part_id", Uuid(), nullable=True),
    Column("operation", code_point_text(), nullable=False),
    Column("status_from", code_point_text(), nullable=True),
    Column("status_to", code_point_text(), nullable=True),
    Column("columns", ARRAY(code_point_text()), nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Index(None, "entity_id", "number"),
    Index(None, "actor_key", "number"),
    Index(None, "actor_id", "number"),
)
"""`actor` is a person or client with its id, the digest of a subject, or a session's user; `actor_key`
identifies the actor to readers of the entry without revealing it. `part` is the table of a changed link."""

audit_value = Table(
    "audit_value",
    metadata,
    Column("entry", BigInteger, nullable=False),
    Column("column_name", code_point_text(), nullable=False),
    Column("person_id", Uuid(), nullable=True, index=True),
    Column("before", JSONB, nullable=True),
    Column("after", JSONB, nullable=True),
    PrimaryKeyConstraint("entry", "column_name"),
)
"""Without a foreign key to the entry, which is written in the same statement and never deleted."""

idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("viewer", code_point_text(), nullable=False),
    Column("mutation", code_point_text(), nullable=False),
    Column("key", code_point_text(), nullable=False),
    Column("input_hash", code_point_text(), nullable=False),
    Column("entity_id", Uuid(), nullable=True),
    Column("changed", ARRAY(code_point_text()), nullable=False, server_default=text("'{}'")),
    Column("created", Boolean(), nullable=False, server_default=text("false")),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now(), index=True),
    PrimaryKeyConstraint("viewer", "mutation", "key"),
)

WRITE_TABLES = (audit_entry, audit_value, idempotency_key)
"""The tables of this module: they hold no entity."""

PRUNE = text("""
    delete from idempotency_key where ctid = any(array(
        select ctid from idempotency_key where at < now() - make_interval(secs => :seconds) limit :at_once))
""")


async def prune_keys(engine: AsyncEngine, seconds: float, at_once: int) -> int:
    """Delete idempotency keys older than `seconds`, up to a limit; returns how many were deleted."""
    async with engine.begin() as connection:
        gone = await connection.execute(PRUNE, {"seconds": seconds, "at_once": at_once})
    return int(gone.rowcount)
