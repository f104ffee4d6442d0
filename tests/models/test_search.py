"""Search finds what docs/search.md promises, on every locale and version of PostgreSQL that there is here."""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from models.database.client import engine_for
from models.loading.reference import DATA
from models.migrations.files import run_file
from tests.conftest import VERSION
from tests.locales import LOCALES, cluster_with_locales, make_databases, tell_absent
from tests.reference.search import load_stems
from tests.reference.words import APOSTROPHES, searched_text, typed

PAGE = Path(__file__).parents[2] / "docs" / "search.md"
HERE = ("libc_c", "libc_c_utf8", "icu_es", "builtin_utf8", "builtin_fast")
ON_OTHER = ("libc_c", "libc_en", "libc_es", "libc_tr")
"""Locales (tests/locales.py) of databases of the usual version, and of the other."""
FUNCTIONS = ("0007_functions.sql", "0011_search_functions.sql", "repeatable/functions_of_search.sql")
DIVIDING = {
    "Cc",
    "Co",
    "No",
    "Pc",
    "Pd",
    "Pe",
    "Pf",
    "Pi",
    "Po",
    "Ps",
    "Sc",
    "Sk",
    "Sm",
    "So",
    "Zl",
    "Zp",
    "Zs",
}
JOINING = {*APOSTROPHES, '"', "-"}
OFTEN = "¿¡«»“”‘’–—…·/\\.,;:|+*&@#_~()[]{}<>=%$€°©®•→‐‑−　\u00a0\u2009\u202f\u2028\t\n'"
CHANGES: tuple[Callable[[str], str], ...] = (str, str.upper, str.lower, partial(unicodedata.normalize, "NFD"))
FOUND = text("""
    select puente_vector(one) @@ puente_query(other)
    from unnest(cast(:texts as text[]), cast(:typed as text[])) with ordinality as t(one, other, n) order by n
""")


def cases() -> list[tuple[str, str, bool]]:
    """The rows of the page's tables whose third column says whether the text is found."""
    page = re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), PAGE.read_text(encoding="utf-8"))
    found = re.findall(r"^\| (.+) \| (.+) \| (yes|no) \|$", page, re.MULTILINE)
    return [(one.replace("`", ""), other.replace("`", ""), says == "yes") for one, other, says in found]


def titles() -> list[str]:
    """Real names of institutions, in several languages and alphabets."""
    names: set[str] = set()
    for record in map(json.loads, (DATA / "ror_records.jsonl").read_text("utf-8").splitlines()):
        names.update([record["name"]] if "name" in record else [])
        names.update(label["label"] for label in record.get("labels", ()))
        names.update(name["value"] for name in record.get("names", ()))
    return sorted(names)


@pytest.fixture(scope="module")
def other_cluster_url() -> Iterator[str]:
    """A cluster of the version that the other tests do not run on."""
    with cluster_with_locales(34 - VERSION) as url:
        yield url


@pytest.fixture(scope="module")
async def databases(cluster_url: str, other_cluster_url: str) -> AsyncIterator[Mapping[str, AsyncEngine]]:
    """A database of each locale that there is, in both versions, with the functions and no table."""
    made: dict[str, AsyncEngine] = {}
    for version, cluster, names in (
        (VERSION, cluster_url, HERE),
        (34 - VERSION, other_cluster_url, ON_OTHER),
    ):
        urls, absent = await make_databases(cluster, {name: LOCALES[name] for name in names})
        for name, url in urls.items():
            engine = made[f"{version} {name}"] = engine_for(url)
            async with engine.begin() as connection:
                for file in FUNCTIONS:
                    await connection.run_sync(run_file, file)
        tell_absent(f"search on PostgreSQL {version}", urls, absent)
    assert len(made) >= 3, made
    yield made
    for engine in made.values():
        await engine.dispose()


async def found_in(engine: AsyncEngine, pairs: list[tuple[str, str]]) -> list[bool]:
    async with engine.connect() as connection:
        texts, queries = [one for one, _ in pairs], [other for _, other in pairs]
        return list(await connection.scalars(FOUND, {"texts": texts, "typed": queries}))


