"""The body of an answer, from the JSON of each of its keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def data_body(keys: Sequence[str], values: Iterable[str | None]) -> bytes:
    """`{"data":{…}}` from the keys, which are GraphQL names, and their values, which are JSON already."""
    members = [f'"{key}":{value or "null"}' for key, value in zip(keys, values, strict=True)]
    return f'{{"data":{{{",".join(members)}}}}}'.encode()
