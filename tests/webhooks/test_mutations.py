"""Who may do what with webhooks, and what is refused, as a client sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.api.http_clients import GRAPHQL_RESPONSE, bearer
from tests.conftest import CopyOf
from tests.webhooks.harness import DELIVERIES, REGISTER, Campus, campus, new_key
from tests.webhooks.receiver import receiving

NOBODY = "webhook_01890000-0000-7000-8000-000000000000"
ALL = "{ webhooks { nodes { id client } pageInfo { hasNextPage endCursor } } }"
ACTS = ["rotateWebhookSecret", "pauseWebhook", "resumeWebhook", "removeWebhook", "redeliver"]
OTHERS = ["public", "uc-coordinator", "mentor", "participant", "integration"]
URL = "https://receiver.example.org/hook"


@pytest.fixture
async def merced(database_url: str) -> AsyncIterator[Campus]:
    async with campus(database_url) as made:
        yield made


@pytest.fixture
async def strict(database_url: str) -> AsyncIterator[Campus]:
    """Where private addresses are refused, as everywhere but in tests."""
    async with campus(database_url, webhook_allow_private_addresses=False, webhook_max_per_client=2) as made:
        yield made


@pytest.fixture(scope="module")
async def unchanged(copy_of: CopyOf, template: str) -> AsyncIterator[Campus]:
    """Strict too, and one for all tests of what is refused: none of them registers anything."""
    async with copy_of(template) as url, campus(url, webhook_allow_private_addresses=False) as made:
        yield made
        assert await made.value("select count(*) from webhook") == 0


async def refused(
    merced: Campus, headers: dict[str, str] | None = None, **input: Any
) -> list[dict[str, Any]]:
    payload = (await merced.ask(REGISTER, headers, input={"url": URL, **input}))["registerWebhook"]
    assert payload["webhook"] is None
    assert payload["secret"] is None
    assert payload["changed"] == []
    errors: list[dict[str, Any]] = payload["userErrors"]
    return errors


def given(act: str) -> dict[str, Any]:
    return {"fromCursor": "0123456789ab.0.0123456789ab"} if act == "redeliver" else {}


async def test_what_is_registered_is_shown_and_the_secret_once(merced: Campus) -> None:
    made = await merced.register(URL, types=["PROJECT", "EVENT"], description="Registrar's mirror")
    webhook = await merced.webhook(made.id)
    assert made.secret.startswith("whsec_")
    assert {
        name: webhook[name] for name in ("url", "types", "institutionId", "document", "state", "attempts")
    } == {
        "url": URL,
        "types": ["EVENT", "PROJECT"],
        "institutionId": None,
        "document": None,
        "state": "ACTIVE",
        "attempts": 0,
    }
    assert webhook["scopes"] == ["PROJECTS_READ"]
    assert made.secret not in str(webhook)


@pytest.mark.parametrize(
    "persona", ["public", "uc-coordinator", "mentor", "participant", "admin", "integration"]
)
async def test_only_api_clients_register(unchanged: Campus, persona: str) -> None:
    """The demo's integration signs in with a token; there is no client with keys behind it."""
    (error,) = await refused(unchanged, bearer(persona))
    assert (error["code"], error["path"]) == ("FORBIDDEN", ["input"])


@pytest.mark.parametrize("persona", OTHERS)
async def test_others_webhooks_are_not_there(merced: Campus, persona: str) -> None:
    """To the byte: as one that never was. So for another client."""
    made = await merced.register(URL)
    other = {"authorization": f"Bearer {await new_key(merced.engine, 'Other')}"}
    for headers in (bearer(persona), other):
        assert (await merced.ask(ALL, headers))["webhooks"]["nodes"] == []
        for act in ACTS:
            received = [
                await merced.tried(act, id, headers, **given(act)) for id in (made.id, NOBODY, "nonsense")
            ]
            assert received[0] == received[1] == received[2]
            assert [error["code"] for error in received[0]["userErrors"]] == ["NOT_FOUND"]
        logs = [await merced.ask(DELIVERIES, headers, id=id) for id in (made.id, NOBODY)]
        assert logs == [{"webhookDeliveries": None}] * 2
    assert (await merced.webhook(made.id))["state"] == "ACTIVE"


async def test_staff_list_pause_resume_and_remove_anyones(merced: Campus) -> None:
    made = await merced.register(URL)
    staff = bearer("admin")
    assert (await merced.ask(ALL, staff))["webhooks"]["nodes"] == [{"id": made.id, "client": "Registrar"}]
    assert (await merced.do("pauseWebhook", made.id, staff))["webhook"]["state"] == "PAUSED"
    assert (await merced.do("resumeWebhook", made.id, staff))["webhook"]["state"] == "ACTIVE"
    for act in ("rotateWebhookSecret", "redeliver"):
        (error,) = (await merced.tried(act, made.id, staff, **given(act)))["userErrors"]
        assert error["code"] == "FORBIDDEN"
    assert (await merced.do("removeWebhook", made.id, staff))["removedId"] == made.id
    assert (await merced.ask(ALL, staff))["webhooks"]["nodes"] == []


