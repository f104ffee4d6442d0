"""Importing phone numbers from CSV files, however they are written."""

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from models.loading.table_writer import WriteCounts
from tests.models.statements import rows
from tests.models.test_csv import complaints, file, load

__all__ = ["file"]


async def test_phone_numbers(engine: AsyncEngine, file: Path) -> None:
    """Of the country of the institution, in the file or stored; a column that is left out changes nothing."""
    head = "given_name,family_names,email,phone,institution\n"
    first = "A,B,a@example.org,+52 1 55 1234 5678,\nC,D,c@example.org,(664) 123-4567,unam\n"
    assert (await load(engine, "people", file, head + first)).counts == WriteCounts(inserted=2)
    sql = "select phone from person where email in ('a@example.org', 'c@example.org') order by email"
    assert await rows(engine, sql) == [("+525512345678",), ("+526641234567",)]
    other = "given_name,family_names,email,phone\n"
    other += "A,B,a@example.org,+525512345678\nC,D,c@example.org,664 123 4567\n"
    assert (await load(engine, "people", file, other)).counts == WriteCounts(unchanged=2)
    without = "given_name,family_names,email\nC,D,c@example.org\n"
    assert (await load(engine, "people", file, without)).counts == WriteCounts(unchanged=1)
    wrong = "A,B,a@example.org,664 123 4567,\nC,D,c@example.org,12345,unam\nE,F,e@example.org,+52 ext. 5,\n"
    found = await complaints(engine, "people", file, head + wrong)
    assert all("phone must be a phone number with + and the country code" in one for one in found)
    assert [one.partition(":")[0] for one in found] == ["line 2", "line 3", "line 4"]
