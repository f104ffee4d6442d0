"""Importing ROR's records: both schema versions, all or nothing, and never over what people decided."""

import json
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from models.loading.problems import ImportRefused
from models.loading.reference import DATA
from models.loading.ror import Ancestry, import_ror, read_records
from models.loading.ror_record import parse
from models.loading.table_writer import WriteCounts
from tests.models.statements import rows, run, scalar

RECORDS = DATA / "ror_records.jsonl"

V1: dict[str, Any] = {
    "id": "https://ror.org/0018wmh19",
    "name": "Centro de Pruebas",
    "types": ["Facility"],
    "status": "active",
    "labels": [],
    "acronyms": ["CP"],
    "links": ["https://cp.example.org"],
    "country": {"country_code": "MX"},
    "addresses": [
        {
            "lat": 32.5027,
            "lng": -117.00371,
            "geonames_city": {"city": "Tijuana", "geonames_admin1": {"code": "MX.02"}},
        }
    ],
    "relationships": [{"type": "Parent", "id": "https://ror.org/01tmp8f25"}],
}
V2: dict[str, Any] = {
    "id": "https://ror.org/027790w81",
    "names": [
        {"value": "Test Center", "lang": "en", "types": ["ror_display", "label"]},
        {"value": "Centro de Prueba", "lang": "es", "types": ["label"]},
        {"value": "TC", "lang": None, "types": ["acronym"]},
    ],
    "types": ["funder", "education"],
    "status": "active",
    "links": [
        {"type": "wikipedia", "value": "https://x.org"},
        {"type": "website", "value": "https://tc.org"},
    ],
    "locations": [
        {
            "geonames_details": {
                "country_code": "US",
                "country_subdivision_code": "CA",
                "lat": 32.8,
                "lng": -117.2,
                "name": "La Jolla",
            }
        }
    ],
    "relationships": [{"type": "parent", "id": "https://ror.org/0018wmh19"}],
}


def write(path: Path, *records: object) -> Path:
    file = path / "records.jsonl"
    file.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return file


async def test_the_published_file(engine: AsyncEngine) -> None:
    steps: list[tuple[int, int]] = []
    first = await import_ror(engine, RECORDS, lambda done, total: steps.append((done, total)))
    assert first.read == 1718
    assert first.left_out == {"withdrawn": 72, "inactive": 39}
    assert first.counts.inserted + first.counts.updated + first.counts.unchanged == 1607
    assert steps[-1] == (1718, 1718)
    before = await rows(engine, "select id, version, updated_at from institution order by id")
    second = await import_ror(engine, RECORDS)
    assert second.counts == WriteCounts(unchanged=1607)
    assert await rows(engine, "select id, version, updated_at from institution order by id") == before


async def test_every_parent_that_is_known_is_linked_and_no_ring_is_closed(engine: AsyncEngine) -> None:
    await import_ror(engine, RECORDS)
    assert await scalar(engine, "select count(*) from institution where parent_id is not null") > 300
    ring = """
        with recursive up(start, id) as (
            select id, parent_id from institution where parent_id is not null
            union select start, parent_id from up join institution using (id) where parent_id is not null)
        select count(*) from up where start = id
    """
    assert await scalar(engine, ring) == 0


async def test_what_people_decided_stays(engine: AsyncEngine) -> None:
    curated = """
        select slug, name_en, name_es, kind, side, legal_regime, source, time_zone from institution
        where source not like 'https://ror.org/%' order by slug
    """
    before = await rows(engine, curated)
    await run(engine, "update institution set city = null, website = null where slug = 'unam'")
    await import_ror(engine, RECORDS)
    assert await rows(engine, curated) == before
    [(city, website)] = await rows(engine, "select city, website from institution where slug = 'unam'")
    assert city == "Mexico City"
    assert website.startswith("http")


async def test_a_record_of_each_version(engine: AsyncEngine, tmp_path: Path) -> None:
    await import_ror(engine, write(tmp_path, V2, V1))
    sql = """
        select i.slug, i.name_en, i.name_es, i.acronym, i.kind, i.side, i.legal_regime, i.city, i.region,
            i.country, i.time_zone, i.website, p.slug
        from institution i join institution p on p.id = i.parent_id
        where i.source like 'https://ror%' order by 1
    """
    assert await rows(engine, sql) == [
        (
            "centro-de-pruebas", None, "Centro de Pruebas", "CP", "FACILITY", "MEXICO", "OTHER", "Tijuana",
            "MX-BCN", "MX", "America/Tijuana", "https://cp.example.org", "unam",
        ),
        (
            "test-center", "Test Center", "Centro de Prueba", "TC", "UNIVERSITY", "PARTNER", "US_FERPA",
            "La Jolla", "US-CA", "US", "America/Los_Angeles", "https://tc.org", "centro-de-pruebas",
        ),
    ]  # fmt: skip


