"""Issuers as a server has them: keys fetched once for all, rotated, missing, hostile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
import pytest
from joserfc import jwt
from joserfc.util import int_to_base64

from api.auth import jwt as jwt_module
from api.auth.jwt import VerificationKey
from tests.api.http_clients import admin, ask, codes, reached
from tests.api.issuer_server import DISCOVERY, KEYS, IssuerResponse, LocalIssuer, bearer, made, public

QUERY = "{ institutions(first: 1) { nodes { id } } }"
ALGORITHMS = ["RS256", "RS512", "PS256", "ES256", "ES384", "ES512", "Ed25519", "Ed448", "EdDSA"]


@pytest.fixture
async def issuer() -> AsyncIterator[LocalIssuer]:
    async with LocalIssuer().serving() as issuer:
        yield issuer


@asynccontextmanager
async def trusting(url: str, *issuers: LocalIssuer, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    given = [issuer.settings() for issuer in issuers]
    async with reached(url, issuers=given, **settings) as client:
        yield client


async def status(client: httpx.AsyncClient, token: str) -> int:
    return (await ask(client, QUERY, headers=bearer(token))).status_code


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
async def test_each_algorithm(seeded_url: str, algorithm: str) -> None:
    async with LocalIssuer(algorithm).serving() as issuer, trusting(seeded_url, issuer) as client:
        assert await status(client, issuer.token()) == 200
        assert await status(client, issuer.token(key=made(algorithm))) == 401


async def test_keys_are_found_by_discovery_and_kept(seeded_url: str, issuer: LocalIssuer) -> None:
    async with trusting(seeded_url, issuer) as client:
        for subject in ("one", "other"):
            assert await status(client, issuer.token(sub=subject)) == 200
    assert issuer.requested_paths == [DISCOVERY, KEYS]


async def test_keys_at_an_address_of_their_own_need_no_discovery(
    seeded_url: str, issuer: LocalIssuer
) -> None:
    given = [issuer.settings(jwks_uri=f"{issuer.url}{KEYS}")]
    async with reached(seeded_url, issuers=given) as client:
        assert await status(client, issuer.token()) == 200
    assert issuer.requested_paths == [KEYS]


async def test_an_issuer_may_be_of_a_path_and_end_in_a_slash(seeded_url: str, issuer: LocalIssuer) -> None:
    named = f"{issuer.url}/realms/uc/"
    issuer.says[f"/realms/uc{DISCOVERY}"] = IssuerResponse(
        [orjson.dumps({"issuer": named, "jwks_uri": f"{issuer.url}{KEYS}"})]
    )
    async with reached(seeded_url, issuers=[issuer.settings(issuer=named)]) as client:
        assert await status(client, issuer.token(iss=named)) == 200
        assert await status(client, issuer.token(iss=named.rstrip("/"))) == 401


async def test_requests_at_once_share_one_fetch(seeded_url: str, issuer: LocalIssuer) -> None:
    async with trusting(seeded_url, issuer) as client:
        request_body = [status(client, issuer.token(sub=f"person {number}")) for number in range(20)]
        assert set(await asyncio.gather(*request_body)) == {200}
    assert issuer.requested_paths == [DISCOVERY, KEYS]


async def test_a_token_is_verified_once_for_many_requests(
    seeded_url: str, issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []

    def counted(key: VerificationKey, token: jwt_module.UnverifiedToken) -> bool:
        verified.append(token.claims["sub"])
        return plain(key, token)

    plain = jwt_module._is_signed_by
    monkeypatch.setattr(jwt_module, "_is_signed_by", counted)
    statements: list[str] = []
    async with reached(seeded_url, statements.append, issuers=[issuer.settings()]) as client:
        token = issuer.token()
        assert await status(client, token) == 200
        await asyncio.sleep(0)
        statements.clear()
        for _ in range(10):
            assert await status(client, token) == 200
        await asyncio.sleep(0)
    assert verified == ["somebody"]
    assert len(statements) == 10, "a known token costs no extra statement"


async def test_what_was_forged_is_not_verified_again_and_again(
    seeded_url: str, issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []

    def counted(key: VerificationKey, token: jwt_module.UnverifiedToken) -> bool:
        verified.append(token.claims["sub"])
        return plain(key, token)

    plain = jwt_module._is_signed_by
    monkeypatch.setattr(jwt_module, "_is_signed_by", counted)
    async with trusting(seeded_url, issuer) as client:
        token = issuer.token(key=made("ES256"))
        for _ in range(5):
            assert await status(client, token) == 401
    assert len(verified) == 1


async def test_a_rotated_key_is_fetched_and_the_old_one_ends(seeded_url: str, issuer: LocalIssuer) -> None:
    async with trusting(seeded_url, issuer, keys_interval=0.1) as client:
        old = issuer.token()
        assert await status(client, old) == 200
        old_key = issuer.newest
        issuer.rotate()
        await asyncio.sleep(0.15)  # two fetches are that far apart
        assert await status(client, issuer.token()) == 200
        assert await status(client, old) == 200, "known until it expires"
        again = issuer.token({"kid": old_key[0]}, key=old_key[1], sub="again")
        assert await status(client, again) == 401


async def test_keys_without_ids_rotate_too(seeded_url: str, issuer: LocalIssuer) -> None:
    def without_ids() -> IssuerResponse:
        return IssuerResponse([orjson.dumps({"keys": [public(issuer.newest[1], use="sig")]})])

    issuer.says[KEYS] = without_ids()
    async with trusting(seeded_url, issuer, keys_interval=0.1) as client:
        token = issuer.token()
        assert await status(client, token) == 401, "it names a key that is not there"
        assert await status(client, anonymous_key(issuer)) == 200
        issuer.rotate()
        issuer.says[KEYS] = without_ids()
        await asyncio.sleep(0.15)
        assert await status(client, anonymous_key(issuer)) == 200


def anonymous_key(issuer: LocalIssuer) -> str:
    """A token that does not say which key signed it."""
    kid, key = issuer.newest
    issuer.keys = {kid: key}
    return jwt.encode({"alg": "ES256"}, issuer.claims(jti=kid), key, algorithms=["ES256"])


async def test_unknown_keys_do_not_make_us_fetch_without_end(seeded_url: str, issuer: LocalIssuer) -> None:
    async with trusting(seeded_url, issuer, keys_interval=60.0) as client:
        assert await status(client, issuer.token()) == 200
        for number in range(20):
            assert await status(client, issuer.token({"kid": f"unknown {number}"})) == 401
    assert issuer.requested_paths == [DISCOVERY, KEYS]


async def test_no_keys_at_all_is_503_and_never_anonymous(seeded_url: str, issuer: LocalIssuer) -> None:
    issuer.down = True
    async with LocalIssuer("RS256").serving() as other, trusting(seeded_url, issuer, other) as client:
        response = await ask(client, QUERY, headers=bearer(issuer.token()))
        assert (response.status_code, codes(response)) == (503, ["UNAVAILABLE"])
        assert "data" not in response.json()
        assert int(response.headers["retry-after"]) >= 1
        assert await status(client, other.token()) == 200
        assert (await ask(client, QUERY)).status_code == 200
        assert (await ask(client, QUERY, headers=admin())).status_code == 200
    assert issuer.requested_paths == [DISCOVERY]


async def test_others_do_not_wait_for_an_issuer_that_dawdles(seeded_url: str, issuer: LocalIssuer) -> None:
    issuer.says[DISCOVERY] = IssuerResponse([b"{", b"}"], pause=30)
    async with LocalIssuer("RS256").serving() as other, trusting(seeded_url, issuer, other) as client:
        waiting = asyncio.create_task(status(client, issuer.token()))
        assert await status(client, other.token()) == 200
        assert (await ask(client, QUERY)).status_code == 200
        assert not waiting.done()
        waiting.cancel()


async def test_it_recovers_once_the_issuer_is_back(seeded_url: str, issuer: LocalIssuer) -> None:
    issuer.down = True
    async with trusting(seeded_url, issuer, keys_interval=0.1) as client:
        assert await status(client, issuer.token()) == 503
        issuer.down = False
        await asyncio.sleep(0.15)
        assert await status(client, issuer.token()) == 200


def json_response(document: Any, **more: Any) -> IssuerResponse:
    return IssuerResponse([orjson.dumps(document)], **more)


def keys_of(*listed: Any) -> IssuerResponse:
    return json_response({"keys": list(listed)})


KEY = made("ES256")
HOSTILE: dict[str, tuple[str, IssuerResponse]] = {
    "an empty document": (KEYS, IssuerResponse([b""])),
    "no JSON": (KEYS, IssuerResponse([b"<html>"])),
    "no object": (KEYS, json_response([1])),
    "no keys": (KEYS, json_response({})),
    "keys that are no list": (KEYS, json_response({"keys": {"a": 1}})),
    "no key in the list": (KEYS, keys_of()),
    "keys that are no objects": (KEYS, keys_of(1, None, "x", [])),
    "thousands of keys": (KEYS, keys_of(*[public(KEY, kid="a")] * 5_000)),
    "a document without end": (KEYS, IssuerResponse([b" " * 65_536] * 10)),
    "a document that drips": (KEYS, IssuerResponse([b" "] * 1_000, pause=0.05)),
    "a redirect": (KEYS, IssuerResponse([b""], 302, {"location": "/elsewhere"})),
    "not found": (KEYS, IssuerResponse([b"{}"], 404)),
    "an error": (KEYS, IssuerResponse([b"{}"], 500)),
    "a compressed bomb": (
        KEYS,
        IssuerResponse([b"\x1f\x8b" + bytes(99)], headers={"content-encoding": "gzip"}),
    ),
    "only symmetric keys": (KEYS, keys_of({"kty": "oct", "k": "c2VjcmV0", "kid": "a"})),
    "a private key": (KEYS, keys_of({**KEY.as_dict(private=True), "kid": "a"})),
    "a key for encryption": (KEYS, keys_of(public(KEY, kid="a", use="enc"))),
    "a key for another algorithm": (KEYS, keys_of(public(KEY, kid="a", alg="ES384"))),
    "a key that may only sign": (KEYS, keys_of(public(KEY, kid="a", key_ops=["sign"]))),
    "operations that are no list": (KEYS, keys_of(public(KEY, kid="a", key_ops={"verify": 1}))),
    "a key of another family": (KEYS, keys_of(public(made("RS256"), kid="a"))),
    "a key of another curve": (KEYS, keys_of(public(made("ES384"), kid="a"))),
    "a point off the curve": (KEYS, keys_of({**public(KEY, kid="a"), "y": "AAAA"})),
    "an algorithm that is no text": (KEYS, keys_of(public(KEY, kid="a", alg=["ES256"]))),
    "a key of numbers": (KEYS, keys_of({**public(KEY, kid="a"), "x": 1})),
    "a type that is no text": (KEYS, keys_of({**public(KEY, kid="a"), "kty": ["EC"]})),
    "an id that is no text": (KEYS, keys_of(public(KEY, kid=["a"]))),
    "discovery of another issuer": (
        DISCOVERY,
        json_response({"issuer": "https://x.example.org", "jwks_uri": "/"}),
    ),
    "discovery without keys": (DISCOVERY, json_response({})),
    "discovery that is no JSON": (DISCOVERY, IssuerResponse([b"nothing"])),
}


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_hostile_documents_are_only_refused(seeded_url: str, issuer: LocalIssuer, hostile: str) -> None:
    path, answer = HOSTILE[hostile]
    issuer.says[path] = answer
    async with trusting(
        seeded_url, issuer, keys_timeout=0.5, keys_max_bytes=300_000, keys_interval=60
    ) as client:
        token = issuer.token({"kid": "a"}, key=KEY)
        response = await ask(client, QUERY, headers=bearer(token))
        assert (response.status_code, codes(response)) == (503, ["UNAVAILABLE"])
        assert (await ask(client, QUERY)).status_code == 200
    assert "/elsewhere" not in issuer.requested_paths


@pytest.mark.parametrize(
    "address", ["http://keys.example.org/", "file:///etc/passwd", "ftp://127.0.0.1/", "//x", 7, None]
)
async def test_discovery_leads_to_https_only(seeded_url: str, issuer: LocalIssuer, address: Any) -> None:
    issuer.says[DISCOVERY] = json_response({"issuer": issuer.url, "jwks_uri": address})
    async with trusting(seeded_url, issuer) as client:
        assert await status(client, issuer.token()) == 503


async def test_a_good_key_among_bad_ones_is_found(seeded_url: str, issuer: LocalIssuer) -> None:
    kid, key = issuer.newest
    bad = [{"kty": "oct", "k": "c2VjcmV0", "kid": kid}, 1, public(made("RS256"), kid=kid)]
    issuer.says[KEYS] = keys_of(*bad, public(key, kid=kid))
    async with trusting(seeded_url, issuer) as client:
        assert await status(client, issuer.token()) == 200


@pytest.mark.parametrize(("bits", "exponent"), [(1024, 65537), (2048, 2**40 + 1)])
async def test_weak_and_slow_rsa_keys_are_left_out(seeded_url: str, bits: int, exponent: int) -> None:
    number = (1 << (bits - 1)) + 1
    listed = {"kty": "RSA", "n": encoded(number), "e": encoded(exponent), "kid": "a"}
    async with LocalIssuer("RS256").serving() as issuer, trusting(seeded_url, issuer) as client:
        issuer.says[KEYS] = keys_of(listed)
        assert await status(client, issuer.token()) == 503


def encoded(number: int) -> str:
    return int_to_base64(number)