async def test_a_paused_one_goes_on_where_it_stopped(merced: Campus) -> None:
    async with receiving() as receiver:
        made = await merced.register(receiver.url, types=["PROJECT"])
        await merced.do("pauseWebhook", made.id)
        await merced.rename("While", "paused")

        async def behind() -> bool:
            return bool((await merced.webhook(made.id))["behind"] >= 2)

        await merced.until(behind)
        assert receiver.got == []
        await merced.do("resumeWebhook", made.id)
        await receiver.until(lambda one: len(one.got) == 2)


async def test_what_was_delivered_is_sent_again_from_a_delivery_or_a_cursor_on(merced: Campus) -> None:
    async with receiving() as receiver:
        made = await merced.register(receiver.url, types=["PROJECT"])
        await merced.rename("One", "Two", "Three")
        await receiver.until(lambda one: len(one.got) == 3)
        one, two, three = receiver.messages
        await merced.until_logged(made.id, 3)
        first, second, _ = await merced.log(made.id)
        moved = await merced.do("redeliver", made.id, delivery=second["id"])
        assert moved["changed"] == ["cursor"]
        await receiver.until(lambda one: len(one.got) == 5)
        cursor = receiver.got[0].payload["data"]["cursor"]
        await merced.do("redeliver", made.id, fromCursor=cursor)
        await receiver.until(lambda one: len(one.got) == 7)
        assert first["message"] == one
        (error,) = (await merced.tried("redeliver", made.id, delivery="delivery_x"))["userErrors"]
        assert (error["code"], error["path"]) == ("REFERS_TO_NOTHING", ["input", "delivery"])
        (error,) = (await merced.tried("redeliver", made.id))["userErrors"]
        assert (error["code"], error["path"]) == ("REQUIRED", ["input", "fromCursor"])
        both = {"fromCursor": cursor, "delivery": second["id"]}
        (error,) = (await merced.tried("redeliver", made.id, **both))["userErrors"]
        assert (error["code"], error["path"]) == ("INVALID", ["input", "delivery"])
    assert receiver.messages == [one, two, three, two, three, two, three]


async def test_the_log_has_pages(merced: Campus) -> None:
    async with receiving() as receiver:
        made = await merced.register(receiver.url, types=["PROJECT"])
        await merced.rename(*(f"Title {number}" for number in range(5)))
        await receiver.until(lambda one: len(one.got) == 5)
        await merced.until_logged(made.id, 5)
        seen, after = [], None
        while True:
            page = (await merced.ask(DELIVERIES, id=made.id, first=2, after=after))["webhookDeliveries"]
            seen += [node["message"] for node in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
    assert seen == receiver.messages[::-1]


async def test_webhooks_of_a_client_are_limited(strict: Campus) -> None:
    for _ in range(2):
        await strict.register(URL)
    (error,) = await refused(strict)
    assert (error["code"], error["path"]) == ("CAPACITY_REACHED", ["input"])


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example.org/",
        "https://user@receiver.example.org/",
        "https://user:secret@receiver.example.org/",
        "https://receiver.example.org/#part",
        "https://127.0.0.1/",
        "https://10.1.2.3/hook",
        "https://2130706433/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://metadata.google.internal/",
        "https:///hook",
        "https://receiver.example.org:0/",
        "https://receiver.example.org:99999/",
        "https://reçeiver.example.org/",
        "https://receiver.example.org/ hook",
    ],
)
async def test_such_addresses_are_refused(unchanged: Campus, url: str) -> None:
    errors = await refused(unchanged, url=url)
    assert [(error["code"], error["path"]) for error in errors] == [("INVALID", ["input", "url"])]


@pytest.mark.parametrize(
    "document",
    [
        "{",
        "subscription { changes { nothing } }",
        "{ changes { nodes { id } } }",
        "mutation { removeWebhook(input: { id: 1, expectedVersion: 1 }) { removedId } }",
        "subscription { projects { nodes { id } } }",
        'subscription { changes(after: "x") { id } }',
        "subscription { changes(types: [PROJECT]) { id } }",
        "subscription ($to: Language) { changes { node { ... on Project { title(language: $to) } } } }",
        "subscription A { changes { id } } subscription B { changes { id } }",
        "subscription { changes { node { ... on Institution { projects(first: 100) { nodes { contributors {"
        " person { ... on Mentor { institution { projects(first: 100) { nodes { id } } } } } } } } } } } }",
    ],
)
async def test_such_documents_are_refused(unchanged: Campus, document: str) -> None:
    errors = await refused(unchanged, document=document)
    assert {(error["code"], tuple(error["path"])) for error in errors} == {("INVALID", ("input", "document"))}


