"""Importing CSV files: a spreadsheet in, rows out, or everything that is wrong with it."""

import csv
import io
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.loading import cell_values
from models.loading.csv_entities import ENTITIES
from models.loading.csv_import import CsvSummary, import_csv
from models.loading.problems import ImportRefused
from models.loading.table_writer import WriteCounts
from tests.models.statements import rows, scalar

DOCUMENT = Path(__file__).parents[2] / "docs" / "importing.md"

INSTITUTIONS = """slug,ror_id,name_en,name_es,kind,side,country,city,time_zone,parent,website
prueba,,Test Centre,Centro de Prueba,research_center,MEXICO,MX,Mérida,America/Merida,madre,https://example.org
madre,,,"=SUM(A1), Madre",PUBLIC_UNIVERSITY,MEXICO,MX,Mérida,America/Merida,032p1n739,
"""
PEOPLE = """given_name,family_names,email,orcid,institution,languages
Íñigo,Muñoz Peña,Inigo@example.org,0000-0002-1825-0097,unam,es:NATIVE;en:c1
Ana,Ñíguez,ana@example.org,,01tmp8f25,es:NATIVE
"""
PROJECTS = """slug,title_es,status,starts_on,fields,sdgs,program,institutions,title_en
agua,Agua,ACTIVE,2024-01-01,ENERGY;CLIMATE;ENERGY,7;13,STRATEGIC_RESEARCH,{PARTS},
dos,,draft,,,,,,"Two
lines"
""".replace("{PARTS}", "unam:LEAD;uc-davis:PARTNER;unam:FUNDER")
EVENTS = """slug,title_en,starts_at,ends_at,time_zone,mode,status,organizers,topics,languages,capacity,venue
cambio,The night,2026-10-31T22:00,2026-11-01T01:30-08:00,America/Tijuana,HYBRID,PUBLISHED,{HOSTS},a;b,ES,10,
casa,A day,2026-03-08 10:00,2026-03-08 12:00:30,America/Mexico_City,IN_PERSON,DRAFT,,,,,la-casa
""".replace("{HOSTS}", "uabc:HOST;unam:CO_HOST")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


def write_file(file: Path, content: str | bytes) -> None:
    file.write_bytes(content.encode() if isinstance(content, str) else content)


async def load(
    engine: AsyncEngine, entity: str, file: Path, content: str | bytes, correction: str = ""
) -> CsvSummary:
    write_file(file, content)
    return await import_csv(engine, ENTITIES[entity], file, correction=correction)


async def complaints(engine: AsyncEngine, entity: str, file: Path, content: str | bytes) -> list[str]:
    with pytest.raises(ImportRefused) as refused:
        await load(engine, entity, file, content)
    return [str(problem) for problem in refused.value.problems]


FILES = {"institutions": INSTITUTIONS, "people": PEOPLE, "projects": PROJECTS, "events": EVENTS}
LINKS = {"institutions": 0, "people": 3, "projects": 3, "events": 2}


@pytest.mark.parametrize("entity", FILES)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
async def test_twice_is_once(engine: AsyncEngine, file: Path, entity: str, mark: bytes) -> None:
    content = mark + FILES[entity].encode()
    first = await load(engine, entity, file, content)
    assert first == CsvSummary(2, WriteCounts(inserted=2), WriteCounts(inserted=LINKS[entity]), 0)
    second = await load(engine, entity, file, content.replace(b"\n", b"\r\n"))
    assert second.counts.updated == (entity == "projects")  # the title of two lines
    again = await load(engine, entity, file, content.replace(b"\n", b"\r\n"))
    assert again == CsvSummary(2, WriteCounts(unchanged=2), WriteCounts(unchanged=LINKS[entity]), 0)


async def test_institutions(engine: AsyncEngine, file: Path) -> None:
    await load(engine, "institutions", file, INSTITUTIONS)
    sql = """
        select i.slug, i.name_en, i.name_es, i.kind, i.legal_regime, i.website, p.slug
        from institution i join institution p on p.id = i.parent_id
        where i.city = 'Mérida' and i.ror_id is null
        order by 1
    """
    assert await rows(engine, sql) == [
        ("madre", None, "=SUM(A1), Madre", "PUBLIC_UNIVERSITY", "OTHER", None, "uady"),
        (
            "prueba",
            "Test Centre",
            "Centro de Prueba",
            "RESEARCH_CENTER",
            "OTHER",
            "https://example.org",
            "madre",
        ),
    ]


