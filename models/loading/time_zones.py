"""A place's region by its GeoNames code, and its time zone by its coordinates."""

from functools import cache
from importlib.resources import files

import tzfpy

MEXICAN_STATES = {
    "01": "AGU", "02": "BCN", "03": "BCS", "04": "CAM", "05": "CHP", "06": "CHH", "07": "COA", "08": "COL",
    "09": "CMX", "10": "DUR", "11": "GUA", "12": "GRO", "13": "HID", "14": "JAL", "15": "MEX", "16": "MIC",
    "17": "MOR", "18": "NAY", "19": "NLE", "20": "OAX", "21": "PUE", "22": "QUE", "23": "ROO", "24": "SLP",
    "25": "SIN", "26": "SON", "27": "TAB", "28": "TAM", "29": "TLA", "30": "VER", "31": "YUC", "32": "ZAC",
}  # fmt: skip
"""GeoNames first-order code (in ROR's v1 records) → ISO 3166-2 code of Mexico's states."""


def region_of_geonames(code: str | None) -> str | None:
    """The ISO 3166-2 code for a GeoNames code such as US.CA or MX.09; None for other countries."""
    country, _, division = (code or "").partition(".")
    if country == "US" and division.isalpha():
        return f"US-{division}"
    if country == "MX" and division in MEXICAN_STATES:
        return f"MX-{MEXICAN_STATES[division]}"
    return None


def time_zone_at(latitude: float | None, longitude: float | None, country: str) -> str:
    """The time zone of a point (from tzfpy, offline); without a point, the country's first zone in tzdata."""
    if latitude is not None and longitude is not None:
        zone = tzfpy.get_tz(longitude, latitude)
        if zone and not zone.startswith("Etc/"):
            return zone
    return first_zones().get(country, "UTC")


@cache
def first_zones() -> dict[str, str]:
    """Country → its first zone in tzdata's zone.tab, usually the most populous one."""
    table = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {country: zone for country, _, zone, *_ in reversed(rows)}