async def test_a_record_that_changes_is_followed_but_its_slug_stays(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    await import_ror(engine, write(tmp_path, V1))
    summary = await import_ror(
        engine, write(tmp_path, {**V1, "name": "Instituto de Pruebas", "acronyms": []})
    )
    assert summary.counts == WriteCounts(updated=1)
    sql = "select slug, name_es, acronym, version from institution where ror_id = '0018wmh19'"
    assert await rows(engine, sql) == [("centro-de-pruebas", "Instituto de Pruebas", None, 2)]


async def test_two_of_one_name_get_two_slugs(engine: AsyncEngine, tmp_path: Path) -> None:
    await import_ror(engine, write(tmp_path, V1, {**V1, "id": "https://ror.org/03y8xh662"}))
    sql = "select slug from institution where name_es = 'Centro de Pruebas' order by slug"
    assert await rows(engine, sql) == [("centro-de-pruebas",), ("centro-de-pruebas-03y8xh662",)]


async def test_a_withdrawn_record_neither_comes_nor_goes(engine: AsyncEngine, tmp_path: Path) -> None:
    await import_ror(engine, write(tmp_path, V1))
    summary = await import_ror(
        engine, write(tmp_path, {**V1, "status": "withdrawn"}, {**V2, "status": "inactive"})
    )
    assert (summary.counts, summary.left_out) == (WriteCounts(), {"withdrawn": 1, "inactive": 1})
    assert await scalar(engine, "select count(*) from institution where ror_id = '0018wmh19'") == 1
    assert await scalar(engine, "select count(*) from institution where ror_id = '027790w81'") == 0


WRONG = {
    "is not JSON": "{",
    "is not a JSON object": "[]",
    "is neither a v1 nor a v2 record": '{"id": "https://ror.org/0018wmh19"}',
    "checksum is wrong": json.dumps({**V1, "id": "https://ror.org/0018wmh18"}),
    "status Input should be 'active'": json.dumps({**V1, "status": "asleep"}),
    "country Field required": json.dumps({key: value for key, value in V1.items() if key != "country"}),
    "has an empty name": json.dumps({**V1, "name": " "}),
    "more than 300 characters": json.dumps({**V1, "name": "x" * 301}),
    "contains a NUL": json.dumps({**V1, "name": "a\0b"}),
    "is not JSON: ": '{"id": "https://ror.org/0018wmh19", "name": "\\ud800"}',
    "out of range": json.dumps({**V1, "addresses": [{"lat": 91, "lng": 0}]}),
    "out of range: nan": json.dumps({**V1, "addresses": [{"lat": float("nan"), "lng": 0}]}),
    "one coordinate": json.dumps({**V1, "addresses": [{"lat": 1}]}),
    "country code of two capital letters": json.dumps({**V1, "country": {"country_code": "Mexico"}}),
    "has no location": json.dumps({**V2, "locations": []}),
    "no name of type ror_display": json.dumps({**V2, "names": [{"value": "x", "types": ["label"]}]}),
    "recursion limit": "[" * 10_000,
}


@pytest.mark.parametrize("reason", WRONG)
def test_an_invalid_line_is_reported_by_its_number(tmp_path: Path, reason: str) -> None:
    file = tmp_path / "records.jsonl"
    file.write_text(f"{json.dumps(V2)}\n\n{WRONG[reason]}\n", "utf-8")
    with pytest.raises(ImportRefused) as refused:
        read_records(file, None)
    [problem] = refused.value.problems
    assert problem.line == 3
    assert reason in problem.message


async def test_every_invalid_line_is_reported_and_nothing_is_written(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    file = tmp_path / "records.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(V1).encode() + b"\r\n\xff\n{}\n" + json.dumps(V1).encode())
    with pytest.raises(ImportRefused) as refused:
        await import_ror(engine, file)
    assert [str(problem) for problem in refused.value.problems] == [
        "line 2: is not UTF-8",
        "line 3: is neither a v1 nor a v2 record of ROR: it has no name",
        "line 4: 0018wmh19 is already on line 1",
    ]
    assert await scalar(engine, "select count(*) from institution where ror_id = '0018wmh19'") == 0


async def test_what_only_the_database_knows_is_reported_too(engine: AsyncEngine, tmp_path: Path) -> None:
    await run(engine, "alter table institution add constraint no_tests check (slug <> 'centro-de-pruebas')")
    with pytest.raises(ImportRefused, match="1 problem") as refused:
        await import_ror(engine, write(tmp_path, V2, V1))
    assert "no_tests" in str(refused.value.problems[0])
    assert await scalar(engine, "select count(*) from institution where ror_id = '027790w81'") == 0


async def test_an_empty_file_is_refused(engine: AsyncEngine, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused):
        await import_ror(engine, write(tmp_path))


@pytest.mark.parametrize(
    ("country", "name", "labels", "english", "spanish"),
    [
        ("MX", "Universidad de Sonora", [], None, "Universidad de Sonora"),
        ("MX", "University of Sonora", [("es", "La Sonora")], "University of Sonora", "La Sonora"),
        ("MX", "Bioclon", [], "Bioclon", None),
        ("US", "La Jolla Institute", [], "La Jolla Institute", None),
        ("US", "Centro Legal de la Raza", [], "Centro Legal de la Raza", None),
        ("MX", "Colegio de Sonora", [("en", "College of Sonora")], "College of Sonora", "Colegio de Sonora"),
    ],
)  # fmt: skip
def test_a_name_of_unknown_language(
    country: str, name: str, labels: list[tuple[str, str]], english: str | None, spanish: str | None
) -> None:
    named = {"name": name, "labels": [{"iso639": code, "label": label} for code, label in labels]}
    record = parse(json.dumps({**V1, **named, "country": {"country_code": country}}).encode())
    assert (record.name_en, record.name_es) == (english, spanish)


def test_a_child_does_not_become_its_own_ancestor() -> None:
    a, b, c = (UUID(int=number) for number in range(3))
    ancestry = Ancestry({})
    assert ancestry.adopt(a, [b]) == b
    assert ancestry.adopt(b, [c]) == c
    assert ancestry.adopt(c, [a, b]) is None
    assert ancestry.adopt(c, [c]) is None


def dump(records: list[dict[str, Any]]) -> str:
    """As ROR writes it."""
    return json.dumps(records, indent=4, ensure_ascii=False)


def zipped(path: Path, **files: str) -> Path:
    file = path / "v1.63-2025-04-03-ror-data.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", ".").replace("<", "__"), text)
    return file