async def test_an_absent_column_keeps_and_an_empty_cell_empties(engine: AsyncEngine, file: Path) -> None:
    head = "slug,name_en,kind,side,country,time_zone,city\n"
    line = "unam,UNAM,PUBLIC_UNIVERSITY,MEXICO,MX,America/Mexico_City,\n"
    assert (await load(engine, "institutions", file, head + line)).counts == WriteCounts(updated=1)
    sql = "select name_en, name_es, city, acronym, ror_id, version from institution where slug = 'unam'"
    name = "Universidad Nacional Autónoma de México"
    assert await rows(engine, sql) == [("UNAM", name, None, "UNAM", "01tmp8f25", 2)]


async def test_people_and_their_languages(engine: AsyncEngine, file: Path) -> None:
    await load(engine, "people", file, PEOPLE)
    changed = PEOPLE.replace("Inigo@", "INIGO@").replace(";en:c1", ";fr:A1").replace("es:NATIVE\n", "es:C2\n")
    assert await load(engine, "people", file, changed) == CsvSummary(
        2, WriteCounts(updated=1, unchanged=1), WriteCounts(inserted=1, updated=1, unchanged=1), 1
    )
    sql = """
        select name, language, level from person join person_language l on person_id = person.id
        where lower(email) in ('inigo@example.org', 'ana@example.org') order by 1, 2
    """
    assert await rows(engine, sql) == [
        ("Ana Ñíguez", "es", "C2"),
        ("Íñigo Muñoz Peña", "es", "NATIVE"),
        ("Íñigo Muñoz Peña", "fr", "A1"),
    ]


async def test_a_project_and_its_institutions(engine: AsyncEngine, file: Path) -> None:
    await load(engine, "projects", file, PROJECTS)
    assert await rows(engine, "select fields, sdgs, date_precision from project where slug = 'agua'") == [
        (["ENERGY", "CLIMATE"], [7, 13], "DAY")
    ]
    fewer = await load(
        engine, "projects", file, PROJECTS.replace("uc-davis:PARTNER;unam:FUNDER", "uc-davis:LEAD")
    )
    assert (fewer.links, fewer.unlinked) == (WriteCounts(inserted=1, unchanged=1), 2)


async def test_wall_clocks_become_instants(engine: AsyncEngine, file: Path) -> None:
    await load(engine, "events", file, EVENTS)
    sql = """
        select slug, to_char(starts_at at time zone 'UTC', 'MM-DD HH24:MI:SS'),
            to_char(ends_at at time zone 'UTC', 'MM-DD HH24:MI:SS')
        from event where slug in ('cambio', 'casa') order by 1
    """
    assert await rows(engine, sql) == [
        ("cambio", "11-01 05:00:00", "11-01 09:30:00"),
        ("casa", "03-08 16:00:00", "03-08 18:00:30"),
    ]


