"""The examples keep their copies equal to what the API shows, whatever dies meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from tests import summary
from tests.examples.conftest import Follow
from tests.examples.harness import COMMANDS, Client, Server, until, visible_nodes
from tests.examples.random_writer import Writer, write

ROUNDS = int(os.environ.get("ROUNDS", "3"))  # in each the server, the database and each client die
STEP = 20  # changes that a copy receives between two kills

each = pytest.mark.parametrize("example", COMMANDS)
each_in_turn = pytest.mark.parametrize(
    "example",
    [pytest.param(name, marks=[pytest.mark.proof] * (number > 0)) for number, name in enumerate(COMMANDS)],
)
"""In `make test` one of them, where the others wait as long for the same."""


def mark(stage: Server, word: str) -> None:
    """The last change, of what everybody sees: a copy that has it has all that was before it."""
    write(stage.url, f"update institution set city = '{word}' where slug = 'unam'")


def wait_for_mark(client: Client, word: str) -> None:
    client.wait_until(lambda: client.has("city", word))


def wait_for_writes(writer: Writer) -> None:
    goal = writer.committed + STEP
    until(lambda: writer.committed >= goal, lambda: str(writer.failed[-3:]))


@contextmanager
def all_streams_taken(stage: Server, client: Client) -> Iterator[None]:
    """The client's key has as many streams open as it may."""
    body = {"query": "subscription { changes { cursor } }"}
    headers = {"Authorization": f"Bearer {client.token}", "Accept": "text/event-stream"}
    with httpx.Client(base_url=stage.address, headers=headers) as http, ExitStack() as open_streams:
        while True:
            stream = open_streams.enter_context(http.stream("POST", "/graphql/stream", json=body))
            if stream.status_code == 429:
                break
            assert stream.status_code == 200
        yield


def wait_until_numbered(stage: Server) -> None:
    until(lambda: write(stage.url, "select count(*) from change_note") == [(0,)])


@pytest.mark.proof
def test_copies_are_equal_whatever_was_killed(stage: Server, client: Follow) -> None:
    """Servers, clients and the database are killed with kill -9 while a writer continues."""
    clients = [client("python", "uc-merced"), client("typescript", "universidad-panamericana")]
    for one in clients:
        one.start()
        one.wait_for_output("taking a snapshot")
        one.kill()
    writer = Writer(stage.url, seed=5)
    writer.start()
    try:
        for one in clients:
            one.start()
        for _ in range(ROUNDS):
            for one in clients:
                one.wait_until_moved(STEP)
            stage.kill()
            wait_for_writes(writer)
            stage.start()
            for one in clients:
                one.wait_until_moved(STEP)
                one.kill()
            wait_for_writes(writer)
            stage.kill_database()
            wait_for_writes(writer)
            for one in clients:
                one.start()
    finally:
        writer.end()
    mark(stage, "The end")
    for one in clients:
        wait_for_mark(one, "The end")
        assert one.copy == visible_nodes(stage.address, one.token)
        assert one.printed.count("taking a snapshot") == 2  # nothing since was missed, so no other was needed
    assert writer.rolled_back > 0
    summary.tell(
        f"copies: {writer.committed} transactions committed and {writer.rolled_back} rolled back, "
        f"{clients[0].number} changes, while kill -9 ended the server {ROUNDS}, the database {ROUNDS} and "
        f"the clients {' and '.join(str(one.killed) for one in clients)} times; the copies of "
        f"{' and '.join(str(len(one.copy)) for one in clients)} entities are equal to what the API shows"
    )


@each
def test_a_change_comes_live(stage: Server, client: Follow, example: str) -> None:
    one = client(example, "uc-davis")
    one.start()
    one.wait_for_output("following live")
    mark(stage, f"Live {example}")
    wait_for_mark(one, f"Live {example}")
    assert one.printed.count("following live") == 1  # it did not come back to ask


@each_in_turn
def test_where_there_is_no_stream_it_asks(stage: Server, client: Follow, example: str) -> None:
    one = client(example, "uc-davis")
    with all_streams_taken(stage, one):
        one.start()
        one.wait_for_output("the snapshot is whole")
        for word in ("One", "Two"):
            mark(stage, f"{word} asked by {example}")
            wait_for_mark(one, f"{word} asked by {example}")
        assert "following live" not in one.printed
    one.wait_for_output("following live")


@each_in_turn
def test_a_copy_that_was_away_for_too_long_is_made_anew(stage: Server, client: Follow, example: str) -> None:
    one = client(example, "uc-davis")
    write(
        stage.url,
        "insert into event (slug, title_es, starts_at, ends_at, date_precision, time_zone, mode, status)"
        f" values ('gone-{example}', 'Se va', now(), now(), 'DAY', 'America/Tijuana', 'ONLINE', 'PUBLISHED')",
    )
    one.start()
    one.wait_until(lambda: one.has("slug", f"gone-{example}"))
    one.kill()
    write(stage.url, f"delete from event where slug = 'gone-{example}'")
    wait_until_numbered(stage)
    write(stage.url, "delete from change", "update feed set floor = last")
    one.start()
    one.wait_for_output("The cursor is older than the changes that are kept")
    one.wait_until(lambda: not one.has("slug", f"gone-{example}"))
    mark(stage, f"After {example}")
    wait_for_mark(one, f"After {example}")
    assert one.copy == visible_nodes(stage.address, one.token)


@each_in_turn
def test_a_copy_of_a_database_that_was_restored_is_made_anew(
    stage: Server, client: Follow, example: str
) -> None:
    one = client(example, "uc-davis")
    one.start()
    one.wait_until_moved(1)
    write(stage.url, "update feed set epoch = puente_new_feed_epoch()")
    one.wait_for_output("The cursor is from before the database was restored")
    mark(stage, f"Restored {example}")
    wait_for_mark(one, f"Restored {example}")
    assert one.copy == visible_nodes(stage.address, one.token)


@each
def test_who_may_see_less_keeps_less(stage: Server, client: Follow, example: str) -> None:
    one = client(example, "uc-merced")
    one.start()
    one.wait_until(lambda: one.has_any("participant_"))
    write(stage.url, f"update api_key set scopes = '{{}}' where client_id = {one.client_id}")
    mark(stage, f"Less {example}")
    one.wait_for_output("What you may see has changed")
    wait_for_mark(one, f"Less {example}")
    assert not one.has_any("participant_")
    assert one.copy == visible_nodes(stage.address, one.token)


@each
def test_a_revoked_key_stops_it_with_a_clear_message(stage: Server, client: Follow, example: str) -> None:
    one = client(example, "uc-merced")
    one.start()
    one.wait_until_moved(1)
    stage.command("key", "revoke", "--client", one.name)
    mark(stage, f"Revoked {example}")
    assert one.ended() == 1
    assert one.printed.splitlines()[-1].startswith("stopped: UNAUTHENTICATED: ")
