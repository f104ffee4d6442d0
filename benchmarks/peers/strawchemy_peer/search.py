"""The search over several types, which Strawchemy has no field for: a resolver by hand, in two steps."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

import strawberry
from sqlalchemy import ColumnElement, Text, bindparam, func, literal, select, union_all

from benchmarks.peers.strawchemy_peer import models

WORDS = func.puente_query(bindparam("text", type_=Text()))
SEARCHED: dict[type[Any], list[ColumnElement[bool]]] = {
    models.Project: [models.Project.status != "DRAFT"],
    models.Event: [models.Event.status != "DRAFT"],
    models.Institution: [],
    models.Program: [],
    models.Cohort: [],
    models.Agreement: [models.Agreement.status != "DRAFT"],
}
KINDS = {model.__name__: model for model in SEARCHED}
_hits = union_all(
    *(
        select(
            literal(model.__name__).label("kind"), model.id, func.ts_rank(model.search, WORDS).label("rank")
        ).where(model.search.op("@@")(WORDS), *conditions)
        for model, conditions in SEARCHED.items()
    )
).subquery()
HITS = (
    select(_hits.c.kind, _hits.c.id)
    .order_by(_hits.c.rank.desc(), _hits.c.kind, _hits.c.id)
    .limit(bindparam("limit"))
)


async def search(info: strawberry.Info, text: str, limit: int = 20) -> list[Any]:
    session = info.context.session
    hits = (await session.execute(HITS, {"text": text, "limit": limit})).all()
    keys: dict[str, list[UUID]] = defaultdict(list)
    for kind, key in hits:
        keys[kind].append(key)
    found = {}
    for kind, wanted in keys.items():
        model = KINDS[kind]
        rows = await session.scalars(select(model).where(model.id.in_(wanted)))
        found.update({row.id: row for row in rows})
    return [found[key] for _, key in hits]
