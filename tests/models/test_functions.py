"""What the SQL functions promise, on every PostgreSQL."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from models.identifiers import is_orcid, is_ror_id
from models.loading.reference import DATA
from tests.models.statements import rows, scalar


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Universidad Autónoma de México", "universidad autonoma de mexico"),
        ("MUÑOZ", "munoz"),
        ("Munoz\u0303", "munoz"),
        ("Zoë Schäfer", "zoe schafer"),
        ("", ""),
    ],
)
async def test_fold(seeded: AsyncEngine, text: str, folded: str) -> None:
    assert await scalar(seeded, "select puente_fold(:text)", text=text) == folded


async def test_spanish_order_has_ñ_after_n(seeded: AsyncEngine) -> None:
    sql = 'select array_agg(x order by puente_sort_es(x) collate "C") from unnest(cast(:names as text[])) x'
    names = ["Oca", "Ñu", "nz", "Núñez", "Nunez", "ña", "Álamo", "Alba"]
    in_order = ["Álamo", "Alba", "Nunez", "Núñez", "nz", "ña", "Ñu", "Oca"]
    assert await scalar(seeded, sql, names=names) == in_order


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("Energía renovable", "energia renovable", True),
        ("Energía renovable", "ENERGÍA", True),
        ("ENERGÍA RENOVABLE", "energías renovables", True),
        ("La educación del niño", "educaciones", True),
        ("Muñoz", "munoz", True),
        ("Muñoz", "Muñóz", True),
        ("Renewable grids", "grid", True),
        ("Renewable grids", "agua", False),
        ("Agua y energía", "agua -energia", False),
        ("Agua y energía", '"agua y energia"', True),
        ("Agua", "' & | ! ( :*", False),
    ],
)
async def test_search(seeded: AsyncEngine, text: str, query: str, found: bool) -> None:
    sql = "select puente_vector(:text) @@ puente_query(:query)"
    assert await scalar(seeded, sql, text=text, query=query) is found


@pytest.mark.parametrize(
    ("instant", "zone", "local"),
    [
        ("2025-08-14T16:00:00Z", "America/Tijuana", "2025-08-14T09:00:00-07:00"),
        ("2025-12-14T16:00:00Z", "America/Tijuana", "2025-12-14T08:00:00-08:00"),
        ("2026-03-08T09:59:59Z", "America/Tijuana", "2026-03-08T01:59:59-08:00"),
        ("2026-03-08T10:00:00Z", "America/Tijuana", "2026-03-08T03:00:00-07:00"),
        ("2026-11-01T08:30:00Z", "America/Tijuana", "2026-11-01T01:30:00-07:00"),
        ("2026-11-01T09:30:00Z", "America/Tijuana", "2026-11-01T01:30:00-08:00"),
        ("2026-07-01T12:00:00Z", "America/Mexico_City", "2026-07-01T06:00:00-06:00"),
        ("2022-07-01T12:00:00Z", "America/Mexico_City", "2022-07-01T07:00:00-05:00"),
        ("2026-07-01T12:00:00Z", "America/Hermosillo", "2026-07-01T05:00:00-07:00"),
        ("2026-07-01T12:00:00Z", "America/St_Johns", "2026-07-01T09:30:00-02:30"),
        ("2026-07-01T12:00:00Z", "Asia/Kolkata", "2026-07-01T17:30:00+05:30"),
        ("2026-07-01T12:00:00Z", "UTC", "2026-07-01T12:00:00+00:00"),
    ],
)
async def test_local_time(seeded: AsyncEngine, instant: str, zone: str, local: str) -> None:
    sql = "select puente_local_time(cast(cast(:instant as text) as timestamptz), :zone)"
    assert await scalar(seeded, sql, instant=instant, zone=zone) == local


async def test_generated_columns_are_indexable_forms(seeded: AsyncEngine) -> None:
    sql = "select name_fold_en, name_fold_es, name_sort_es from institution where slug = 'uady'"
    assert await rows(seeded, sql) == [
        (
            "autonomous university of yucatan",
            "universidad autonoma de yucatan",
            "universidad autonoma de yucatan",
        )
    ]


def test_ids_of_ror_have_a_check() -> None:
    ids = [
        line.split("ror.org/", 1)[1][:9]
        for line in (DATA / "ror_records.jsonl").read_text("utf-8").splitlines()
    ]
    assert len(ids) == 1718
    assert [ror_id for ror_id in ids if not is_ror_id(ror_id)] == []


@given(st.integers(0, 8), st.sampled_from("0123456789abcdefghjkmnpqrstvwxyz"))
def test_a_damaged_ror_id_is_noticed(index: int, letter: str) -> None:
    right = "01tmp8f25"
    damaged = right[:index] + letter + right[index + 1 :]
    assert is_ror_id(damaged) is (damaged == right)


@pytest.mark.parametrize(
    ("orcid", "valid"),
    [
        ("0000-0002-1825-0097", True),
        ("0000-0002-1825-0098", False),
        ("0000-0002-1694-233X", True),
        ("x", False),
    ],
)
def test_orcid(orcid: str, valid: bool) -> None:
    assert is_orcid(orcid) is valid


@pytest.mark.parametrize(
    ("typed", "accented", "plain"),
    [
        ("agua", "agua", "agua"),
        ("Agua", "agua", "agua"),
        ("WATER", "water", "water"),
        ("energía", "energía", "energia"),
        ("renewable grids", "renewable grids", "renewable grids"),
        ("Niño 7", "niño 7", "nino 7"),
        ("x-1", "x 1", "x 1"),
        ("Ωmega", "ωmega", "ωmega"),
    ],
)
async def test_every_form_of_what_was_typed_is_searched(
    seeded: AsyncEngine, typed: str, accented: str, plain: str
) -> None:
    forms = [("spanish", accented), ("spanish", plain), ("english", plain), ("simple", plain)]
    sql = "select plainto_tsquery(cast(:language as regconfig), :words)::text"
    meant = {await scalar(seeded, sql, language=language, words=words) for language, words in forms}
    found = (await scalar(seeded, "select puente_query(:typed)::text", typed=typed)).split(" | ")
    assert set(found) == meant
    if typed.isascii():
        assert len(found) < len(forms)
