"""Databases to measure on: migrated, seeded and grown once, and kept for the next run."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.peers.peer import ROOT
from models.database.embedded import EmbeddedPostgres
from models.database.embedded_layout import find_programs

PROJECTS, PEOPLE = 20_000, 50_000
GROW = Path(__file__).parent / "grow.sql"
STATE = ROOT / ".bench"
MARK = "select shobj_description(oid, 'pg_database') from pg_database where datname = '{}'"
PSQL = str(find_programs(18) / "psql")


@contextmanager
def cluster(state: Path = STATE) -> Iterator[str]:
    """The address of the benchmark's own PostgreSQL, as its superuser, while it runs."""
    state.mkdir(exist_ok=True)
    with EmbeddedPostgres(state, durable=False) as url:
        yield sibling_url("postgres", url, "postgres")


def sibling_url(database: str, url: str, user: str = "puente") -> str:
    """The address of a database of the same cluster."""
    return f"postgresql://{user}@/{database}?{urlsplit(url).query}"


def grown(superuser_url: str, scale: int) -> str:
    """The address of a database with `scale` times the rows, made if it is not there as it should be."""
    name = f"bench_{scale}"
    url, made_from = sibling_url(name, superuser_url), fingerprint()
    result = _psql(superuser_url, MARK.format(name))
    if result != made_from:
        _psql(superuser_url, f"drop database if exists {name} (force)")
        _psql(superuser_url, f"create database {name} owner puente template template0")
        _grow(url, scale)
        _psql(superuser_url, f"comment on database {name} is '{made_from}'")
    return url


def copied(superuser_url: str, scale: int, name: str) -> str:
    """The address of a fresh copy of a grown database, for measurements that write."""
    grown(superuser_url, scale)
    _psql(superuser_url, f"drop database if exists {name} (force)")
    _psql(superuser_url, f"create database {name} owner puente template bench_{scale}")
    return sibling_url(name, superuser_url)


def fingerprint() -> str:
    """What decides what a grown database holds: the script, the migrations and the data."""
    files = [GROW, *sorted((ROOT / "models").rglob("*.sql")), *sorted((ROOT / "data").rglob("*.csv"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _grow(url: str, scale: int) -> None:
    environment = {**os.environ, "PUENTE_DATABASE_URL": url}
    for arguments in (["migrate"], ["seed", "--demo"]):
        command = [sys.executable, "-m", "api.cli", *arguments]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    sizes = ["-v", f"projects={PROJECTS * scale}", "-v", f"people={PEOPLE * scale}"]
    subprocess.run([PSQL, url, "-q", *sizes, "-f", str(GROW)], check=True, stderr=subprocess.DEVNULL)


def _psql(url: str, sql: str) -> str:
    command = [PSQL, url, "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", sql]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
