"""The README's first change: one terminal follows, another imports, and the event is the one on the page."""

from __future__ import annotations

import asyncio
import re
import shlex
from pathlib import Path
from typing import Any

import orjson

from api.cli.data import CliDatabase, CsvEntity, run_csv
from tests.api.http_clients import application
from tests.api.loopback_sockets import listening
from tests.api.sse.event_stream import EVENTS, Stream, reaching
from tests.house.test_docs import blocks

PAGE = "README.md"


def subscription() -> str:
    """The document that the page's curl follows."""
    (command,) = (one for one in blocks(PAGE, "sh") if one.startswith("curl -N"))
    return shlex.split(command.replace("\\\n", " "))[-1].removeprefix("query=")


def csv_file(folder: Path) -> Path:
    """The file that the page's printf writes."""
    (commands,) = (one for one in blocks(PAGE, "sh") if one.startswith("printf"))
    made, imported = map(shlex.split, commands.splitlines())
    assert imported[1:] == ["import", "csv", "projects", "change.csv"]
    path = folder / "change.csv"
    path.write_text(made[1].replace("\\n", "\n"), encoding="utf-8")
    return path


def promised() -> Any:
    """The event's data on the page, without its cursor."""
    (data,) = re.findall(r"^data: (.*)$", "".join(blocks(PAGE, "text")), re.MULTILINE)
    return without_cursor(data)


def without_cursor(data: str) -> Any:
    change = orjson.loads(data)["data"]["changes"]
    return {name: value for name, value in change.items() if name != "cursor"}


async def test_the_first_change_arrives_as_the_page_says(database_url: str, tmp_path: Path) -> None:
    parameters = {"query": subscription()}
    async with (
        listening(application(database_url)) as (port, _),
        reaching(port) as client,
        client.stream("GET", "/graphql/stream", params=parameters, headers=EVENTS) as response,
    ):
        database = CliDatabase(database_url, embedded=True)
        await asyncio.to_thread(run_csv, database, CsvEntity.PROJECTS, csv_file(tmp_path), 50)
        event = await Stream(response).event()
    assert event is not None
    assert without_cursor(event.data) == promised()