@pytest.mark.parametrize("form", ["array", "zip", "zip of both schemas", "zip of lines", "one line"])
def test_the_dump_is_read_as_it_is_published(tmp_path: Path, form: str) -> None:
    lines = write(tmp_path, V1, V2)
    wanted = [record.ror_id for record in read_records(lines, None)]
    file = tmp_path / "dump.json"
    match form:
        case "array":
            file.write_text("\ufeff" + dump([V1, V2]), "utf-8")
        case "one line":
            file.write_text(json.dumps([V1, V2]), "utf-8")
        case "zip":
            others = {"ror__csv": "id,name", "<MACOSX/ror__json": "x"}
            file = zipped(tmp_path, ror__json=dump([V1, V2]), **others)
        case "zip of both schemas":
            file = zipped(tmp_path, ror__json=dump([V1]), ror_schema_v2__json=dump([V1, V2]), ror__csv="")
        case "zip of lines":
            file = zipped(tmp_path, ror__jsonl=lines.read_text("utf-8"))
    seen: list[tuple[int, int]] = []
    assert [one.ror_id for one in read_records(file, lambda *at: seen.append(at))] == wanted
    assert seen[-1][0] == seen[-1][1]


def test_problems_of_a_dump_have_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "dump.json"
    text = dump([V1, {"id": "x"}, V1])
    second = next(number for number, line in enumerate(text.splitlines(), 1) if '"id": "x"' in line) - 1
    cases = {
        text: [
            f"line {second}: is neither a v1 nor a v2",
            f"line {second + 3}: 0018wmh19 is already on line 2",
        ],
        text[:-20]: [f"line {second}: is neither", f"line {second + 3}: is not JSON"],
        "[]": ["the file has no records"],
        "[1]": ["line 1: is not a JSON object"],
    }
    for content, complaints in cases.items():
        file.write_text(content, "utf-8")
        with pytest.raises(ImportRefused) as refused:
            read_records(file, None)
        found = [str(problem) for problem in refused.value.problems]
        assert all(any(one.startswith(wanted) for one in found) for wanted in complaints[-1:]), found


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({"a__csv": ""}, "must contain one file of records"),
        ({"a__json": "[]", "b__json": "[]"}, "but has a.json, b.json"),
    ],
)
def test_a_zip_that_is_no_dump(tmp_path: Path, files: dict[str, str], complaint: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        read_records(zipped(tmp_path, **files), None)
    assert complaint in str(refused.value.problems[0])


def test_a_zip_that_breaks_off(tmp_path: Path) -> None:
    file = zipped(tmp_path, ror__json=dump([V1, V2]))
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(ImportRefused) as refused:
        read_records(file, None)
    assert "the zip can't be read" in str(refused.value.problems[0])