async def test_all_errors_are_reported_and_nothing_is_written(engine: AsyncEngine, file: Path) -> None:
    content = """slug,title_en,starts_at,ends_at,time_zone,mode,status,organizers,capacity
good,Good,2026-03-07T10:00,2026-03-07T11:00,America/Tijuana,HYBRID,PUBLISHED,,
gap,Gap,2026-03-08T02:30,2026-03-08T10:00,America/Tijuana,HYBRID,PUBLISHED,nobody:HOST,0
twice,,2026-11-01T01:30,2026-11-01T03:30-05:00,America/Tijuana,DANCE,PUBLISHED,uabc,
good,Good,2026-03-07T10:00,2026-03-07T09:00,America/Tijuana,HYBRID,PUBLISHED,uabc:HOST;uabc:CO_HOST,
a,b
mars,Mars,2026-02-31T10:00,yesterday,Mars/Base,HYBRID,,,
"""
    assert await complaints(engine, "events", file, content) == [
        "line 3: capacity must be a whole number from 1 to 2147483647, not '0'",
        "line 3: organizers 'nobody' is unknown",
        "line 3: starts_at does not exist in America/Tijuana:"
        " the clocks are set forward past 2026-03-08T02:30:00",
        "line 4: ends_at has an offset that America/Tijuana does not have at that time:"
        " 2026-11-01T03:30:00-05:00",
        "line 4: mode must be one of IN_PERSON, ONLINE, HYBRID, not 'DANCE'",
        "line 4: organizers must have items of two parts joined by a colon, not 'uabc'",
        "line 4: starts_at occurs twice in America/Tijuana: add the offset,"
        " as in 2026-11-01T01:30:00-07:00 or 2026-11-01T01:30:00-08:00",
        "line 4: title_en and title_es are both empty",
        "line 5: ends_at is before starts_at",
        "line 5: organizers has 'uabc' twice",
        "line 5: slug good is already on line 2",
        "line 6: has 2 cells, but the header has 9",
        "line 7: ends_at must be a date and time such as 2026-03-08T10:00, not 'yesterday'",
        "line 7: starts_at is not a date and time in the calendar: 2026-02-31T10:00",
        "line 7: status is empty",
        "line 7: time_zone must be an IANA time zone such as America/Tijuana, not 'Mars/Base'",
    ]
    assert await scalar(engine, "select count(*) from event where slug = 'good'") == 0


async def test_a_wrong_header_names_its_columns(engine: AsyncEngine, file: Path) -> None:
    [complaint] = await complaints(engine, "projects", file, "slug,titel,slug\nx,y,z\n")
    assert complaint.startswith(
        "line 1: the header has unknown columns: 'titel'; "
        "missing columns: 'status'; repeated columns: 'slug'."
    )


async def test_files_that_are_no_csv(engine: AsyncEngine, file: Path) -> None:
    wrong = {
        b"slug,status\nM\xe9xico,ACTIVE\n": "line 2: the file is not UTF-8",
        "slug,status\nx,ACTIVE\n".encode("utf-16"): "line 1: the file is not UTF-8",
        "slug,status\nx,ACTIVE\n".encode("utf-16-le"): "the file contains a NUL",
        b"slug,status\nx,A\0\n": "the file contains a NUL",
        b'slug,status\nx,"ACTIVE\n': "line 2: is not CSV",
        b"slug,status\nx," + b"A" * 200_000 + b"\n": "line 2: is not CSV: field larger than field limit",
        b"slug,status," + b"x" * 200_000 + b"\n": "line 1: is not CSV: field larger than field limit",
        b'"slug,status\n': "line 1: is not CSV",
        b"": "line 1: the header has missing columns",
        b"slug,status\n": "the file has a header but no rows",
    }
    for content, complaint in wrong.items():
        [found] = await complaints(engine, "projects", file, content)
        assert found.startswith(complaint)


async def test_wrong_institutions(engine: AsyncEngine, file: Path) -> None:
    wrong = {
        "x,01tmp8f26,,": "ror_id is not a ROR id",
        "ipn,01tmp8f25,,": "ror_id and slug belong to two different rows",
        "x,,91,0": "latitude must be a number from -90 to 90, not '91'",
        "x,,nan,0": "latitude must be a number from -90 to 90, not 'nan'",
        "x,,1,0": "latitude, longitude and coordinate_precision go together: all or none",
        "X Y,,,": "slug must be at most 100 lower-case letters and digits joined by hyphens, not 'X Y'",
    }
    head = "name_en,kind,side,country,time_zone,slug,ror_id,latitude,longitude\nX,OTHER,PARTNER,MX,UTC,"
    for line, complaint in wrong.items():
        found = await complaints(engine, "institutions", file, f"{head}{line}\n")
        assert any(complaint in text for text in found), found


