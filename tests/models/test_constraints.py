"""What the database refuses, also from plain SQL."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.models.statements import run, scalar

GRIDS = "(select id from project where slug = 'demo-renewable-grids')"

REFUSED = {
    "institution: ROR id's shape": (
        "update institution set ror_id = '1abcdef23' where slug = 'unam'",
        "ror_id_shape",
    ),
    "institution: ROR id twice": (
        "update institution set ror_id = '01tmp8f25' where slug = 'ipn'",
        "uq_institution_ror_id",
    ),
    "institution: slug twice": (
        "update institution set slug = 'unam' where slug = 'ipn'",
        "uq_institution_slug",
    ),
    "institution: slug's shape": ("update institution set slug = 'U NAM' where slug = 'unam'", "slug_shape"),
    "institution: no name": ("update institution set name_en = null, name_es = null", "name_present"),
    "institution: blank name": ("update institution set name_en = ' '", "name_present"),
    "institution: unknown kind": ("update institution set kind = 'CASTLE'", "kind_known"),
    "institution: latitude": ("update institution set latitude = 91", "latitude_range"),
    "institution: half a point": ("update institution set latitude = null", "coordinate"),
    "institution: precision of nothing": (
        "update institution set coordinate_precision = null",
        "coordinate_precision_present",
    ),
    "institution: unknown zone": ("update institution set time_zone = 'Mars/Base'", "time zone"),
    "institution: zone's shape": ("update institution set time_zone = 'EST5EDT'", "time_zone_known"),
    "institution: own parent": ("update institution set parent_id = id", "parent_is_another"),
    "institution: in use": ("delete from institution where slug = 'unam'", "fk_"),
    "person: email twice, in capitals": (
        "insert into person (given_name, family_names, email) values ('A', 'B', 'STUDENT-01@example.edu')",
        "uq_person_email",
    ),
    "person: blank name": ("insert into person (given_name, family_names) values (' ', 'B')", "name_present"),
    "project: ends before it starts": (
        "update project set ends_on = '2000-01-01' where slug = 'demo-renewable-grids'",
        "ends_on_after_starts_on",
    ),
    "project: no such goal": (
        "update project set sdgs = '{18}' where slug = 'demo-renewable-grids'",
        "sdgs_known",
    ),
    "project: no such field": ("update project set fields = '{MAGIC}'", "fields_known"),
    "project: null in a list": ("update project set fields = '{NULL}'", "fields_known"),
    "project: two origins": (
        f"update project set origin_project_id = {GRIDS}, origin_award_id = (select id from award limit 1)"
        " where slug = 'demo-mangroves'",
        "origin_at_most_one",
    ),
    "project: its own origin": (
        "update project set origin_project_id = id, origin_award_id = null where slug = 'demo-mangroves'",
        "origin_is_another",
    ),
    "output: no DOI": (
        f"insert into project_output (project_id, doi, title, kind) values ({GRIDS}, '11.1/x', 'X', 'OTHER')",
        "doi_shape",
    ),
    "award: below nothing": ("update award set amount = -0.01", "amount_positive"),
    "award: currency": ("update award set currency = 'usd'", "currency_shape"),
    "award: for nobody": ("update award set project_id = null, recipient_id = null", "project_or_recipient"),
    "event: ends before it starts": (
        "update event set ends_at = starts_at - interval '1 s'",
        "ends_at_after_starts_at",
    ),
    "event: at no time": ("update event set starts_at = '-infinity'", "instants_plausible"),
    "event: no room": ("update event set capacity = 0", "capacity_positive"),
    "mobility: to where one is": (
        "update mobility set receiving_institution_id = sending_institution_id",
        "institutions_differ",
    ),
    "mentor: capacity": ("update mentor set capacity = -1", "capacity_positive"),
    "participation twice": (
        "insert into participation (participant_id, cohort_id, status)"
        " select participant_id, cohort_id, status from participation limit 1",
        "uq_participation",
    ),
    "champion of oneself": ("update champion set counterpart_id = institution_id", "institutions_differ"),
    "metric: a figure without a source": (
        "update impact_metric set reported_source = null",
        "reported_whole",
    ),
}


async def test_refused(engine: AsyncEngine) -> None:
    """All in one database, each in a separate transaction."""
    answers = {name: await answer(engine, statement) for name, (statement, _) in REFUSED.items()}
    assert {name: refusal for name, refusal in answers.items() if REFUSED[name][1] not in refusal} == {}


async def answer(engine: AsyncEngine, statement: str) -> str:
    async with engine.connect() as connection:
        try:
            await connection.execute(text(statement))
        except DBAPIError as error:
            return str(error.orig)
    return "nothing"


async def test_an_agreement_in_force_needs_two_signatories_at_the_end(engine: AsyncEngine) -> None:
    draft = """
        insert into agreement (slug, title_en, type, status, date_precision)
        values ('x', 'X', 'MOU', 'DRAFT', 'DAY')
    """
    party = "insert into agreement_party (agreement_id, institution_id, role) select a.id, i.id, 'SIGNATORY'"
    party += " from agreement a, institution i where a.slug = 'x' and i.slug = '{}'"
    ours = "(select id from agreement where slug = 'x')"
    active = "update agreement set status = 'ACTIVE' where slug = 'x'"
    await run(engine, draft, party.format("unam"))
    with pytest.raises(DBAPIError, match="fewer than two"):
        await run(engine, active)
    await run(engine, active, party.format("uady"))
    with pytest.raises(DBAPIError, match="fewer than two"):
        await run(engine, f"delete from agreement_party where agreement_id = {ours}")
    assert await scalar(engine, "select status from agreement where slug = 'x'") == "ACTIVE"
