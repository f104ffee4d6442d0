"""Keeps what the claims of issuers give, so that cursors from before a change of it expire."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text

from models.database.client import engine_for

CHANGED = text("""
    insert into issuer_rules (issuer, digest, epoch) values (:issuer, :digest, 0)
    on conflict (issuer) do update set digest = excluded.digest where issuer_rules.digest <> excluded.digest
    returning true
""")
NEW_EPOCH = text("""
    with given as (update access_epoch set source = source returning version)
    update issuer_rules set epoch = given.version from given where issuer = :issuer
""")


async def record_issuer_rules(url: str, digests: Mapping[str, str]) -> None:
    """Store the digest of each issuer's rules; one that is another, or new, begins an epoch of grants.

    Of servers that start at once, the later ones find the digest there. Raises DatabaseUnavailable.
    """
    engine = engine_for(url)
    try:
        for issuer, digest in sorted(digests.items()):
            async with engine.begin() as connection:
                if await connection.scalar(CHANGED, {"issuer": issuer, "digest": digest}):
                    await connection.execute(NEW_EPOCH, {"issuer": issuer})
    finally:
        await engine.dispose()