@pytest.mark.parametrize(("language", "expected"), [("en", "omit `types`"), ("es", "omita `types`")])
async def test_no_types_are_not_all_types(unchanged: Campus, language: str, expected: str) -> None:
    headers = {"authorization": f"Bearer {unchanged.key}", "accept-language": language}
    (error,) = await refused(unchanged, headers, types=[])
    assert (error["code"], error["path"]) == ("INVALID", ["input", "types"])
    assert expected in error["message"]
    assert await unchanged.value("select count(*) from webhook") == 0


async def test_all_errors_are_reported_at_once_in_the_readers_language(unchanged: Campus) -> None:
    spanish = {"authorization": f"Bearer {unchanged.key}", "accept-language": "es"}
    errors = await refused(
        unchanged, spanish, url="http://a.example.org", document="subscription { projects { totalCount } }",
        institution="project_x", description="x" * 301, types=[],
    )  # fmt: skip
    found = {error["path"][-1]: error["code"] for error in errors}
    assert found == {
        "url": "INVALID",
        "description": "TOO_LONG",
        "document": "INVALID",
        "institution": "REFERS_TO_NOTHING",
        "types": "INVALID",
    }
    assert len(errors) == len(found)
    assert "Use una URL https." in [error["message"] for error in errors]


async def test_a_cursor_of_somebody_else_is_refused(unchanged: Campus) -> None:
    theirs = (await unchanged.ask("{ changeCursor }", bearer("admin")))["changeCursor"]
    (error,) = await refused(unchanged, after=theirs)
    assert (error["code"], error["path"]) == ("CURSOR_EXPIRED", ["input", "after"])
    (error,) = await refused(unchanged, after="yesterday")
    assert (error["code"], error["path"]) == ("INVALID", ["input", "after"])
    missing = "institution_01890000-0000-7000-8000-000000000000"
    (error,) = await refused(unchanged, institution=missing)
    assert (error["code"], error["path"]) == ("REFERS_TO_NOTHING", ["input", "institution"])


async def test_mutations_come_by_post(merced: Campus) -> None:
    document = """mutation { removeWebhook(input: { id: "webhook_x", expectedVersion: 1 }) {
        __typename removedId userErrors { code } } __typename }"""
    headers = {"authorization": f"Bearer {merced.key}", "accept": GRAPHQL_RESPONSE}
    got: httpx.Response = await merced.http.get("/graphql", params={"query": document}, headers=headers)
    assert got.status_code == 405
    data = await merced.ask(document)
    assert data == {
        "removeWebhook": {
            "__typename": "RemoveWebhookPayload",
            "removedId": None,
            "userErrors": [{"code": "NOT_FOUND"}],
        },
        "__typename": "Mutation",
    }


async def test_several_are_done_in_order_each_whole_or_not_at_all(merced: Campus) -> None:
    made = await merced.register(URL)
    document = """
    mutation ($one: PauseWebhookInput!, $two: ResumeWebhookInput!, $three: RemoveWebhookInput!) {
        a: pauseWebhook(input: $one) { webhook { state version } changed }
        b: pauseWebhook(input: $one) { webhook { state version } changed userErrors { code path } }
        c: resumeWebhook(input: $two) { webhook { state version } changed }
        d: removeWebhook(input: $three) { removedId webhook { id } changed }
        e: pauseWebhook(input: $one) { webhook { id } userErrors { code } }
    }"""
    inputs: dict[str, Any] = {
        name: {"id": made.id, "expectedVersion": version}
        for version, name in enumerate(("one", "two", "three"), start=1)
    }
    assert await merced.ask(document, **inputs) == {
        "a": {"webhook": {"state": "PAUSED", "version": 2}, "changed": ["state"]},
        "b": {
            "webhook": {"state": "PAUSED", "version": 2},
            "changed": [],
            "userErrors": [
                {"code": "CONFLICT", "path": ["input", "expectedVersion"]},
                {"code": "WRONG_STATE", "path": ["input", "id"]},
            ],
        },
        "c": {"webhook": {"state": "ACTIVE", "version": 3}, "changed": ["state"]},
        "d": {"removedId": made.id, "webhook": None, "changed": []},
        "e": {"webhook": None, "userErrors": [{"code": "NOT_FOUND"}]},
    }
