"""The response body, from the JSON of each response key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def data_body(keys: Sequence[str], values: Iterable[str | None]) -> bytes:
    """`{"data":{…}}` from response keys (GraphQL names) and their values as JSON text."""
    members = [f'"{key}":{value or "null"}' for key, value in zip(keys, values, strict=True)]
    return f'{{"data":{{{",".join(members)}}}}}'.encode()
