"""The session settings of connections, which are not left to the database's and the role's own."""

from collections.abc import Mapping

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
    "exit_on_error": "off",  # else a write that finds a value taken ends its connection
}
"""What statements and their results mean; `alter database … set` and `alter role … set` may say otherwise."""
NO_TIMEOUTS = {
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
    "transaction_timeout": "0",
}
"""Where a connection has a limit of time, it is of ours: these would end a migration halfway."""
SINCE = {"transaction_timeout": 17}
"""The versions of PostgreSQL that are the first to know a setting."""


def connection_settings() -> dict[str, str]:
    """The session settings of every connection: what answers depend on is not left to the database's own."""
    return {"application_name": APPLICATION, "timezone": "UTC", "jit": "off", **MEANINGS, **NO_TIMEOUTS}


def setting_statement(settings: Mapping[str, str], version: int) -> str:
    """The statement that sets those settings that a version of PostgreSQL knows."""
    known = {name: value for name, value in settings.items() if SINCE.get(name, 0) <= version}
    return "; ".join(f"set {name} = '{value}'" for name, value in known.items())
