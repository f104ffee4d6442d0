"""The statements that merge two records of a person, in order; each reads `$1`.

References to the duplicate are moved first. Then it is deleted, and values that only it had are taken over.
"""

from __future__ import annotations

from collections.abc import Iterator

from models.audited_tables import audited_tables
from models.base import ARCHIVED_AT, metadata
from models.person_merge import RANKS, MergeRule, PersonReference, is_list, references_to, taken_over

KEPT = "($1 ->> 'id')::uuid"
LOST = "($1 -> 'set' ->> 'duplicate')::uuid"


def merge_statements() -> tuple[str, ...]:
    """Everything that refers to the duplicate refers to the kept person afterwards."""
    people = f"select {KEPT} as stays, {LOST} as goes"
    return (*_merged("person", people), RECORDED, *AFTERWARDS)


def _merged(table: str, pairs: str) -> Iterator[str]:
    """Merge rows; `pairs` is a query of their ids, `stays` and `goes`."""
    for one in references_to(table):
        yield from _moved(one, pairs)
    sets = ", ".join(f"{name} = {_taken(table, name)}" for name in taken_over(table))
    update = UPDATED.format(table=table, sets=sets) if sets else "select from gone"
    yield GONE.format(table=table, pairs=pairs, update=update)


def _taken(table: str, column: str) -> str:
    """The value after the merge; a confirmation is taken over together with the home that it confirms.

    The row is archived only if both are.
    """
    if column == ARCHIVED_AT:
        return "case when g.archived_at is not null then k.archived_at end"
    if column == "home_confirmed":
        return "case when k.institution_id is null then g.home_confirmed else k.home_confirmed end"
    if is_list(metadata.tables[table].c[column]):
        return f"case when cardinality(k.{column}) = 0 then g.{column} else k.{column} end"
    return f"coalesce(k.{column}, g.{column})"


def _moved(one: PersonReference, pairs: str) -> Iterator[str]:
    if one.rule is MergeRule.STRICTER:
        yield STRICTER
    if (owner := _owner(one)) is not None:
        yield TOUCHED.format(table=one.table, column=one.column, pairs=pairs, owner=owner[0], key=owner[1])
    if one.rule is MergeRule.MERGED:
        for others, where in one.keys:
            yield from _merged(one.table, _collisions(one, others, where, pairs))
    yield MOVED.format(table=one.table, column=one.column, pairs=pairs)


def _collisions(one: PersonReference, others: tuple[str, ...], where: str, pairs: str) -> str:
    """A query of the pairs of rows of which only one may exist."""
    names = [f"e{number}" for number in range(len(others))]
    values = "".join(f", {other} as {name}" for other, name in zip(others, names, strict=True))
    ranked = f"select id, {one.column} as key, {RANKS.get(one.table, '0')} as rank{values}"
    return COLLISIONS.format(
        rows=f"{ranked} from {one.table} where {where}",
        pairs=pairs,
        same="".join(f" and k.{name} = l.{name}" for name in names),
    )


def _owner(one: PersonReference) -> tuple[str, str] | None:
    """The table of the entity that a link is a part of, and the column that refers to it."""
    found = audited_tables().get(one.table)
    if found is None or found.owner_key in ("", one.column):
        return None
    return found.owner, found.owner_key


COLLISIONS = """
    select case when l.rank < k.rank then l.id else k.id end as stays,
        case when l.rank < k.rank then k.id else l.id end as goes
    from ({pairs}) p join ({rows}) l on l.key = p.goes join ({rows}) k on k.key = p.stays{same}
"""
MOVED = "update {table} t set {column} = p.stays from ({pairs}) p where t.{column} = p.goes"
TOUCHED = """
    update {owner} set version = version where id in (
        select t.{key} from {table} t join ({pairs}) p on p.goes = t.{column})
"""
"""A link is a part of its owner, whose version grows."""
GONE = """
    with pairs as materialized (
        {pairs}
    ), gone as (
        delete from {table} t using pairs p where t.id = p.goes returning t.*, p.stays
    )
    {update}
"""
UPDATED = "update {table} k set {sets} from gone g where k.id = g.stays"
STRICTER = f"""
    update consent c set withdrawn_at = greatest(now(), granted_at)
    where withdrawn_at is null and person_id in ({KEPT}, {LOST}) and (
        exists (select from consent w where w.person_id in ({KEPT}, {LOST}) and w.purpose = c.purpose
            group by w.person_id having bool_and(w.withdrawn_at is not null))
        or exists (select from consent n where n.person_id in ({KEPT}, {LOST}) and n.purpose = c.purpose
            and n.withdrawn_at is null
            and (n.granted_at, n.person_id = {KEPT}) > (c.granted_at, c.person_id = {KEPT})))
"""  # noqa: S608
"""Ends a purpose for which one of the two has no consent in force any more; of two the newer one stays."""
RECORDED = f"insert into person_merge (person_id, duplicate_id) values ({KEPT}, {LOST})"  # noqa: S608
HELD = f"""
    insert into access_grant (issuer, subject, role, person_id)
    select distinct i.issuer, i.subject, g.role, g.person_id
    from access_grant g join access_identity o on (o.issuer, o.subject, o.person_id)
            = (g.issuer, g.subject, g.person_id)
        join access_identity i on i.person_id = g.person_id
    where g.person_id = {KEPT} and g.revoked_at is null and g.expires_at is null and not exists (
        select from access_grant h
        where (h.issuer, h.subject, h.role, h.person_id) = (i.issuer, i.subject, g.role, g.person_id))
"""  # noqa: S608
LINKED = f"update access_identity set person_id = person_id where person_id = {KEPT}"  # noqa: S608
KEYS = f"""
    update idempotency_key k set viewer = 'person ' || {KEPT} where viewer = 'person ' || {LOST}
        and not exists (select from idempotency_key o
            where (o.viewer, o.mutation, o.key) = ('person ' || {KEPT}, k.mutation, k.key))
"""  # noqa: S608
AFTERWARDS = (HELD, LINKED, KEYS)
"""Each login of the person gets the grants that any of them has, unless they were revoked for it. Touching
the identities makes viewers read their grants again. Idempotency keys of the duplicate stay valid."""
