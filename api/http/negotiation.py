"""Chooses the media type and language of the response (RFC 9110: Accept, Accept-Language)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"
HTML = "text/html"
LANGUAGES = ("en", "es")
LONGEST_KEPT = 400


@dataclass(frozen=True, slots=True)
class ResponseFormat:
    """Language and media type of the response; `acceptable` is False if the client accepts none of ours."""

    language: str
    media: str
    acceptable: bool = True

    @property
    def legacy(self) -> bool:
        return self.media == JSON


def negotiate(accept: bytes | None, accept_language: bytes | None, default: str) -> ResponseFormat:
    """The format for a request's headers; frequent headers are cached."""
    if len(accept or b"") + len(accept_language or b"") > LONGEST_KEPT:
        return _read(accept, accept_language, default)
    return _read_once(accept, accept_language, default)


def _read(accept: bytes | None, accept_language: bytes | None, default: str) -> ResponseFormat:
    media = JSON if accept is None else negotiate_media(accept.decode("latin-1"))
    language = negotiate_language((accept_language or b"").decode("latin-1"), default)
    return ResponseFormat(language.upper(), media or JSON, acceptable=media is not None)


_read_once = lru_cache(maxsize=1024)(_read)


def negotiate_media(accept: str) -> str | None:
    """The preferred of our two media types; a wildcard means application/json, which every client knows."""
    if not accept.strip():
        return JSON
    ranges = dict(_weighted(accept))
    legacy, newer = _quality(ranges, JSON), _quality(ranges, GRAPHQL_RESPONSE)
    if newer > legacy or (newer == legacy > 0 and GRAPHQL_RESPONSE in ranges):
        return GRAPHQL_RESPONSE
    return JSON if legacy > 0 else None


def prefers_html(accept: str) -> bool:
    """Whether a page is preferred to our media types, as by browsers that open an address."""
    ranges = dict(_weighted(accept))
    return _quality(ranges, HTML) > max(_quality(ranges, JSON), _quality(ranges, GRAPHQL_RESPONSE))


def accepts_events(accept: bytes | None) -> bool:
    """Whether the client accepts an event stream; without the header it accepts anything."""
    text = (accept or b"").decode("latin-1")
    return not text.strip() or _quality(dict(_weighted(text)), EVENT_STREAM) > 0


def _quality(ranges: dict[str, float], media: str) -> float:
    """The weight of the most specific range that includes the media type."""
    for range_ in (media, media.partition("/")[0] + "/*", "*/*"):
        if range_ in ranges:
            return ranges[range_]
    return 0.0


def negotiate_language(accept_language: str, default: str) -> str:
    """The preferred of our languages, with `es-MX` as `es`; otherwise the default."""
    liked: dict[str, float] = {}
    for range_, quality in _weighted(accept_language):
        primary = range_.partition("-")[0]
        liked[primary] = max(quality, liked.get(primary, 0.0))
    others = liked.get("*", 0.0)
    qualities = {language: liked.get(language, others) for language in LANGUAGES}
    best = max(qualities.values())
    if best <= 0 or qualities[default] == best == others:
        return default
    return next(name for name in (*liked, *LANGUAGES) if qualities.get(name) == best)


def _weighted(header: str) -> Iterator[tuple[str, float]]:
    """The elements of a list with their weights (`q`, by default 1), without malformed ones."""
    for element in header.split(","):
        name, *parameters = (part.strip().lower() for part in element.split(";"))
        quality = next((p[2:].strip() for p in parameters if p.startswith("q=")), "1")
        if name and _is_weight(quality):
            yield name, float(quality)


def _is_weight(text: str) -> bool:
    whole, _, rest = text.partition(".")
    return whole in ("0", "1") and len(rest) <= 3 and (not rest or rest.isdecimal()) and float(text) <= 1
