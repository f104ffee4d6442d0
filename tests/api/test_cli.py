"""The commands as a person types them: some as processes, the others here, where all is loaded already."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.auth import development_tokens
from api.auth.jwt import read
from api.cli import app
from models.database.client import engine_for
from models.loading.demo.grants import PERSONAS
from schema import sdl
from schema.invariants import INVARIANTS
from tests.api.server_processes import free_port, is_one_line, puente
from tests.models.statements import run, scalar

Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command in this process, with a separate state folder."""

    def run(*arguments: str, **variables: str) -> Result:
        for name, value in {"PUENTE_STATE": str(tmp_path), **variables}.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(app, [*arguments])

    return run


def test_help_names_every_command(tmp_path: Path) -> None:
    printed = puente(tmp_path, "--help").stdout
    for command in ("serve", "migrate", "seed", "import", "schema", "token", "doctor"):
        assert command in printed


def test_schema_prints_the_schema(tmp_path: Path) -> None:
    assert puente(tmp_path, "schema").stdout == sdl()


def test_schema_writes_the_schema(command: Command, tmp_path: Path) -> None:
    assert command("schema", "--output", str(tmp_path / "out.graphql")).stdout == ""
    assert (tmp_path / "out.graphql").read_text(encoding="utf-8") == sdl()


def test_token_prints_a_token_of_this_state_folder(command: Command, tmp_path: Path) -> None:
    token = command("token", "admin").stdout.strip()
    assert development_tokens.identify(read(token), development_tokens.key(tmp_path)).subject == "admin"


def test_token_for_a_persona_that_does_not_exist(command: Command) -> None:
    ended = command("token", "nobody")
    assert ended.exit_code == 1
    assert ended.stderr == f"puente: no such persona: nobody (choose one of {', '.join(PERSONAS)})\n"


def test_no_token_for_a_database_of_ones_own(command: Command, tmp_path: Path) -> None:
    ended = command("token", "admin", PUENTE_DATABASE_URL="postgresql://me@db.example.org/mine")
    assert ended.exit_code == 1
    assert is_one_line(ended.stderr)
    assert not (tmp_path / development_tokens.KEY_FILE).exists()


def test_doctor_finds_a_house_in_order(command: Command, seeded_url: str) -> None:
    ended = command("doctor", PUENTE_DATABASE_URL=seeded_url, PUENTE_PORT=str(free_port()))
    assert ended.exit_code == 0, ended.stdout
    assert ended.stdout.count("ok ") == 6


def test_doctor_says_what_is_wrong(command: Command) -> None:
    ended = command("doctor", PUENTE_DATABASE_URL="postgresql://me@127.0.0.1:1/mine")
    assert ended.exit_code == 1
    assert "wrong  database: cannot use the database 127.0.0.1:1/mine" in ended.stdout


def test_doctor_looks_for_what_must_hold(tmp_path: Path, seeded_url: str) -> None:
    ended = puente(tmp_path, "doctor", "--invariants", PUENTE_DATABASE_URL=seeded_url)
    assert ended.returncode == 0, ended.stdout
    assert ended.stdout.count("ok ") == len(INVARIANTS)
    assert "ok     names: The copies of a person's name equal the original." in ended.stdout


async def test_doctor_names_what_does_not_hold(tmp_path: Path, database_url: str) -> None:
    """All of it: also of a database that no server starts on, since triggers are disabled."""
    engine = engine_for(database_url)
    await run(engine, "alter table mentor disable trigger user", "update mentor set name = 'Nobody'")
    mentors = await scalar(engine, "select count(*) from mentor")
    await engine.dispose()
    ended = await asyncio.to_thread(
        puente, tmp_path, "doctor", "--invariants", PUENTE_DATABASE_URL=database_url, LC_ALL="es_MX.UTF-8"
    )
    assert ended.returncode == 1
    assert "wrong  names: Las copias del nombre de una persona son iguales al original." in ended.stdout
    assert ended.stdout.count("       mentor ") == 10
    assert f"       … {mentors - 10}\n" in ended.stdout
    assert "wrong  database: triggers are disabled of mentor " in ended.stdout
    assert "wrong  triggers: " in ended.stdout
    assert "       trigger mentor_audit_update of mentor\n" in ended.stdout
    assert ended.stdout.count("ok ") == len(INVARIANTS) - 2


def test_doctor_asks_issuers_for_their_keys(command: Command) -> None:
    issuers = f'[{{"issuer": "http://127.0.0.1:{free_port()}", "audience": "a", "algorithms": ["RS256"]}}]'
    ended = command("doctor", PUENTE_DATABASE_URL="postgresql://me@127.0.0.1:1/x", PUENTE_ISSUERS=issuers)
    assert ended.exit_code == 1
    assert "wrong  token issuers: http://127.0.0.1:" in ended.stdout


def test_an_issuer_that_is_not_safe_starts_nothing(tmp_path: Path) -> None:
    issuers = '[{"issuer": "https://x.example.edu", "audience": "a", "algorithms": ["HS256"]}]'
    ended = puente(tmp_path, "serve", PUENTE_ISSUERS=issuers)
    assert ended.returncode == 1
    assert is_one_line(ended.stderr)
    assert "algorithms[0]" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    ended = puente(tmp_path, "key", "list", PUENTE_DATABASE_URL="postgresql://me@127.0.0.1:1/mine")
    assert (ended.returncode, is_one_line(ended.stderr)) == (1, True), ended.stderr


def test_migrate_a_database_that_is_up_to_date(command: Command, database_url: str) -> None:
    ended = command("migrate", PUENTE_DATABASE_URL=database_url)
    assert (ended.exit_code, ended.stdout) == (0, "The database is up to date.\n")
