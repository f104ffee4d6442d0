"""Bugs to plant in how two records of one person become one."""

from __future__ import annotations

from collections.abc import Mapping

import planner.mutation.write_statement
from tests.access.leaks import Plant
from tests.mutations.model.planted_declarations import declared, following, unguarded

MERGE = "mergePeople"
FURTHER = "{COMPLETED,ACTIVE,ACCEPTED,NOMINATED,WITHDRAWN}"


def without_effect(text: str) -> Plant:
    """Something else that a merge does is left out."""

    def change(act: object) -> Mapping[str, object]:
        effects: tuple[str, ...] = act.effects  # type: ignore[attr-defined]
        assert any(text in one for one in effects), "there is something to leave out"
        return {"effects": tuple(one for one in effects if text not in one)}

    return declared(MERGE, change)


PLANTED: Mapping[str, Plant] = {
    "a withdrawn consent that comes back": following(
        MERGE, "bool_and(w.withdrawn_at is not null)", "bool_and(false)"
    ),
    "an award of somebody else": following(
        MERGE,
        "update award t set recipient_id = p.stays",
        "update award t set recipient_id = (select id from person order by id limit 1)",
    ),
    "the participation that is less far": following(MERGE, FURTHER, "{NOMINATED,ACCEPTED,ACTIVE,COMPLETED}"),
    "a biography lost with its record": following(MERGE, "coalesce(k.biography_en, ", "coalesce(null, "),
    "a record archived with the other one": following(
        MERGE,
        "case when g.archived_at is not null then k.archived_at end",
        "coalesce(k.archived_at, g.archived_at)",
    ),
    "projects whose people are others, unnoticed": without_effect("update project set version"),
    "a login without the roles of the others": without_effect("insert into access_grant"),
    "more participants than a mentor takes": unguarded(MERGE, "CAPACITY_REACHED"),
    "a duplicate that was changed meanwhile": lambda patch: patch.setattr(
        planner.mutation.write_statement, "version_checks", lambda *_: iter(())
    ),
}
AMONG: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(PLANTED, (MERGE,)),
    "a login without the roles of the others": (MERGE, MERGE, "createMentor", "linkIdentity"),
}
"""The mutations that these bugs show in."""
