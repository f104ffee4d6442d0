"""A portal as a partner hosts it: exported files on another origin, which the API lists."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from api.cli.portals import PortalName
from api.portals.export import ExportRefused, PortalHost, export_portal
from api.portals.portal import PORTALS
from api.settings.settings import read_settings
from tests.api.loopback_sockets import served
from tests.api.server_processes import puente
from tests.portals.issuer import CAMPUS, NAME, SignInVisit, grant_roles, issuing, signing_in
from tests.portals.test_sign_in import OPEN_EVENT, Campus, sql

API = "https://api.alliance.example.org"


class Files(SimpleHTTPRequestHandler):
    """A plain web server: files, and the page for every other path."""

    def translate_path(self, path: str) -> str:
        found = super().translate_path(path)
        return found if Path(found).is_file() else str(Path(self.directory) / "index.html")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """The address of a web server with the files of a folder."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def configuration(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="configuration">(.*?)</script>', page)
    assert found is not None
    parsed: dict[str, object] = json.loads(found[1])
    return parsed


def test_the_command_writes_a_portal(tmp_path: Path) -> None:
    issuer = {
        "issuer": "https://login.campus.example.edu/realms/uc",
        "audience": "puente",
        "algorithms": ["RS256"],
        "portals": {"client_id": "portals", "name": CAMPUS, "origins": ["https://tokens.example.edu"]},
    }
    folder = tmp_path / "site"
    arguments = ("portal", "export", str(folder), "--portal", "mx", "--api", f"{API}/", "--base", "/alianza/")
    ended = puente(tmp_path / "state", *arguments, PUENTE_ISSUERS=json.dumps([issuer]))
    assert ended.returncode == 0, ended.stderr
    page = (folder / "index.html").read_text()
    assert 'lang="es" data-portal="mx"' in page
    found = configuration(page)
    assert (found["api"], found["base"], found["personas"]) == (f"{API}/graphql", "/alianza/", None)
    reached = (
        f"{API} {API.replace('https', 'wss')} https://login.campus.example.edu https://tokens.example.edu"
    )
    assert f"connect-src 'self' {reached};" in page
    named = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(named) >= 3
    assert all((folder / name.removeprefix("/alianza/")).is_file() for name in named)
    assert not [*folder.rglob("*.gz"), *folder.rglob("*.br")]


def test_every_portal_can_be_exported() -> None:
    assert [*PortalName] == [portal.portal for portal in PORTALS]


@pytest.mark.parametrize(
    ("base", "api", "says"),
    [
        ("alliance", API, "alliance is not a path"),
        ("/alliance", API, "/alliance is not a path"),
        ("//other.example/", API, "//other.example/ is not a path"),
        ('/"/', API, "is not a path"),
        ("/", "http://api.alliance.example.org", "is not an https address"),
        ("/", "api.alliance.example.org", "is not an https address"),
        ("/", "https://api.example.org?x", "is not an https address"),
        ("/", "https://api.example.org;script-src *", "is not an https address"),
    ],
)
def test_what_no_page_can_use_is_refused(base: str, api: str, says: str) -> None:
    with pytest.raises(ExportRefused, match=re.escape(says)):
        PortalHost(base, api, ())


@asynccontextmanager
async def hosted_campus(url: str, folder: Path) -> AsyncIterator[tuple[Campus, str]]:
    """A server that isn't in development, and a portal on another origin that it lists."""
    async with issuing() as issuer:
        await grant_roles(url, issuer.url)
        with hosted(folder) as site:
            listed = [issuer.settings()]
            async with served(url, tokens=False, issuers=listed, allowed_origins=(site,)) as port:
                host = PortalHost("/", f"http://127.0.0.1:{port}", read_settings(issuers=listed).issuers)
                export_portal(PORTALS[0], host, folder)
                await issuer.serve(site)
                yield Campus(issuer, f"http://127.0.0.1:{port}", url), site


async def test_it_reads_signs_in_and_follows_changes_from_there(
    browser: Browser, database_url: str, tmp_path: Path
) -> None:
    slug = await sql(database_url, OPEN_EVENT)
    async with (
        hosted_campus(database_url, tmp_path) as (campus, site),
        signing_in(browser, site, campus.issuer) as visit,
    ):
        visit.hosts = (campus.issuer.url, campus.address)
        await visit.page.goto(f"{site}/projects")
        await expect(visit.page.locator(".rows .row").first).to_be_visible()
        await sql(database_url, "update project set title_en = 'By CORS', title_es = 'By CORS'")
        await expect(visit.page.locator(".row h3").first).to_have_text("By CORS")
        assert visit.sockets == [f"{campus.address.replace('http', 'ws')}/graphql"]
        await visit.page.goto(f"{site}/calendar/{slug}")
        await visit.page.get_by_role("link", name="Sign in to register.").click()
        await visit.leave()
        await visit.choose(NAME)
        assert visit.page.url == f"{site}/calendar/{slug}"
        await visit.page.get_by_role("button", name="Register").click()
        await expect(visit.page.get_by_text("You are registered.")).to_be_visible()
        await expect_left(visit, site)


async def expect_left(visit: SignInVisit, site: str) -> None:
    await visit.page.get_by_role("button", name="Sign out").click()
    await visit.page.get_by_role("button", name="Sign out everywhere").click()
    await expect(visit.page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    assert visit.page.url == f"{site}/"
    assert await visit.stored() == {}
