"""For people who open `/` or `/graphql` in a browser: the way to the explorer, or a page with addresses."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from urllib.parse import parse_qs

from api.http.headers import Headers
from api.http.negotiation import prefers_html
from api.http.responses import Header, HttpResponse
from api.messages import message
from planner.message_catalog import LocalizedMessage

EXPLORER = "explorer"
ROOT_PAGE = "./"
"""Both are relative, so that they hold below any prefix."""

HEADERS: tuple[Header, ...] = (
    (b"vary", b"Accept, Accept-Language"),
    (b"cache-control", b"no-cache"),
    (b"content-security-policy", b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
PAGE = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Puente</title>
</head>
<body>
<main>
<h1>Puente</h1>
<p>{about}</p>
<h2>{addresses}</h2>
<dl>
{rows}</dl>
</main>
</body>
</html>
"""


def is_browser_visit(method: str, query_string: bytes, headers: Headers) -> bool:
    """Whether a person opened the address: GET (or HEAD) without a query, by a client that prefers HTML."""
    accept = headers.get(b"accept", b"")
    if (
        method not in ("GET", "HEAD")
        or b"html" not in accept.lower()
        or not prefers_html(accept.decode("latin-1"))
    ):
        return False
    return "query" not in parse_qs(query_string.decode("latin-1"), keep_blank_values=True)


def leading_to(address: str) -> HttpResponse:
    return HttpResponse(307, ((b"location", address.encode()), *HEADERS), b"")


def root_page(language: str) -> HttpResponse:
    """What this server is and its addresses, in a language such as `ES`."""
    spoken = language.lower()
    body = PAGE.format(
        language=spoken,
        about=_text(message("root_page.about"), language),
        addresses=_text(message("root_page.addresses"), language),
        rows="".join(_rows(language)),
    )
    media = ((b"content-type", b"text/html; charset=utf-8"), (b"content-language", spoken.encode()))
    return HttpResponse(200, (*media, *HEADERS), body.encode())


def _rows(language: str) -> Iterator[str]:
    for address, use in (
        ("graphql", message("root_page.graphql")),
        ("graphql/stream", message("root_page.stream")),
        ("schema.graphql", message("root_page.schema")),
        ("live", message("root_page.live")),
        ("ready", message("root_page.ready")),
    ):
        label = f"<code>/{address}</code>"
        term = label if address.startswith("graphql") else f'<a href="{address}">{label}</a>'
        yield f"<dt>{term}</dt><dd>{_text(use, language)}</dd>\n"


def _text(text: LocalizedMessage, language: str) -> str:
    return escape(text.read(language))
