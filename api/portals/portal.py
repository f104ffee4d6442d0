"""The portals that a server has, and what makes one of them different from the other."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from api.settings.issuers import Issuer, PortalSignIn


@dataclass(frozen=True)
class Portal:
    """A configuration of the front end; `portals/src/configuration.ts` reads it."""

    portal: str  # of the colours, and the path below /portals
    name: str
    language: str  # of a first visit
    side: str  # whose institutions come first
    timeZone: str  # of a reader who is in neither country


PORTALS = tuple(
    Portal(**portal)
    for portal in tomllib.loads(Path(__file__).with_name("portals.toml").read_text(encoding="utf-8"))[
        "portals"
    ]
)


@dataclass(frozen=True)
class PageLinks:
    """The addresses that a page needs, absolute or relative to it, and ways to sign in."""

    base: str
    api: str
    files: str
    personas: str | None
    issuers: tuple[Issuer, ...] = ()


def reached_origins(issuers: Iterable[Issuer]) -> tuple[str, ...]:
    """The origins that a page reaches to sign people in."""
    return tuple(dict.fromkeys(origin for one in issuers for origin in one.sign_in_origins))


def rendered(template: str, portal: Portal, links: PageLinks) -> bytes:
    """The built page with its configuration, in which nothing can end the element that holds it."""
    configuration = {**asdict(portal), "base": links.base, "api": links.api, "personas": links.personas}
    issuers = [_sign_in(one, one.portals) for one in links.issuers if one.portals is not None]
    text = orjson.dumps(configuration | {"issuers": issuers}).decode().replace("<", "\\u003c")
    page = template.replace("__files__", links.files)
    page = page.replace(
        'lang="en" data-portal="uc"', f'lang="{portal.language}" data-portal="{portal.portal}"'
    )
    return page.replace('id="configuration">{}<', f'id="configuration">{text}<').encode()


def _sign_in(issuer: Issuer, portals: PortalSignIn) -> dict[str, object]:
    """What a page needs to sign people in with an issuer; nothing of it is secret."""
    return {
        "issuer": issuer.issuer,
        "clientId": portals.client_id,
        "name": portals.name.model_dump(),
        "scope": portals.scope,
        "parameters": portals.parameters,
    }
