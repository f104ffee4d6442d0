"""`/mail`, in development: the mails that notifications became, since nothing is sent from there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from api.http.page_origin import is_from_own_page, refusal
from api.messages import message
from api.settings.settings import Settings

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
NAME = re.compile(r"[0-9a-f-]{36}")
MOST = 200
"""Mails of the list, the newest first."""
PAGE = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1>
{body}
</body></html>
"""


def routes(settings: Settings, folder: Path) -> list[BaseRoute]:
    """The list, and a page for each mail, for this server's own page only."""

    def listed(request: Request) -> Response:
        if not is_from_own_page(settings, request):
            return refusal(settings, request, message("development.mails"))
        rows = [_row(path) for path in _newest(folder)]
        body = f"<table>\n{''.join(rows)}</table>" if rows else "<p>No mail yet.</p>"
        return _page("Mail", body)

    def one(request: Request) -> Response:
        if not is_from_own_page(settings, request):
            return refusal(settings, request, message("development.mails"))
        name = request.path_params["name"]
        path = folder / f"{name}.eml"
        if not NAME.fullmatch(name) or not path.is_file():
            raise HTTPException(404)
        mail = _read(path)
        return _page(str(mail["Subject"]), "\n".join(_parts(mail)))

    return [Route("/mail", listed, methods=["GET"]), Route("/mail/{name}", one, methods=["GET"])]


def _newest(folder: Path) -> list[Path]:
    found = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)
    return found[:MOST]


def _read(path: Path) -> EmailMessage:
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def _row(path: Path) -> str:
    mail = _read(path)
    cells = [escape(str(mail[name])) for name in ("Date", "To")]
    link = f'<a href="/mail/{path.stem}">{escape(str(mail["Subject"]))}</a>'
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in (*cells, link))}</tr>\n"


def _parts(mail: EmailMessage) -> Iterator[str]:
    """The headers and each part, as text: HTML is not rendered, since a mail's is not this site's."""
    headers = "\n".join(f"{name}: {value}" for name, value in mail.items())
    yield f"<pre>{escape(headers)}</pre>"
    for part in mail.walk():
        if not part.is_multipart():
            yield f"<h2>{escape(part.get_content_type())}</h2>\n<pre>{escape(part.get_content())}</pre>"


def _page(title: str, body: str) -> Response:
    return HTMLResponse(PAGE.format(title=escape(title), body=body), headers=HEADERS)
