"""The application as a client reaches it, without a network between them."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from pydantic_settings import BaseSettings
from pydantic_settings import PydanticBaseSettingsSource as Source
from starlette.applications import Starlette

from api.app import create_app
from api.auth import development_tokens
from api.composition import engine_limits
from api.settings.settings import Settings
from tests.engines import engine_within
from tests.personas import PUBLIC

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"


@cache
def state() -> Path:
    """A folder for the development key, the same for the whole run."""
    return Path(tempfile.mkdtemp(prefix="puente-state-"))


class GivenSettings(Settings):
    """Settings without those of the environment, in which looking for each takes longer than a start."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: Source, *_: Source, **named: Source
    ) -> tuple[Source, ...]:
        return (init_settings,)


def settings_for(url: str, *, tokens: bool = True, **settings: Any) -> Settings:
    made = GivenSettings(database_url=url, state=state(), **settings)
    return made.model_copy(update={"development": tokens})


def application(url: str, on_statement: Callable[[str], None] | None = None, **settings: Any) -> Starlette:
    """One of the tests' process, with what those of the same limits have planned before."""
    made = settings_for(url, **settings)
    return create_app(made, on_statement=on_statement, engine=engine_within(engine_limits(made)))


@asynccontextmanager
async def reached(
    url: str, on_statement: Callable[[str], None] | None = None, **settings: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application while that runs."""
    app = application(url, on_statement, **settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://puente.test") as client,
    ):
        yield client


def admin() -> dict[str, str]:
    """The header of a request as the alliance's staff."""
    return signed_in("admin")


def signed_in(persona: str) -> dict[str, str]:
    """The headers of a request as a persona; none for the public."""
    if persona == PUBLIC:
        return {}
    return {"authorization": f"Bearer {development_tokens.sign(persona, development_tokens.key(state()))}"}


async def ask(
    client: httpx.AsyncClient,
    query: str,
    variables: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    return await client.post(
        "/graphql",
        json={"query": query, "variables": variables},
        headers={"accept": GRAPHQL_RESPONSE, **(headers or {})},
    )


def codes(response: httpx.Response) -> list[str]:
    return [error["extensions"]["code"] for error in response.json()["errors"]]


def bearer(persona: str, *, now: float | None = None) -> dict[str, str]:
    """The headers of a request as one of the demo's personas; none for the public."""
    if persona == "public":
        return {}
    token = development_tokens.sign(persona, development_tokens.key(state()), now=now)
    return {"authorization": f"Bearer {token}"}
