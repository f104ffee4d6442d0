"""The viewer and language of a socket, and what happens to it when the credential expires."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

import pytest

from api.auth.api_keys import make
from api.auth.auth_errors import RefusalReason, keys_unavailable, unauthenticated
from api.auth.development_tokens import LEEWAY, LIFETIME
from models.api_client_commands import WantedKey, add_key, revoke_key
from models.base import uuid7
from models.database.client import engine_for
from tests.api.http_clients import bearer, signed_in
from tests.api.loopback_sockets import served
from tests.api.websocket.blocked_subscriptions import BlockedServer, blocked_server, until
from tests.api.websocket.client import INIT, Talk, subscribe, talking

VIEWER = "{ viewer { roles } }"
CHANGES = "subscription { changes { id } }"
ADMIN = signed_in("admin")["authorization"]
MENTOR = signed_in("mentor")["authorization"]


@pytest.fixture(scope="module")
async def server(seeded_url: str) -> AsyncIterator[BlockedServer]:
    async with blocked_server(seeded_url, socket_idle_look=0.1) as server:
        yield server


def init_with(payload: object) -> dict[str, Any]:
    return {**INIT, "payload": payload}


async def roles(talk: Talk) -> list[str]:
    await talk.send(subscribe(VIEWER))
    found: list[str] = (await talk.receive())["payload"]["data"]["viewer"]["roles"]
    assert (await talk.receive())["type"] == "complete"
    return found


PAYLOADS: dict[str, tuple[dict[str, Any] | None, dict[str, str], str]] = {
    "nothing": (None, {}, "PUBLIC"),
    "null": ({"authorization": None}, {}, "PUBLIC"),
    "a header": (None, {"Authorization": ADMIN}, "ADMIN"),
    "a payload": ({"authorization": ADMIN}, {}, "ADMIN"),
    "a payload in capitals": ({"Authorization": ADMIN}, {}, "ADMIN"),
    "a payload twice alike": ({"Authorization": ADMIN, "authorization": ADMIN}, {}, "ADMIN"),
    "a payload with headers in it": ({"headers": {"Authorization": ADMIN}}, {}, "ADMIN"),
    "a payload and a header: the payload": ({"authorization": ADMIN}, {"Authorization": MENTOR}, "ADMIN"),
    "a payload and a wrong header": ({"authorization": ADMIN}, {"Authorization": "wrong"}, "ADMIN"),
    "a payload, and headers in it": (
        {"authorization": ADMIN, "headers": {"authorization": MENTOR}},
        {},
        "ADMIN",
    ),
    "null and a header": ({"authorization": None}, {"Authorization": ADMIN}, "ADMIN"),
    "headers that are none": ({"headers": [ADMIN]}, {}, "PUBLIC"),
}


@pytest.mark.parametrize("name", PAYLOADS)
async def test_who_is_asking(server: BlockedServer, name: str) -> None:
    payload, headers, role = PAYLOADS[name]
    async with talking(server.port, init=init_with(payload), headers=headers) as talk:
        assert role in await roles(talk)


REFUSED: dict[str, tuple[object, dict[str, str], str]] = {
    "a wrong token": ({"authorization": "Bearer wrong"}, {}, "MALFORMED"),
    "a token without Bearer": ({"authorization": ADMIN.partition(" ")[2]}, {}, "MALFORMED"),
    "an empty text": ({"authorization": ""}, {}, "MALFORMED"),
    "no text": ({"authorization": 7}, {}, "MALFORMED"),
    "an object": ({"authorization": {"token": ADMIN}}, {}, "MALFORMED"),
    "letters that no token has": ({"authorization": "Bearer ñandú"}, {}, "MALFORMED"),
    "two different ones": ({"Authorization": MENTOR, "authorization": ADMIN}, {}, "MALFORMED"),
    "a wrong one before a good header": (
        {"authorization": "Bearer x"},
        {"authorization": ADMIN},
        "MALFORMED",
    ),
    "a wrong header": ({}, {"authorization": "Bearer x"}, "MALFORMED"),
    "an unknown API key": ({"authorization": "Bearer puente_0_0"}, {}, "KEY"),
    "one that expired": (bearer("admin", now=0.0), {}, "EXPIRED"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_credential_that_is_not_valid_is_never_the_public(server: BlockedServer, name: str) -> None:
    payload, headers, reason = REFUSED[name]
    async with talking(server.port, init=None, headers=headers) as talk:
        await talk.send(init_with(payload))
        code, closing_reason = await talk.closed()
    assert code == 4403
    assert closing_reason.startswith(f"Forbidden: UNAUTHENTICATED {reason}: ")


async def test_a_credential_that_nobody_can_look_at_now(
    server: BlockedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clients are to try again."""

    async def init_payload(authorization: bytes, *_: object) -> None:
        raise keys_unavailable()

    monkeypatch.setattr(server.sockets.pipeline.viewers, "authenticate", init_payload)
    async with talking(server.port, init=None) as talk:
        await talk.send(init_with({"authorization": ADMIN}))
        code, reason = await talk.closed()
        assert (code, reason.partition(":")[0]) == (1013, "UNAVAILABLE")


