"""What is noted of statements that write many rows, or rows of several tables at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import orjson
import pytest

from tests.feed.visible_dependencies import Stage

MADE = UUID("00000000-0000-4000-8000-00000000000a")
OTHER = UUID("00000000-0000-4000-8000-00000000000b")
NEW_PROJECT = """
    insert into project (id, slug, title_en, status, date_precision)
    values ('00000000-0000-4000-8000-00000000000a', 'made-at-once', 'Made at once', 'ACTIVE', 'DAY')
"""
NOTES = """
    select n.*, case when was ? 'version' then puente_image_of_note(n) else was end as was
    from change_note n where entity_id = $1
"""


@pytest.fixture
async def open_stage(stage: Stage) -> AsyncIterator[Stage]:
    """In a transaction that is rolled back."""
    transaction = stage.connection.transaction()
    await transaction.start()
    yield stage
    await transaction.rollback()


async def note(stage: Stage, entity: UUID) -> Any:
    found = await stage.connection.fetchrow(NOTES, entity)
    return {**found, "was": None if found["was"] is None else orjson.loads(found["was"])}


async def linked_project(stage: Stage) -> UUID:
    """A project with institutions."""
    found: UUID = await stage.connection.fetchval(
        "select p.id from project p where status <> 'DRAFT' and exists"
        " (select from project_institution t where t.project_id = p.id) order by p.id limit 1"
    )
    return found


async def test_a_new_entity_with_its_links_is_new(open_stage: Stage) -> None:
    await open_stage.connection.execute(f"""
        with made as ({NEW_PROJECT} returning id)
        insert into project_institution (project_id, institution_id, role)
        select made.id, i.id, 'PARTNER' from made, institution i
    """)
    noted = await note(open_stage, MADE)
    assert (noted["own"], noted["was"], noted["columns"], noted["version"]) == (True, None, [], 1)


@pytest.mark.parametrize("first", ["entity", "link"])
async def test_an_entity_and_its_links_that_change_together(open_stage: Stage, first: str) -> None:
    project = await linked_project(open_stage)
    links = await open_stage.connection.fetchval(
        "select count(*) from project_institution where project_id = $1", project
    )
    before = await open_stage.connection.fetchrow(
        "select status, version from project where id = $1", project
    )
    entity = "update project set status = 'DRAFT', title_en = 'Hidden now' where id = $1 returning id"
    link = "delete from project_institution where project_id = $1 returning id"
    parts = (entity, link) if first == "entity" else (link, entity)
    sql = "with one as ({}), other as ({}) select count(*) from one, other"
    await open_stage.connection.execute(sql.format(*parts), project)
    noted = await note(open_stage, project)
    assert noted["was"]["project"][0]["status"] == before["status"]
    assert noted["was"]["project"][0]["version"] == before["version"]
    assert noted["version"] == before["version"] + 1
    assert len(noted["was"]["project_institution"]) == links
    assert (sorted(noted["columns"]), noted["fields"]) == (["status", "title_en"], ["institutions"])


async def test_the_version_before_is_kept_when_a_link_goes_after_the_change(
    open_stage: Stage,
) -> None:
    project = await linked_project(open_stage)
    version = await open_stage.connection.fetchval("select version from project where id = $1", project)
    await open_stage.connection.execute(
        "with one as (update project set title_en = 'Another' where id = $1 returning id)"
        " delete from project_institution where project_id in (select id from one)",
        project,
    )
    noted = await note(open_stage, project)
    assert (noted["was"]["project"][0]["version"], noted["version"]) == (version, version + 1)
    assert (noted["own"], noted["columns"], noted["fields"]) == (True, ["title_en"], ["institutions"])


async def test_a_row_in_the_place_of_another_changes_all_of_it(open_stage: Stage) -> None:
    await open_stage.connection.execute(NEW_PROJECT)
    await open_stage.connection.execute("delete from change_note")
    await open_stage.connection.execute("delete from project where id = $1", MADE)
    await open_stage.connection.execute(NEW_PROJECT)
    noted = await note(open_stage, MADE)
    assert noted["was"]["project"][0]["version"] == 1
    assert {"slug", "status", "title_es"} <= {*noted["columns"]}


async def test_rows_that_are_inserted_or_updated_by_one_statement(open_stage: Stage) -> None:
    await open_stage.connection.execute(NEW_PROJECT)
    await open_stage.connection.execute("delete from change_note")
    await open_stage.connection.execute(f"""
        {NEW_PROJECT}, ('{OTHER}', 'another', 'Another', 'ACTIVE', 'DAY')
        on conflict (id) do update set title_en = 'Made again'
    """)
    there, new = await note(open_stage, MADE), await note(open_stage, OTHER)
    assert (there["version"], there["columns"], there["was"]["project"][0]["version"]) == (2, ["title_en"], 1)
    assert (new["version"], new["columns"], new["was"]) == (1, [], None)


async def test_an_id_that_changes_is_the_end_of_one_and_the_beginning_of_another(open_stage: Stage) -> None:
    await open_stage.connection.execute(NEW_PROJECT)
    await open_stage.connection.execute("delete from change_note")
    await open_stage.connection.execute("update project set id = $2 where id = $1", MADE, OTHER)
    gone, new = await note(open_stage, MADE), await note(open_stage, OTHER)
    assert (gone["version"], gone["was"]["project"][0]["version"]) == (1, 1)
    assert (new["version"], new["was"]) == (2, None)


async def test_each_of_many_rows_is_noted_once(open_stage: Stage) -> None:
    await open_stage.connection.execute("update project set title_en = 'All the same'")
    counted = "select count(*), count(distinct entity_id), count(was) from change_note where type = 'PROJECT'"
    projects = await open_stage.connection.fetchval("select count(*) from project")
    assert tuple(await open_stage.connection.fetchrow(counted)) == (projects,) * 3


async def test_a_statement_that_changes_nothing_notes_nothing(open_stage: Stage) -> None:
    await open_stage.connection.execute("update project set title_en = 'Nobody' where slug = 'there is none'")
    assert await open_stage.connection.fetchval("select count(*) from change_note") == 0
