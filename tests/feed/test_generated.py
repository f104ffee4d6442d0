"""Mistakes planted in what is generated: what the tests ask of the feed is not derived, and finds them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select

import planner.changes.feed_entity_triggers
import planner.changes.feed_images
import planner.changes.feed_read_triggers
import planner.changes.feed_reads
from models.migrations.repeatable import read_scripts
from planner.changes.feed_read_triggers import Group
from planner.changes.feed_reads import FeedDeclaration, policy_reads, written
from planner.changes.feed_recording import NotDerivable, Read, Recording
from schema.feed import DECLARATION, generated_feed_sql
from tests import summary
from tests.feed.differences import WrongChanges, run
from tests.feed.test_coverage import in_the_image, of_the_past, unnoted
from tests.feed.visible_dependencies import Stage

ENOUGH = 400
"""Until then a planted mistake must have been found."""
PEOPLE = 4
"""How many of the cast look at a change."""


@asynccontextmanager
async def installed(stage: Stage) -> AsyncIterator[None]:
    """What is generated now, in the stage's database, until the end of the block."""
    transaction = stage.connection.transaction()
    await transaction.start()
    try:
        by_hand, _, *others = read_scripts()
        for script in (by_hand, generated_feed_sql(), *others):
            await stage.connection.execute(script)
        yield
    finally:
        await transaction.rollback()


def image_without_a_table(patch: pytest.MonkeyPatch) -> None:
    """Nobody kept who had consented."""

    def fewer(declared: FeedDeclaration, type_name: str) -> list[Read]:
        found = policy_reads(declared, type_name)
        return [read for read in found if not read.path or read.path[-1].table != "consent"]

    patch.setattr(planner.changes.feed_images, "policy_reads", fewer)


@pytest.mark.proof
async def test_a_table_missing_in_an_image_is_found(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    image_without_a_table(monkeypatch)
    async with installed(stage):
        missing = of_the_past(monkeypatch, "Mentor") - await in_the_image(stage, "Mentor")
        assert ("consent", "purpose") in missing
    summary.tell("planted in what is generated and found: a table missing in an image")


@pytest.mark.proof
async def test_a_trigger_missing_is_found(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    unbroken = planner.changes.feed_read_triggers.groups_by_table

    def fewer(declared: FeedDeclaration) -> Mapping[str, list[Group]]:
        return {table: groups for table, groups in unbroken(declared).items() if table != "consent"}

    monkeypatch.setattr(planner.changes.feed_read_triggers, "groups_by_table", fewer)
    async with installed(stage):
        assert ("consent", "MENTOR") in await unnoted(stage, {"consent"})
    summary.tell("planted in what is generated and found: a trigger missing")


def column_not_compared(patch: pytest.MonkeyPatch) -> None:
    """Who moves to another institution is nobody's matter."""
    unbroken = written

    def fewer(table: str, columns: Iterable[str]) -> list[str]:
        return [name for name in unbroken(table, columns) if (table, name) != ("person", "institution_id")]

    patch.setattr(planner.changes.feed_read_triggers, "written", fewer)


def image_kept_too_late(patch: pytest.MonkeyPatch) -> None:
    """A note of an entity's own row is written when its row has changed."""
    patch.setattr(
        planner.changes.feed_entity_triggers,
        "image_sql",
        lambda declared, type_name, alias, *indent: planner.changes.feed_images.image_sql(
            declared, type_name, "n" if alias == "o" else alias
        ),
    )
    patch.setattr(
        planner.changes.feed_entity_triggers, "image_columns", lambda declared, type_name: frozenset({"id"})
    )


def references_not_followed(patch: pytest.MonkeyPatch) -> None:
    """Who sees what an entity refers to is that one's matter."""
    patch.setattr(planner.changes.feed_reads, "hideable_references", lambda context, type_name: ())


def links_references_not_followed(patch: pytest.MonkeyPatch) -> None:
    """No trigger asks who sees the target of a link."""
    patch.setattr(planner.changes.feed_reads, "link_references", lambda owner, link, member: ())


PLANTED: Mapping[str, Callable[[pytest.MonkeyPatch], None]] = {
    "an image without a table": image_without_a_table,
    "a column that is not compared": column_not_compared,
    "an image taken after the change": image_kept_too_late,
    "references that are not followed": references_not_followed,
    "references of links that are not followed": links_references_not_followed,
}


@pytest.mark.proof
@pytest.mark.parametrize("bug", PLANTED)
async def test_a_planted_mistake_is_delivered_wrongly(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, bug: str
) -> None:
    PLANTED[bug](monkeypatch)
    async with installed(stage):
        with pytest.raises(WrongChanges):
            await run(stage, range(ENOUGH), PEOPLE)
    summary.tell(f"planted in what is generated and found: {bug}")


def test_what_cannot_be_derived_is_refused() -> None:
    """A rule that compares with anything but an equal column has no way back to the entity."""
    scope = DECLARATION.scope(())
    row, other = scope.row("Project"), scope.row("Event")
    apart = select(other["id"]).where(other["starts_at"] > row["created_at"]).exists()
    with pytest.raises(NotDerivable, match="event is not reached from project"):
        Recording(row.source).reads([apart])


def test_a_path_leaves_out_what_stands_between() -> None:
    """An award and the links of its project have the project's id: each is found by the other's."""
    of_project = ("project", "project_contributor", "project_institution")
    found = [read.path for read in policy_reads(DECLARATION, "Award") if read.path]
    assert {path[-1].table for path in found} > {*of_project, "consent", "person"}
    assert {len(path) for path in found if path[-1].table in of_project} == {1}