async def test_an_operation_while_nobody_can_look_at_its_credential(
    server: BlockedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the failure nor the look at who met it leaves the operation without an end."""

    async def unknown(authorization: bytes, *_: object) -> None:
        raise keys_unavailable()

    async with talking(server.port, init=init_with({"authorization": ADMIN})) as talk:
        monkeypatch.setattr(server.sockets.pipeline.viewers, "current", unknown)
        await talk.send(subscribe("{ nothing }"))
        assert (await talk.receive())["payload"][0]["extensions"]["code"] == "UNAVAILABLE"
        monkeypatch.setattr(server.sockets.pipeline.viewers, "authenticate", unknown)
        await talk.send(subscribe(VIEWER))
        assert (await talk.receive())["payload"][0]["extensions"]["code"] == "UNAVAILABLE"
        await talk.lives()


LANGUAGES: dict[str, tuple[dict[str, Any], dict[str, str], str]] = {
    "nothing": ({}, {}, "en"),
    "a header": ({}, {"Accept-Language": "es-MX,en;q=0.5"}, "es"),
    "acceptLanguage": ({"acceptLanguage": "es"}, {}, "es"),
    "accept-language": ({"Accept-Language": "es"}, {}, "es"),
    "headers": ({"headers": {"accept-language": "es"}}, {}, "es"),
    "both: the payload": ({"acceptLanguage": "en"}, {"Accept-Language": "es"}, "en"),
    "no text": ({"acceptLanguage": 7}, {"Accept-Language": "es"}, "es"),
    "no language": ({"acceptLanguage": "日本"}, {}, "en"),
}
WRONG = {"en": "Cannot query field", "es": "El tipo 'Query'"}


@pytest.mark.parametrize("name", LANGUAGES)
async def test_in_which_language(server: BlockedServer, name: str) -> None:
    payload, headers, language = LANGUAGES[name]
    server.subscriptions.opened.clear()
    async with talking(server.port, init=init_with(payload), headers=headers) as talk:
        await talk.send(subscribe("{ nothing }"))
        assert (await talk.receive())["payload"][0]["message"].startswith(WRONG[language])
        await talk.send(subscribe(CHANGES))
        assert (await server.subscriptions.until_opened()).language == language.upper()


async def test_a_refusal_in_the_readers_language(server: BlockedServer) -> None:
    async with talking(server.port, init=None) as talk:
        await talk.send(init_with({"authorization": "Bearer puente_0_0", "acceptLanguage": "es"}))
        assert (await talk.closed())[1].endswith("Esta clave de API no es válida.")


async def test_open_operations_learn_that_their_credential_has_expired(server: BlockedServer) -> None:
    """Each operation by an error; the socket closes with the last of them."""
    server.subscriptions.opened.clear()
    async with talking(server.port, init=init_with({"authorization": ADMIN})) as talk:
        await talk.send(subscribe(CHANGES, "a"), subscribe(CHANGES, "b"))
        await server.subscriptions.until_opened(2)
        for one in server.subscriptions.opened:
            one.subscriber.end(unauthenticated(RefusalReason.EXPIRED))
        for id in ("a", "b"):
            error = await talk.receive()
            assert (error["type"], error["id"]) == ("error", id)
            assert error["payload"][0]["extensions"] == {"reason": "EXPIRED", "code": "UNAUTHENTICATED"}
        assert await talk.closed() == (4401, "Unauthorized: UNAUTHENTICATED EXPIRED: The token has expired.")


async def test_a_token_that_expires_while_its_socket_has_nothing_open(server: BlockedServer) -> None:
    almost = time.time() - LIFETIME - LEEWAY + 2
    async with talking(server.port, init=init_with(bearer("admin", now=almost))) as talk:
        assert "ADMIN" in await roles(talk)
        assert await talk.closed() == (4401, "Unauthorized: UNAUTHENTICATED EXPIRED: The token has expired.")


async def test_an_operation_after_the_token_expired(seeded_url: str) -> None:
    async with blocked_server(seeded_url) as server:
        almost = time.time() - LIFETIME - LEEWAY + 2
        async with talking(server.port, init=init_with(bearer("admin", now=almost))) as talk:
            await until(lambda: time.time() > almost + LIFETIME + LEEWAY + 1)
            await talk.send(subscribe(VIEWER))
            error = await talk.receive()
            assert error["payload"][0]["extensions"] == {"reason": "EXPIRED", "code": "UNAUTHENTICATED"}
            assert (await talk.closed())[0] == 4401


Granted = tuple[dict[str, Any], Callable[[], Awaitable[None]]]


@pytest.fixture
async def granted(database_url: str) -> AsyncIterator[Granted]:
    """What an API key's holder says first, and what revokes the key."""
    engine, id = engine_for(database_url), uuid7()
    key = make(id)
    await add_key(engine, WantedKey(id, "Registrar", "uc-merced", key.secret_hash, (), None))
    yield init_with({"authorization": f"Bearer {key.text}"}), partial(revoke_key, engine, id)
    await engine.dispose()


@pytest.mark.parametrize("document", [None, CHANGES, "subscription { projects { totalCount } }"])
async def test_a_revoked_key_ends_what_is_open(
    database_url: str, granted: Granted, document: str | None
) -> None:
    init, revoke = granted
    serving = served(database_url, socket_idle_look=0.1, feed_interval=0.1)
    async with serving as port, talking(port, init=init) as talk:
        if document is not None:
            await talk.send(subscribe(document))
        if document not in (None, CHANGES):
            assert (await talk.receive())["type"] == "next"
        await talk.lives()
        await revoke()
        if document is not None:
            error = await talk.receive()
            assert error["payload"][0]["extensions"] == {"reason": "KEY", "code": "UNAUTHENTICATED"}
        reason = "Unauthorized: UNAUTHENTICATED KEY: This API key is not valid."
        assert await talk.closed() == (4401, reason)


@pytest.mark.parametrize("document", [VIEWER, CHANGES, "subscription { projects { totalCount } }"])
async def test_a_revoked_key_asks_nothing_more(database_url: str, granted: Granted, document: str) -> None:
    init, revoke = granted
    async with served(database_url) as port, talking(port, init=init) as talk:
        assert "INTEGRATION" in await roles(talk)
        await revoke()
        await talk.send(subscribe(document))
        assert (await talk.receive())["payload"][0]["extensions"]["reason"] == "KEY"
        assert (await talk.closed())[0] == 4401
