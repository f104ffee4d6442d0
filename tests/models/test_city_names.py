"""The list of cities' names is what the database's functions know."""

from sqlalchemy.ext.asyncio import AsyncEngine

from models.city_names import CITY_NAMES
from tests.models.statements import scalar


async def test_the_functions_know_the_list(seeded: AsyncEngine) -> None:
    names = "select array[puente_city_en(:city), puente_city_es(:city)]"
    for pair in CITY_NAMES:
        for city in pair:
            assert await scalar(seeded, names, city=city) == list(pair)
    assert await scalar(seeded, names, city="Tijuana") == ["Tijuana", "Tijuana"]
    assert await scalar(seeded, "select puente_city_en(null) is null and puente_city_es(null) is null")
