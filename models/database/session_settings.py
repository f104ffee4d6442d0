"""The session settings of connections, which are not left to the database's and the role's own."""

APPLICATION = "puente"
MEANINGS = {
    "standard_conforming_strings": "on",
    "datestyle": "ISO, MDY",
    "intervalstyle": "postgres",
    "timezone_abbreviations": "Default",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "array_nulls": "on",
    "transform_null_equals": "off",
    "quote_all_identifiers": "off",
    "gin_fuzzy_search_limit": "0",
    "default_transaction_isolation": "read committed",
    "default_transaction_deferrable": "off",
}
"""What statements and their results mean; `alter database … set` and `alter role … set` may say otherwise."""


def connection_settings() -> dict[str, str]:
    """The session settings of every connection: what answers depend on is not left to the database's own."""
    return {"application_name": APPLICATION, "timezone": "UTC", "jit": "off", **MEANINGS}