async def test_wrong_people(engine: AsyncEngine, file: Path) -> None:
    mentor = await scalar(engine, "select orcid from person where orcid is not null limit 1")
    wrong = {
        "A,B,,": "email and orcid are both empty",
        "A,B,x,": "email must be an address such as",
        "A,B,,0000-0002-1825-0098": "orcid is not an ORCID iD",
        ",B,a@example.org,": "given_name is empty",
        f"A,B,student-01@example.edu,{mentor}": "orcid and email belong to two different rows",
    }
    for line, complaint in wrong.items():
        content = f"given_name,family_names,email,orcid\n{line}\n"
        [found] = await complaints(engine, "people", file, content)
        assert complaint in found


async def test_an_email_address_names_a_person_whatever_its_case(engine: AsyncEngine, file: Path) -> None:
    content = "given_name,family_names,email\nA,B,STUDENT-01@Example.edu\n"
    assert (await load(engine, "people", file, content)).counts == WriteCounts(updated=1)


async def test_a_row_is_checked_with_what_is_stored(engine: AsyncEngine, file: Path) -> None:
    content = "slug,title_en,status,starts_on,ends_on\nx,X,ACTIVE,2024-01-01,\n"
    await load(engine, "projects", file, content)
    parts = "slug,status,ends_on\nx,ACTIVE,2023-01-01\n"
    assert await complaints(engine, "projects", file, parts) == ["line 2: ends_on is before starts_on"]


async def test_a_status_changes_by_a_step(engine: AsyncEngine, file: Path) -> None:
    await load(engine, "projects", file, "slug,title_en,status\nx,X,ACTIVE\ny,Y,COMPLETED\nz,Z,DRAFT\n")
    changed = "slug,status\nx,COMPLETED\ny,DRAFT\nw,CANCELLED\nz,COMPLETED\n"
    refusal = "no step leads from status {} to {} (--correction says why it should)"
    assert await complaints(engine, "projects", file, changed) == [
        f"line 3: {refusal.format('COMPLETED', 'DRAFT')}",
        "line 4: title_en and title_es are both empty",
        f"line 5: {refusal.format('DRAFT', 'COMPLETED')}",
    ]
    by_a_step = "slug,status\nx,COMPLETED\ny,COMPLETED\n"
    assert (await load(engine, "projects", file, by_a_step)).counts == WriteCounts(updated=1, unchanged=1)
    right = "slug,status\nx,ACTIVE\ny,DRAFT\n"
    assert len(await complaints(engine, "projects", file, right)) == 2
    corrected = await load(engine, "projects", file, right, " The registrar's list. ")
    assert corrected.counts == WriteCounts(updated=2)
    entries = "select reason, status_to from audit_entry order by number desc limit 2"
    found = {tuple(row) for row in await rows(engine, entries)}
    assert found == {("The registrar's list.", "ACTIVE"), ("The registrar's list.", "DRAFT")}


async def test_a_status_of_an_event_too(engine: AsyncEngine, file: Path) -> None:
    await load(engine, "events", file, EVENTS)
    changed = EVENTS.replace("PUBLISHED", "DRAFT").replace("DRAFT,,,,,la-casa", "CANCELLED,,,,,la-casa")
    assert [line.partition(" (")[0] for line in await complaints(engine, "events", file, changed)] == [
        "line 2: no step leads from status PUBLISHED to DRAFT",
        "line 3: no step leads from status DRAFT to CANCELLED",
    ]


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_column_is_documented(entity: str) -> None:
    section = DOCUMENT.read_text("utf-8").split(f"### {entity}\n")[1].split("\n### ")[0]
    first_cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| ")][2:]
    documented = {name.strip(" *") for cell in first_cells for name in cell.split(",")}
    bold = {name.strip(" *") for cell in first_cells for name in cell.split(",") if "**" in name}
    assert documented == set(ENTITIES[entity].header)
    assert bold == {column.name for column in ENTITIES[entity].columns if column.required}


def as_excel(text: str, delimiter: str, *, columns: int = 0) -> str:
    """The same table as a spreadsheet of another country writes it, with empty columns at the end."""
    table = [row + [""] * columns for row in csv.reader(io.StringIO(text, newline=""))]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(table)
    return out.getvalue()


