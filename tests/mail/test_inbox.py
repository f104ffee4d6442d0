"""People read their notifications, mark them as read, and follow them; nobody else sees them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.api.http_clients import application, ask, signed_in
from tests.api.loopback_sockets import listening
from tests.api.sse.event_stream import reaching, streamed
from tests.mail.harness import GRIDS, Office, office

OWN = """query ($unread: Boolean) {
    notifications(filter: { isRead: { eq: $unread } }, orderBy: [{ field: CREATED_AT, direction: DESC }]) {
        totalCount
        nodes {
            id kind isRead readAt mailState entity { id displayName }
            person { ... on Mentor { id } ... on Participant { id } }
        }
    }
}"""
ALL = "{ notifications { totalCount nodes { id kind isRead mailState } } }"
MARK = """mutation ($input: MarkNotificationsReadInput!, $dry: Boolean) {
    markNotificationsRead(input: $input, dryRun: $dry) {
        notificationIds changed userErrors { code path message }
    }
}"""


@pytest.fixture
async def one(database_url: str) -> AsyncIterator[Office]:
    async with office(database_url, mail_host=None) as made:
        yield made


async def read(one: Office, persona: str, query: str = ALL, **variables: Any) -> list[dict[str, Any]]:
    answer = (await ask(one.http, query, variables, signed_in(persona))).json()
    assert "errors" not in answer, answer
    nodes: list[dict[str, Any]] = answer["data"]["notifications"]["nodes"]
    assert answer["data"]["notifications"]["totalCount"] == len(nodes)
    return nodes


async def mark(one: Office, persona: str, dry: bool = False, language: str = "en", **input: Any) -> Any:
    headers = {**signed_in(persona), "accept-language": language}
    answer = (await ask(one.http, MARK, {"input": input, "dry": dry}, headers)).json()
    assert "errors" not in answer, answer
    return answer["data"]["markNotificationsRead"]


async def test_the_viewer_knows_how_many_are_unread(one: Office) -> None:
    """A person their own; who is nobody has none, though staff see those of all."""
    await one.act("cancelProject", GRIDS)
    for persona, of_theirs in (("mentor", 1), ("admin", 0)):
        unread = len([node for node in await read(one, persona) if not node["isRead"]])
        answer = (await ask(one.http, "{ viewer { unread } }", {}, signed_in(persona))).json()
        assert answer["data"]["viewer"]["unread"] == unread * of_theirs
        assert unread > 0


async def test_everybody_sees_their_own(one: Office) -> None:
    await one.act("cancelProject", GRIDS)
    newest, *_ = await read(one, "mentor", OWN, unread=False)
    assert (newest["kind"], newest["isRead"], newest["readAt"]) == ("PROJECT_CANCELLED", False, None)
    ((title, id),) = await one.rows("select title_en, id from project where slug = :slug", slug=GRIDS)
    assert newest["entity"] == {"id": f"project_{id}", "displayName": title}
    own = {node["id"] for node in await read(one, "mentor")}
    assert own.isdisjoint(node["id"] for node in await read(one, "participant"))
    for nobody in ("public", "uc-coordinator", "integration"):
        assert await read(one, nobody) == []
    everything = await read(one, "admin")
    assert own < {node["id"] for node in everything}


async def test_what_was_read_is_marked_once(one: Office) -> None:
    for _ in range(3):
        await one.act("cancelProject", GRIDS)
        await one.sql("update project set status = 'ACTIVE' where slug = :slug", slug=GRIDS)
    unread = [node["id"] for node in await read(one, "mentor", OWN, unread=False)]
    assert len(unread) == 3
    done = {"notificationIds": [unread[1]], "changed": ["readAt", "isRead"], "userErrors": []}
    assert await mark(one, "mentor", dry=True, ids=[unread[1]]) == done
    assert await mark(one, "mentor", ids=[unread[1]]) == done, "a dry run does nothing"
    assert await mark(one, "mentor", ids=[unread[1]]) == {
        "notificationIds": [],
        "changed": [],
        "userErrors": [],
    }
    assert (await mark(one, "mentor", upTo=unread[1]))["notificationIds"] == [unread[2]]
    assert [node["id"] for node in await read(one, "mentor", OWN, unread=False)] == [unread[0]]


async def test_nothing_is_done_with_what_one_does_not_have(one: Office) -> None:
    """What somebody else has is as if it did not exist; all that is wrong is named, in any language."""
    (own, *_), (other, *_) = await read(one, "participant", OWN, unread=False), await read(one, "mentor")
    refused = await mark(
        one, "participant", language="es", ids=[own["id"], other["id"], "nonsense"], upTo=other["id"]
    )
    assert [(error["code"], error["path"]) for error in refused["userErrors"]] == [
        ("NOT_FOUND", ["input", "ids", "1"]),
        ("NOT_FOUND", ["input", "ids", "2"]),
        ("NOT_FOUND", ["input", "upTo"]),
    ]
    assert refused["userErrors"][0]["message"] == "Usted no tiene esa notificación."
    assert (refused["notificationIds"], refused["changed"]) == ([], [])
    assert own["id"] in [node["id"] for node in await read(one, "participant", OWN, unread=False)]
    for persona in ("public", "admin", "uc-coordinator"):
        (error,) = (await mark(one, persona, ids=[own["id"]]))["userErrors"]
        assert error["code"] == "NOT_FOUND"
    (error,) = (await mark(one, "participant"))["userErrors"]
    assert (error["code"], error["path"]) == ("REQUIRED", ["input"])
    (error,) = (await mark(one, "participant", ids=[own["id"]] * 1_001))["userErrors"]
    assert (error["code"], error["path"]) == ("TOO_MANY", ["input", "ids"])
    assert "1000" in error["message"]


async def test_it_is_live_and_in_the_feed(database_url: str) -> None:
    """The person's number of unread ones follows what others do, and what the person reads."""
    live = "subscription { notifications(filter: { isRead: { eq: false } }) { totalCount nodes { id } } }"
    feed = """subscription {
        changes(types: [NOTIFICATION]) { kind node { ... on Notification { kind isRead } } }
    }"""
    async with (
        office(database_url, mail_host=None) as one,
        listening(application(database_url)) as (port, _),
        reaching(port) as client,
        streamed(client, live, headers=signed_in("mentor")) as counted,
        streamed(client, feed, headers=signed_in("mentor")) as followed,
    ):
        before = await _next(counted, "notifications")
        await one.act("cancelProject", GRIDS)
        after = await _next(counted, "notifications")
        assert after["totalCount"] == before["totalCount"] + 1
        change = await _next(followed, "changes")
        assert change == {"kind": "ADDED", "node": {"kind": "PROJECT_CANCELLED", "isRead": False}}
        (new,) = {node["id"] for node in after["nodes"]} - {node["id"] for node in before["nodes"]}
        await mark(one, "mentor", ids=[new])
        while (await _next(counted, "notifications"))["totalCount"] != before["totalCount"]:
            pass
        while (await _next(followed, "changes"))["node"]["isRead"] is False:
            pass


