"""Cities that readers of English and of Spanish call by different names; all others have the one they have.

A row keeps the name that it was given: ROR's (GeoNames' in English), or a partner's own. Both are known here,
so what is stored decides neither what readers see nor what finds it.
"""

from __future__ import annotations

from models.base import declare_functions

CITY_NAMES: tuple[tuple[str, str], ...] = (
    ("Mexico City", "Ciudad de México"),
    ("Los Angeles", "Los Ángeles"),
    ("New Orleans", "Nueva Orleans"),
    ("New York", "Nueva York"),
    ("Philadelphia", "Filadelfia"),
    ("Basel", "Basilea"),
    ("Copenhagen", "Copenhague"),
    ("Paris", "París"),
)
"""English name, Spanish name: those that the SQL functions `puente_city_en` and `puente_city_es` know."""

declare_functions("puente_city_en", "puente_city_es", discloses=True)

BOTH_CITY_NAMES = (
    "coalesce(nullif(puente_city_en(city), puente_city_es(city)) || ' ', '') || puente_city_es(city)"
)
"""An SQL expression over the column `city`: the name, in both languages where there are two."""