@pytest.mark.parametrize("entity", FILES)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
async def test_what_separates_cells_is_found(
    engine: AsyncEngine, file: Path, entity: str, delimiter: str
) -> None:
    first = await load(engine, entity, file, FILES[entity])
    assert first.counts == WriteCounts(inserted=2)
    for head, columns in (("", 0), ("", 3), (f"sep={delimiter}\r\n", 0)):
        content = head + as_excel(FILES[entity], delimiter, columns=columns)
        again = await load(engine, entity, file, content)
        same = entity != "projects" or columns == 0  # the title of two lines has another end of line
        assert again.counts.inserted == 0
        assert same or again.counts.unchanged
        once_more = await load(engine, entity, file, content)
        assert once_more.counts == WriteCounts(unchanged=2)


async def test_a_row_of_too_many_cells_in_a_file_of_semicolons(engine: AsyncEngine, file: Path) -> None:
    content = "slug;title_en;status;fields\nx;X;ACTIVE;ENERGY;CLIMATE\n"
    assert await complaints(engine, "projects", file, content) == [
        "line 2: has 5 cells, but the header has 4 (quote cells that contain ;)"
    ]


async def test_a_value_in_a_column_without_a_name(engine: AsyncEngine, file: Path) -> None:
    content = "slug,title_en,status,,\nx,X,ACTIVE,,note\n"
    assert await complaints(engine, "projects", file, content) == [
        "line 2: has 5 cells, but the header has 3"
    ]


async def test_an_encoding_is_named(engine: AsyncEngine, file: Path) -> None:
    text = "slug,title_es,status\nx,Año de México,ACTIVE\n"
    for content, named in (
        (text.encode("utf-16"), "UTF-16"),
        (text.encode("cp1252"), "possibly Windows-1252, in which it has 'Año'"),
    ):
        [found] = await complaints(engine, "projects", file, content)
        assert f"the file is not UTF-8 but {named}" in found
        assert found.endswith("save it as 'CSV UTF-8'")


ODD_CELLS = (
    *("9999-12-31T23:59", "0001-01-01T00:00", "9999-12-31T23:59:59-12:00", "9999-12-31", "0001-01-01"),
    *("10000-01-01", "infinity", "NaN", "-inf", "1e400", "2147483648", "\u0663", "\ufffe\U0010ffff"),
    *("e\u0301" * 200, "x" * 50_000),
)


@pytest.mark.parametrize("entity", FILES)
async def test_an_odd_cell_is_read_or_reported(engine: AsyncEngine, file: Path, entity: str) -> None:
    """In every column: the only result is an error message."""
    header, first = list(csv.reader(io.StringIO(FILES[entity])))[:2]
    columns = [column.name for column in ENTITIES[entity].columns]
    sample = {**dict.fromkeys(columns, ""), **dict(zip(header, first, strict=True))}
    sample |= {"parent": ""} if "parent" in sample else {}
    cases = [{**sample, column: cell} for column in columns for cell in ODD_CELLS]
    refused = {line_of(problem) for problem in await complaints(engine, entity, file, written(cases))}
    accepted = [case for line, case in enumerate(cases, 2) if line not in refused]
    for case in accepted:
        with suppress(ImportRefused):
            await load(engine, entity, file, written([case]))
    assert len(refused) > len(cases) / 2


def written(cases: list[dict[str, str]]) -> str:
    """The rows as a file, each with a different key."""
    text = io.StringIO()
    rows = csv.DictWriter(text, cases[0])
    rows.writeheader()
    rows.writerows(cases)
    return text.getvalue()


def line_of(problem: str) -> int:
    return int(problem.split(":")[0].removeprefix("line "))


@pytest.mark.parametrize(
    ("wall", "zone"),
    [
        ("9999-12-31T23:59", "America/Tijuana"),
        ("0001-01-01T00:00", "Asia/Tokyo"),
        ("9999-12-31T23:59-12:00", "UTC"),
    ],
)
def test_a_wall_clock_outside_of_the_calendar(wall: str, zone: str) -> None:
    with pytest.raises(ValueError, match="outside the years 1 to 9999"):
        cell_values.instant(cell_values.clock(wall), zone)