async def test_it_finds_what_the_page_says(databases: Mapping[str, AsyncEngine]) -> None:
    listed = cases()
    assert len(listed) > 70
    for name, engine in databases.items():
        found = await found_in(engine, [(one, other) for one, other, _ in listed])
        wrong = [case for case, has in zip(listed, found, strict=True) if has is not case[2]]
        assert wrong == [], name


async def test_the_reference_finds_what_the_page_says(databases: Mapping[str, AsyncEngine]) -> None:
    async with next(iter(databases.values())).connect() as connection:
        stems = await load_stems(connection, [one for case in cases() for one in case[:2]])
    wrong = [
        case for case in cases() if typed(case[1]).fits(searched_text(case[0], stems), stems) is not case[2]
    ]
    assert wrong == []


async def test_what_stands_between_words_does_not_count(databases: Mapping[str, AsyncEngine]) -> None:
    """Words of real names, some or all, in any order, with anything between them: all databases agree."""
    drawn = random.Random(12)
    pairs = [(title, scrambled(title, drawn)) for title in drawn.sample(titles(), 800)]
    pairs += [(scrambled(title, drawn, whole=True), title) for title, _ in pairs[:200]]
    for name, engine in databases.items():
        found = await found_in(engine, pairs)
        assert [pair for pair, has in zip(pairs, found, strict=True) if not has] == [], name


def plain_words(title: str) -> list[str]:
    """Of letters and digits, without such as begin with what a hyphen before them would exclude."""
    spaced = "".join(letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in title)
    return spaced.split()


def scrambled(title: str, drawn: random.Random, *, whole: bool = False) -> str:
    """Words of the title as somebody might type or paste them."""
    words = plain_words(title)
    kept = words if whole or drawn.random() < 0.5 else drawn.sample(words, drawn.randint(1, len(words)))
    changed = [CHANGES[drawn.randrange(len(CHANGES))](word) for word in kept]
    between = ["".join(drawn.choices(OFTEN, k=drawn.randint(1, 3))) for _ in [*changed, ""]]
    return "".join(part for pair in zip(between, [*changed, ""], strict=True) for part in pair)


def is_listed(one: str) -> bool:
    """Whether the lists have it: not what newer Pythons know more than Unicode 14."""
    return unicodedata.unidata_version == "14.0.0" or unicodedata.ucd_3_2_0.category(one) != "Cn"


async def test_every_separator_divides_and_no_letter_does(databases: Mapping[str, AsyncEngine]) -> None:
    """By Unicode's categories, for every character that is no compatibility form; no parser sees others."""
    codes = (chr(code) for code in range(0x20, 0x20000) if is_listed(chr(code)))
    plain = [one for one in codes if one not in JOINING and unicodedata.normalize("NFKD", one) == one]
    dividing = [one for one in plain if unicodedata.category(one) in DIVIDING]
    letters = [one for one in plain if unicodedata.category(one)[0] == "L" and one < "\u3000"]
    assert len(dividing) > 5_000
    assert len(letters) > 3_000
    words = text("select puente_plain_words(puente_letters(:text))")
    parsed = text("""
        select array_agg(one) filter (where length(to_tsvector('simple', 'ab' || one || 'cd')) <> 1)
        from unnest(cast(:letters as text[])) one
    """)
    for name, engine in databases.items():
        async with engine.connect() as connection:
            spaced = await connection.scalar(words, {"text": "ab".join(["", *dividing, ""])})
            assert spaced == " ".join(["ab"] * (len(dividing) + 1)), name
            whole = await connection.scalar(words, {"text": "ab".join(["", *letters, ""])})
            assert " " not in whole, name
            single = sorted({*whole})
            assert await connection.scalar(parsed, {"letters": single}) is None, name


async def test_the_short_way_leads_to_the_same(databases: Mapping[str, AsyncEngine]) -> None:
    """Texts of nothing but English and Spanish letters are read at once, all others step by step."""
    drawn = random.Random(7)
    some = drawn.sample(titles(), 300) + [scrambled(title, drawn) for title in drawn.sample(titles(), 300)]
    sql = """
        select one from unnest(cast(:texts as text[])) one
        where puente_vector(one) <> puente_any_vector(one) or puente_query(one) <> puente_any_query(one)
    """
    for name, engine in databases.items():
        async with engine.connect() as connection:
            assert list(await connection.scalars(text(sql), {"texts": some})) == [], name
