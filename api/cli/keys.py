"""`puente key`: API keys of institutions' systems."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.access import Expires, Scopes, on_database
from api.cli.arguments import expiry_of, id_of, scopes_of
from api.cli.data import err, out
from api.cli.tables import moment, print_table

keys = typer.Typer(no_args_is_help=True, help="Manage API keys of institutions' systems.")

COLUMNS = ("key", "client", "institution", "scopes", "created", "expires", "last used", "state")


@keys.command("create")
def create_key(
    context: typer.Context,
    client: Annotated[str, typer.Argument(help="The name of the system. A new one is registered.")],
    institution: Annotated[str, typer.Option(help="The slug of the institution that runs the system.")],
    scope: Scopes = None,
    expires: Expires = None,
) -> None:
    """Create a key and print it once. A client may have two keys, so that you can rotate them."""
    from api.auth.api_keys import make
    from models.api_client_commands import WantedKey, add_key
    from models.base import uuid7

    id = uuid7()
    key = make(id)
    wanted = WantedKey(id, client, institution, key.secret_hash, scopes_of(scope), expiry_of(expires))
    on_database(context, lambda engine: add_key(engine, wanted))
    notice = f"Key {id.hex} of {client}. Store it now: it is not shown again."
    err.print(notice, markup=False, highlight=False)
    typer.echo(key.text)


@keys.command("list")
def list_keys(context: typer.Context) -> None:
    """List keys with their scopes, expiry and last use, without secrets."""
    from models.api_client_commands import list_keys

    print_table(
        COLUMNS,
        (
            (
                row.id.hex,
                row.name,
                row.slug,
                " ".join(row.scopes),
                moment(row.created_at),
                moment(row.expires_at),
                moment(row.last_used_at),
                row.state,
            )
            for row in on_database(context, list_keys)
        ),
    )


@keys.command("revoke")
def revoke_key(
    context: typer.Context,
    key: Annotated[str | None, typer.Argument(help="The key's id, as in `puente key list`.")] = None,
    client: Annotated[str | None, typer.Option(help="Revoke a client with all its keys.")] = None,
) -> None:
    """Revoke a key, or a client with all its keys. It takes effect with the next request."""
    from models.access import AccessRefused
    from models.api_client_commands import revoke_client, revoke_key

    if (key is None) is (client is None):
        raise AccessRefused("pass either a key or --client")
    if client is not None:
        revoked = client
        on_database(context, lambda engine: revoke_client(engine, client))
    else:
        id = id_of(key or "")
        revoked = id.hex
        on_database(context, lambda engine: revoke_key(engine, id))
    out.print(f"{revoked} is revoked", markup=False, highlight=False)