async def _next(stream: Any, field: str) -> dict[str, Any]:
    event = await stream.event()
    assert event is not None
    found: dict[str, Any] = json.loads(event.data)["data"][field]
    return found


SET = """mutation ($input: SetNotificationPreferenceInput!, $dry: Boolean) {
    setNotificationPreference(input: $input, dryRun: $dry) {
        notificationPreferences { kind mailed } changed userErrors { code path }
    }
}"""


async def prefer(one: Office, persona: str, *, mailed: bool, dry: bool = False) -> Any:
    variables = {"input": {"kind": "PROJECT_CANCELLED", "mailed": mailed}, "dry": dry}
    answer = (await ask(one.http, SET, variables, signed_in(persona))).json()
    assert "errors" not in answer, answer
    return answer["data"]["setNotificationPreference"]


async def test_who_wants_no_mail_of_a_kind_gets_none(one: Office) -> None:
    """It is in the portal nevertheless; other kinds and other people are as before."""
    tried = await prefer(one, "mentor", mailed=False, dry=True)
    assert (tried["changed"], {each["mailed"] for each in tried["notificationPreferences"]}) == (
        ["mailed"],
        {True},
    )
    for changed in (["mailed"], []):
        done = await prefer(one, "mentor", mailed=False)
        assert done["changed"] == changed
        unwanted = [each["kind"] for each in done["notificationPreferences"] if not each["mailed"]]
        assert unwanted == ["PROJECT_CANCELLED"]
    refused = await prefer(one, "uc-coordinator", mailed=False)
    assert [(error["code"], error["path"]) for error in refused["userErrors"]] == [("FORBIDDEN", ["input"])]
    await one.act("cancelProject", GRIDS)
    states = await one.until_done()
    assert states.pop("mentor-02") == ("SUPPRESSED", "the person wants no such mail")
    assert set(states.values()) == {("SENT", None)}
    (newest, *_) = await read(one, "mentor", OWN, unread=False)
    assert newest["mailState"] == "SUPPRESSED"
    assert (await prefer(one, "mentor", mailed=True))["changed"] == ["mailed"]
