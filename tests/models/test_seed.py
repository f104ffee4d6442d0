"""The reference data and the demo: real where it says so, and adding up to what was reported."""

from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

import models
from models.database.client import engine_for
from models.loading import reference
from models.loading.ror import import_ror
from models.loading.seed import seed
from models.loading.table_writer import WriteCounts
from models.mail_queue import prune_notifications
from tests.models.statements import rows, scalar

AMBASSADORS = """
    from participation
    join cohort on cohort.id = cohort_id join program on program.id = program_id
    join participant on participant.id = participant_id
    join institution on institution.id = participant.institution_id
    where program.code = 'CLIMATE_AMBASSADORS'
"""

COMPUTED = {
    "climate_ambassadors_participants": f"select count(distinct participant.id) {AMBASSADORS}",
    "climate_ambassadors_uc_campuses": f"""
        select count(distinct institution.id) {AMBASSADORS} and institution.kind = 'UC_CAMPUS'""",
    "climate_ambassadors_mexican_institutions": f"""
        select count(distinct institution.id) {AMBASSADORS} and institution.side = 'MEXICO'""",
    "climate_ambassadors_mentors": """
        select count(distinct mentor_id) from mentorship
        join cohort on cohort.id = cohort_id join program on program.id = program_id
        where program.code = 'CLIMATE_AMBASSADORS'""",
}


@pytest.mark.parametrize(("key", "figure"), list(zip(COMPUTED, (46, 5, 6, 47), strict=True)))
async def test_computed_equals_reported(seeded: AsyncEngine, key: str, figure: int) -> None:
    reported = await rows(
        seeded, "select reported_value, comparator, as_of::text from impact_metric where key = :key", key=key
    )
    assert reported == [(figure, "EXACTLY", "2026-02-01")]
    assert await scalar(seeded, COMPUTED[key]) == figure


async def test_reported_totals_are_not_made_up_by_rows(seeded: AsyncEngine) -> None:
    sql = (
        "select key, comparator, reported_value from impact_metric where comparator <> 'EXACTLY' order by key"
    )
    assert await rows(seeded, sql) == [
        ("projects_since_2020", "MORE_THAN", 40),
        ("uc_students_in_mexico", "MORE_THAN", 500),
    ]
    assert await scalar(seeded, "select count(*) from project") < 40


async def test_the_named_campus_and_university_take_part(seeded: AsyncEngine) -> None:
    homes = {slug for (slug,) in await rows(seeded, f"select distinct institution.slug {AMBASSADORS}")}
    assert {"uc-merced", "universidad-panamericana"} <= homes
    assert len(homes) == 11


async def test_everybody_is_synthetic_and_reachable_by_nobody(seeded: AsyncEngine) -> None:
    assert await scalar(seeded, "select count(*) from person where not is_synthetic") == 0
    assert await scalar(seeded, "select count(*) from person where email !~ '@example[.](org|edu)$'") == 0
    assert (
        await scalar(seeded, "select count(*) from person where phone !~ '^[+]1[0-9]{3}55501[0-9]{2}$'") == 0
    )
    assert await scalar(seeded, "select count(*) from institution where is_synthetic") == 0


OPERATIONAL = {
    "access_epoch",
    "audit_entry",
    "audit_value",
    "idempotency_key",
    "api_client",
    "api_key",
    "attendance",
    "calendar_link",
    "change",
    "change_note",
    "event_external_id",
    "feed",
    "last_grant",
    "link_secret",
    "access_identity",
    "issuer_rules",
    "mentorship_session",
    "notification_mail",
    "notification_preference",
    "person_merge",
    "project_external_id",
    "registration",
    "secret_link",
    "unsolicited_mail",
    "webhook",
    "webhook_delivery",
}
"""Tables that a running server fills, not the data: also what two people note of their sessions."""


@pytest.mark.parametrize("table", sorted(models.metadata.tables.keys() - OPERATIONAL))
async def test_every_table_has_rows_that_name_their_source(seeded: AsyncEngine, table: str) -> None:
    assert await scalar(seeded, f"select count(*) from {table}") > 0
    column = "reported_source" if table == "impact_metric" else "source"
    assert await scalar(seeded, f"select count(*) from {table} where {column} is null") == 0


