"""How long an issuer's keys are kept, and how often it is asked for them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from api.auth.json_client import FetchFailed
from api.auth.jwks_cache import CachePolicy, FetchedKeys, JwksCache
from api.auth.jwt import VerificationKey
from planner.errors import Unavailable
from tests.api.issuer_server import made


class Clock:
    """Time that passes only when a test advances it."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Source:
    """Where keys come from: a new one each time, unless it is down."""

    def __init__(self) -> None:
        self.fetched = 0
        self.down = False
        self.max_age: float | None = None

    async def __call__(self) -> FetchedKeys:
        self.fetched += 1
        await asyncio.sleep(0)
        if self.down:
            raise FetchFailed("down")
        public_key = made("ES256")
        return FetchedKeys(
            [VerificationKey(public_key, frozenset({"ES256"}), str(self.fetched))], self.max_age
        )


def kids(keys: Any) -> list[str]:
    return [key.kid for key in keys]


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(source: Source, clock: Clock) -> JwksCache:
    return JwksCache(source, CachePolicy(lifetime=100, stale=50, apart=5), "https://x.example.org", clock)


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_keys_live_so_long_and_are_fetched_ahead(kept: JwksCache, source: Source, clock: Clock) -> None:
    assert kids(await kept.get()) == ["1"]
    clock.now = 49
    assert kids(await kept.get()) == ["1"]
    await settled()
    assert source.fetched == 1
    clock.now = 51
    assert kids(await kept.get()) == ["1"], "nobody waits for what is fetched ahead"
    await settled()
    assert kids(await kept.get()) == ["2"]


async def test_keys_that_were_not_used_for_long_are_fetched_first(
    kept: JwksCache, source: Source, clock: Clock
) -> None:
    await kept.get()
    clock.now = 101
    assert kids(await kept.get()) == ["2"]


async def test_old_keys_serve_for_a_while_and_no_longer(
    kept: JwksCache, source: Source, clock: Clock
) -> None:
    await kept.get()
    source.down, clock.now = True, 101
    assert kids(await kept.get()) == ["1"]
    clock.now = 149
    assert kids(await kept.get()) == ["1"]
    await settled()
    clock.now = 151
    with pytest.raises(Unavailable):
        await kept.get()
    source.down, clock.now = False, 157
    assert kids(await kept.get()) != ["1"]


async def test_an_issuer_that_is_down_is_asked_now_and_then(
    kept: JwksCache, source: Source, clock: Clock
) -> None:
    source.down = True
    for now in (0, 1, 2, 3, 4):
        clock.now = now
        with pytest.raises(Unavailable):
            await kept.get()
    assert source.fetched == 1
    clock.now = 5
    with pytest.raises(Unavailable):
        await kept.get()
    assert source.fetched == 2


async def test_an_unknown_key_can_not_be_judged_while_the_issuer_is_down(
    kept: JwksCache, source: Source, clock: Clock
) -> None:
    await kept.get()
    source.down, clock.now = True, 10
    with pytest.raises(Unavailable):
        await kept.refresh()
    assert kids(await kept.get()) == ["1"]


@pytest.mark.parametrize(("stated_age", "lives"), [(None, 100), (20, 20), (1_000_000, 100), (0, 5)])
async def test_what_the_server_says_of_age_counts_within_bounds(
    kept: JwksCache, source: Source, clock: Clock, stated_age: float | None, lives: float
) -> None:
    source.max_age = stated_age
    await kept.get()
    clock.now = lives + 1
    assert kids(await kept.get()) == ["2"]


async def test_a_caller_that_gives_up_does_not_end_the_fetch(kept: JwksCache, source: Source) -> None:
    impatient, patient = (asyncio.create_task(kept.get()) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    assert kids(await patient) == ["1"]
    assert source.fetched == 1
