"""A portal's files for another web server: uncompressed, with the configuration in the page."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from pathlib import Path

from api.http.assets import content_policy
from api.portals.portal import PageLinks, Portal, reached_origins, rendered
from api.portals.routes import BUILT
from api.settings.issuers import Issuer, is_fetchable, origin_of
from api.settings.parsers import ORIGIN

BASE = re.compile(r"/(?:[\w.~-]+/)*")
CHARSET = '<meta charset="utf-8" />'
PAGE, FILES = "index.html", "files"


class ExportRefused(Exception):
    """A portal can't be exported so; the message says why."""


@dataclass(frozen=True)
class PortalHost:
    """Where a portal is, and what it reaches: `base` is its path, `api` the address of this server."""

    base: str
    api: str
    issuers: tuple[Issuer, ...]

    def __post_init__(self) -> None:
        if not BASE.fullmatch(self.base):
            raise ExportRefused(f"{self.base} is not a path such as / or /alliance/")
        if not is_fetchable(self.api) or not ORIGIN.fullmatch(origin_of(self.api)) or "?" in self.api:
            raise ExportRefused(f"{self.api} is not an https address (http only on this machine)")

    @property
    def links(self) -> PageLinks:
        graphql = f"{self.api.rstrip('/')}/graphql"
        return PageLinks(self.base, graphql, f"{self.base}{FILES}", None, self.issuers)

    @property
    def policy(self) -> str:
        """A page's own policy, also where the web server sends none."""
        reached = origin_of(self.api)
        return content_policy(reached, reached.replace("http", "ws", 1), *reached_origins(self.issuers))


def export_portal(portal: Portal, host: PortalHost, folder: Path) -> int:
    """Write the page and its files; returns how many. Files of another version stay, for pages in use."""
    assets = sorted(BUILT.glob("*.gz"))
    (folder / FILES).mkdir(parents=True, exist_ok=True)
    for asset in assets:
        (folder / FILES / asset.stem).write_bytes(gzip.decompress(asset.read_bytes()))
    (folder / PAGE).write_bytes(_page(portal, host))  # last: what it names is there
    return len(assets) + 1


def _page(portal: Portal, host: PortalHost) -> bytes:
    template = (BUILT / PAGE).read_text(encoding="utf-8")
    assert CHARSET in template
    policy = f'<meta http-equiv="content-security-policy" content="{host.policy}" />'
    return rendered(template.replace(CHARSET, CHARSET + policy, 1), portal, host.links)