async def test_an_unverified_institution_has_no_ror_id(seeded: AsyncEngine) -> None:
    sql = "select slug from institution where ror_id is null order by slug"
    unverified = (
        "alianza-mx ci-mexico ciad gcf-task-force gobierno-de-baja-california la-casa merm sre"
        " uaq uc-mexico-initiative uc-mexus upaep"
    )
    assert " ".join(slug for (slug,) in await rows(seeded, sql)) == unverified


async def test_one_roof(seeded: AsyncEngine) -> None:
    sql = """
        select child.slug from institution child join institution parent on parent.id = child.parent_id
        where parent.slug = 'alianza-mx' order by child.slug
    """
    assert await rows(seeded, sql) == [("la-casa",), ("uc-mexico-initiative",), ("uc-mexus",)]


async def test_from_a_stipend_to_an_agreement(seeded: AsyncEngine) -> None:
    sql = """
        select award.kind, project.slug, agreement.slug from agreement
        join project on project.id = agreement.origin_project_id
        join award on award.id = project.origin_award_id
    """
    assert await rows(seeded, sql) == [
        ("TRAVEL_STIPEND", "demo-renewable-grids", "demo-merced-panamericana"),
    ]


async def test_a_month_is_not_told_as_a_day(seeded: AsyncEngine) -> None:
    sql = """
        select date_precision, puente_local_time(starts_at, time_zone), puente_local_time(ends_at, time_zone)
        from event where slug = 'regional-sustainable-development-summit-2025'
    """
    assert await rows(seeded, sql) == [("MONTH", "2025-08-01T00:00:00-07:00", "2025-08-31T23:59:59-07:00")]


async def test_seeding_again_changes_nothing(engine: AsyncEngine) -> None:
    again = (await seed(engine)).total
    assert again.unchanged > 800
    assert (again.inserted, again.updated) == (0, 0)
    assert await scalar(engine, "select max(version) from institution") == 1


async def test_seeding_mends_its_rows(engine: AsyncEngine) -> None:
    await rows(engine, "update institution set city = 'Elsewhere' where slug = 'unam' returning id")
    assert (await seed(engine)).total.updated == 1


async def test_what_the_demo_notifies_of_stays_however_old(engine: AsyncEngine) -> None:
    """A server that deletes old notifications leaves those that have the date of the data."""
    first = """
        update notification set is_synthetic = false
        where id = (select id from notification order by id limit 1) returning id
    """
    number = await scalar(engine, "select count(*) from notification where is_synthetic")
    assert await prune_notifications(engine, 0, 1_000) == 0
    (real,) = await rows(engine, first)
    assert await prune_notifications(engine, 0, 1_000) == 1
    assert await scalar(engine, "select count(*) from notification") == number - 1
    assert await scalar(engine, "select count(*) from notification where id = :id", id=real[0]) == 0


async def test_without_the_demo_there_is_nobody(migrated_url: str) -> None:
    engine = engine_for(migrated_url)
    steps: list[tuple[str, int, int]] = []
    summary = await seed(engine, lambda *step: steps.append(step), demo=False)
    assert summary.tables["institution"] == WriteCounts(inserted=77)
    assert steps[-1] == ("", len(summary.tables), len(summary.tables))
    assert await scalar(engine, "select count(*) from person") == 0
    assert await scalar(engine, "select count(*) from project where is_synthetic") == 0
    await engine.dispose()


async def test_the_same_rows_on_every_machine(migrated_url: str, seeded: AsyncEngine) -> None:
    other = engine_for(migrated_url)
    await seed(other)
    for table in sorted(models.metadata.tables.keys() - OPERATIONAL):
        digest = f"select md5(string_agg(t::text, ',' order by id)) from {table} t"
        assert await scalar(other, digest) == await scalar(seeded, digest), table
    await other.dispose()


async def test_seeding_after_an_import_keeps_the_imported_ids(migrated_url: str) -> None:
    engine = engine_for(migrated_url)
    await import_ror(engine, reference.DATA / "ror_records.jsonl")
    before = await scalar(engine, "select id from institution where ror_id = '01tmp8f25'")
    await seed(engine)
    sql = "select id, slug from institution where ror_id = '01tmp8f25'"
    assert await rows(engine, sql) == [(before, "unam")]
    assert (await seed(engine)).total.updated == 0
    await engine.dispose()


def test_the_fingerprint_follows_the_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = reference.fingerprint()
    assert before == reference.fingerprint()
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "program.csv").write_text("code\n")
    monkeypatch.setattr(reference, "DATA", tmp_path)
    assert reference.fingerprint() != before
