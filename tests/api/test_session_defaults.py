"""Session defaults of a database or a role, which other programs may want, change nothing for the server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest

from api.cli.doctor import CHECKS
from api.server.database_setup import DatabaseTarget, prepare
from models.database.client import connect_to
from models.database.session_settings import connection_settings
from tests.api.http_clients import admin, ask, reached, settings_for
from tests.conftest import CopyOf, maintenance_url, run_alone

SETTABLE = """
    select name, vartype, setting, min_val, max_val, enumvals, category from pg_settings
    where context in ('user', 'superuser') and name not like '%.%'
        and name not in ('transaction_isolation', 'transaction_read_only', 'transaction_deferrable')
"""
TEXTS: Mapping[str, str] = {
    "DateStyle": "SQL, DMY",
    "TimeZone": "Asia/Kolkata",
    "timezone_abbreviations": "India",
    "client_encoding": "LATIN1",
    "default_text_search_config": "pg_catalog.turkish",
    "lc_messages": "C",
    "lc_monetary": "C",
    "lc_numeric": "C",
    "lc_time": "C",
    "application_name": "another",
}
"""Other values of settings that are texts; the rest of them names files, or objects that there are not."""
NUMBERS: Mapping[str, str] = {
    "statement_timeout": "20000",
    "transaction_timeout": "20000",
    "idle_session_timeout": "20000",
    "lock_timeout": "20000",
    "idle_in_transaction_session_timeout": "1",
    "extra_float_digits": "-15",
    "gin_fuzzy_search_limit": "1",
    "geqo_threshold": "2",
    "from_collapse_limit": "1",
    "join_collapse_limit": "1",
    "cursor_tuple_fraction": "0",
    "work_mem": "64",
}
"""Other values of numbers. Those of times are longer than a connection needs to set its own."""
REFUSED = ("default_transaction_read_only", "session_replication_role", "search_path")
"""What no connection can do without: the doctor says so (`test_doctor.py`)."""
MEANING = (
    "Client Connection Defaults / Locale and Formatting",
    "Client Connection Defaults / Other Defaults",
    "Client Connection Defaults / Statement Behavior",
    "Error Handling",
    "Version and Platform Compatibility / Other Platforms and Clients",
    "Version and Platform Compatibility / Previous PostgreSQL Versions",
)
"""The categories of what statements mean, and when they end. The others are of speed, memory and logs."""
LEFT: Mapping[str, str] = {
    "backslash_quote": "of strings that don't conform",
    "escape_string_warning": "a notice",
    "client_min_messages": "notices",
    "check_function_bodies": "of functions that are made",
    "createrole_self_grant": "of roles that are made",
    "default_text_search_config": "each search names its own",
    "default_toast_compression": "of rows at rest",
    "event_triggers": "there are none",
    "gin_pending_list_limit": "of rows at rest",
    "icu_validation_level": "of collations that are made",
    "lc_messages": "of the log",
    "lc_monetary": "there is no money type",
    "lc_numeric": "nothing is formatted by it",
    "lc_time": "nothing is formatted by it",
    "lo_compat_privileges": "there are no large objects",
    "restrict_nonsystem_relation_kind": "there are no views",
    "row_security": "no table has policies",
    "synchronize_seqscans": "no order is left to it",
    "xmlbinary": "there is no XML",
    "xmloption": "there is no XML",
}
"""What may be as the database has it, and why."""
BREAKING = ("debug_discard_caches", "jit_dump_bitcode", "zero_damaged_pages", "max_stack_depth")
"""What is meant to slow down, write files, or destroy."""


@pytest.fixture(scope="module")
async def unlike(copy_of: CopyOf, superuser_url: str, template: str) -> AsyncIterator[str]:
    """A database with other defaults of everything, half of them the role's."""
    async with copy_of(template) as url:
        name = urlsplit(url).path.strip("/")
        connection = await asyncpg.connect(maintenance_url(url))
        found = [row for row in await connection.fetch(SETTABLE) if row["name"] not in REFUSED + BREAKING]
        await connection.close()
        other = {row["name"]: value for row in found if (value := another(row)) is not None}
        owners = (f"database {name}", f"role puente in database {name}")
        await run_alone(
            superuser_url,
            *(
                f"alter {owners[at % 2]} set \"{setting}\" = '{value}'"
                for at, (setting, value) in enumerate(other.items())
            ),
        )
        yield url


def another(row: Mapping[str, Any]) -> str | None:
    """Another value of a setting; None where there is none to choose."""
    if row["vartype"] == "bool":
        return "off" if row["setting"] == "on" else "on"
    if row["vartype"] == "enum":
        return next((value for value in row["enumvals"] if value != row["setting"]), None)
    return (TEXTS if row["vartype"] == "string" else NUMBERS).get(row["name"])


async def test_what_is_left_to_the_database_is_of_no_consequence(unlike: str) -> None:
    """A new version of PostgreSQL may have more: connections set them, or the reason is above."""
    connection = await connect_to(unlike, connection_settings())
    sources = "source in ('database', 'user', 'database user')"
    left = await connection.fetch(f"select name, category from pg_settings where {sources}")
    await connection.close()
    assert {row["name"] for row in left if row["category"] in MEANING} - LEFT.keys() == set()
    assert len(left) > 50


READ = """
    {
        projects(first: 20, orderBy: [{field: TITLE, direction: ASC}]) {
            nodes { id version title startsOn createdAt } facets { name values { value count } }
        }
        found: search(text: "agua energía", first: 20) { nodes { ... on Node { id } } }
        events(first: 5) { nodes { id startsAt localStart } }
        auditLog(first: 20) { nodes { operation fields changes { field before after } } }
        changes(first: 20) { nodes { kind entityId version changedFields } }
    }
"""
WRITE = """
    mutation ($input: UpdateProjectInput!) {
        updateProject(input: $input) {
            project { version title startsOn } changed userErrors { code path message }
        }
    }
"""


async def session(client: httpx.AsyncClient) -> list[Any]:
    """Reads, a mutation that is refused, one that is done, and what tells of it."""
    first = (await ask(client, READ, headers=admin())).json()
    project = first["data"]["projects"]["nodes"][0]
    given = {"id": project["id"], "expectedVersion": project["version"], "titles": {"en": "It's \\ 'ñ'"}}
    wrong = {**given, "startsOn": "2027-01-02", "endsOn": "2026-01-02"}
    answers = [first]
    for each in (wrong, given):
        answers.append((await ask(client, WRITE, {"input": each}, admin())).json())
    answers.append((await ask(client, READ, headers=admin())).json())
    ready = (await client.get("/ready")).json()
    return [*answers, ready]


async def test_answers_are_the_same_whatever_the_defaults(unlike: str, database_url: str) -> None:
    """The doctor finds nothing wrong, a start nothing to do, and what a server answers is the same text."""
    found = []
    for url in (database_url, unlike):
        assert "revision" in await asyncio.to_thread(CHECKS["database"], settings_for(url))
        await asyncio.to_thread(prepare, DatabaseTarget(url, 5.0), report=lambda _: None)
        async with reached(url, pool_size=2) as client:
            found.append(await session(client))
    usual, other = map(json.dumps, found)
    assert found[0][1]["data"]["updateProject"]["userErrors"]
    assert found[0][2]["data"]["updateProject"]["changed"] == ["titles"]
    assert other == usual
