"""Which language the answer is in: negotiated from Accept-Language, said in Content-Language."""

from __future__ import annotations

import httpx
import pytest

from api.http.negotiation import negotiate_language, negotiate_media
from tests.api.http_clients import GRAPHQL_RESPONSE, JSON, ask, reached


@pytest.mark.parametrize(
    ("accept_language", "language"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX", "es"),
        ("es-419, es;q=0.9, en;q=0.8", "es"),
        ("ES-mx", "es"),
        ("en-US,en;q=0.5", "en"),
        ("fr, es;q=0.3", "es"),
        ("fr", "en"),
        ("*", "en"),
        ("fr, *;q=0.5", "en"),
        ("es;q=0.5, *;q=0.1", "es"),
        ("en;q=0, *", "es"),
        ("en;q=0.5, *;q=0.8", "es"),
        ("en;q=0", "en"),
        ("es;q=0", "en"),
        ("en, es", "en"),
        ("es, en", "es"),
        ("en;q=0.1, es;q=0.2", "es"),
        ("es;q=2", "en"),
        ("es;q=nan", "en"),
        ("es;q=-1", "en"),
        ("es;q=", "en"),
        (";;;,,,=", "en"),
        ("\xff\xfe", "en"),
        ("estonian", "en"),
    ],
)
def test_languages(accept_language: str, language: str) -> None:
    assert negotiate_language(accept_language, "en") == language


def test_the_default_is_a_setting() -> None:
    assert [negotiate_language(request_body, "es") for request_body in ("", "fr", "*", "en")] == [
        "es",
        "es",
        "es",
        "en",
    ]


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL_RESPONSE, GRAPHQL_RESPONSE),
        (f"{GRAPHQL_RESPONSE}, {JSON};q=0.9", GRAPHQL_RESPONSE),
        (f"{GRAPHQL_RESPONSE}, {JSON}", GRAPHQL_RESPONSE),
        (f"{JSON}, {GRAPHQL_RESPONSE}", GRAPHQL_RESPONSE),
        (f"{JSON}, {GRAPHQL_RESPONSE};q=0.9", JSON),
        (f"{GRAPHQL_RESPONSE};q=0, */*", JSON),
        (f"{JSON};q=0, */*", GRAPHQL_RESPONSE),
        ("text/html, */*;q=0.8", JSON),
        (f"{JSON}; charset=utf-8", JSON),
        ("Application/JSON", JSON),
        ("text/html", None),
        (f"{JSON};q=0", None),
        ("*/*;q=0", None),
        ("garbage", None),
    ],
)
def test_media_types(accept: str, media: str | None) -> None:
    assert negotiate_media(accept) == media


async def test_data_are_in_the_negotiated_language(client: httpx.AsyncClient) -> None:
    query = '{ program(slug: "climate-ambassadors") { name } viewer { language } }'
    answers = {}
    for request_body in ("en-US", "es-MX"):
        response = await ask(client, query, headers={"accept-language": request_body})
        assert "Accept-Language" in response.headers["vary"]
        answers[response.headers["content-language"]] = response.json()["data"]
    assert answers["en"]["viewer"] == {"language": "EN"}
    assert answers["es"]["viewer"] == {"language": "ES"}
    assert answers["en"]["program"]["name"] != answers["es"]["program"]["name"]


async def test_errors_are_in_the_negotiated_language(client: httpx.AsyncClient) -> None:
    messages = [
        (
            await ask(
                client, "{ projects(first: -1) { nodes { id } } }", headers={"accept-language": request_body}
            )
        ).json()["errors"][0]["message"]
        for request_body in ("en", "es")
    ]
    assert messages == [
        "`first` must be between 0 and 100, not -1.",
        "`first` debe estar entre 0 y 100; se recibió -1.",
    ]


async def test_a_server_may_speak_spanish_by_default(seeded_url: str) -> None:
    async with reached(seeded_url, default_language="es") as client:
        response = await client.get("/nowhere")
        assert response.headers["content-language"] == "es"
        response = await ask(client, "{ viewer { language } }")
        assert response.json() == {"data": {"viewer": {"language": "ES"}}}
