"""Records of people are joined: everybody is told of what they see, and of nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from models.loading.natural_keys import id_of
from models.merge_statements import merge_statements
from tests.feed.test_references import Scene, turned
from tests.feed.visible_dependencies import Stage

PAIRS = (
    ("mentor-02", "mentor-04"),
    ("student-22", "student-09"),
    ("mentor-05", "student-01"),
    ("student-04", "student-15"),
)
"""Who stays and who goes: with one kind of record, with both kinds, and with other consents."""
VIEWERS = ("public", "uc-coordinator", "mentor", "participant", "admin")


def merges() -> Iterator[str]:
    """The statements of all of them, with what they are given."""
    for kept, lost in PAIRS:
        ids = {"id": id_of("person", kept), "set": {"duplicate": id_of("person", lost)}}
        given = orjson.dumps(ids).decode()
        yield from (one.replace("$1", f"'{given}'::jsonb") for one in merge_statements())


async def test_everybody_is_told_what_they_see(stage: Stage) -> None:
    """`turned` compares what each one sees before and after with what they are told."""
    transaction = stage.connection.transaction()
    await transaction.start()
    try:
        await turned(stage, Scene(VIEWERS, list(merges())))
        gone = [id_of("person", lost) for _, lost in PAIRS]
        assert await stage.connection.fetchval("select count(*) from person where id = any($1)", gone) == 0
    finally:
        await transaction.rollback()
