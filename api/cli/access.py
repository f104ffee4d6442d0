"""The commands of who may do what: `key`, `grant` and `consent`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar
from uuid import UUID

import typer
from rich.table import Table

from api.cli.data import OpenDatabase, err, on_engine, out

if TYPE_CHECKING:
    from models.access import AccessScope

Member = TypeVar("Member", bound=StrEnum)

EXPIRY = re.compile(r"([1-9][0-9]{0,3})([dh])")
UNITS = {"d": "days", "h": "hours"}

Institution = Annotated[str | None, typer.Option(help="The slug of the institution that it is held for.")]
Scopes = Annotated[
    list[str] | None,
    typer.Option("--scope", help="What an integration may do, such as PROJECTS_READ; as often as needed."),
]
Expires = Annotated[str | None, typer.Option(help="When it ends: 90d, 12h, or a day such as 2027-06-30.")]
Who = Annotated[
    str, typer.Argument(help="A mentor's or participant's id (mentor_…), an ORCID iD, or an email.")
]
Purpose = Annotated[str, typer.Argument(help="What is agreed to, such as PUBLIC_PROFILE.")]


def register(app: typer.Typer, open_database: OpenDatabase) -> None:
    """Add the commands to the application."""
    _register_keys(app, open_database)
    _register_grants(app, open_database)
    _register_consents(app, open_database)


def _register_keys(app: typer.Typer, open_database: OpenDatabase) -> None:
    keys = typer.Typer(no_args_is_help=True, help="API keys of institutions' systems.")
    app.add_typer(keys, name="key")

    @keys.command("create")
    def create(
        client: Annotated[str, typer.Argument(help="The name of the system; it is made if it is new.")],
        institution: Annotated[str, typer.Option(help="The slug of the institution whose system it is.")],
        scope: Scopes = None,
        expires: Expires = None,
    ) -> None:
        """Make a key and print it, this once; two at a time may be live, so that one can take over."""
        from api.auth.api_keys import make
        from models.api_client_commands import WantedKey, add_key
        from models.base import uuid7

        id = uuid7()
        key = make(id)
        wanted = WantedKey(id, client, institution, key.secret_hash, scopes_of(scope), expiry_of(expires))
        with open_database() as database:
            on_engine(database, lambda engine: add_key(engine, wanted))
        err.print(f"Key {id.hex} of {client}. It is shown only now:", markup=False, highlight=False)
        typer.echo(key.text)

    @keys.command("list")
    def list_() -> None:
        """List the keys with their scopes, expiry and last use; no secret is kept to be shown."""
        from models.api_client_commands import list_keys

        with open_database() as database:
            rows = on_engine(database, list_keys)
        show(
            ("key", "client", "institution", "scopes", "made", "expires", "last used", "state"),
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
                for row in rows
            ),
        )

    @keys.command("revoke")
    def revoke(
        key: Annotated[str | None, typer.Argument(help="The key's id, as the list has it.")] = None,
        client: Annotated[str | None, typer.Option(help="Revoke a client, with all its keys.")] = None,
    ) -> None:
        """End a key, or a client with all its keys, from the next request on."""
        from models.access import AccessRefused
        from models.api_client_commands import revoke_client, revoke_key

        if (key is None) is (client is None):
            raise AccessRefused("name either a key or a --client")
        with open_database() as database:
            if client is not None:
                on_engine(database, lambda engine: revoke_client(engine, client))
            else:
                on_engine(database, lambda engine: revoke_key(engine, key_id(key or "")))
        out.print(f"{client or key_id(key or '').hex} is revoked", markup=False, highlight=False)


def _register_grants(app: typer.Typer, open_database: OpenDatabase) -> None:
    grants = typer.Typer(no_args_is_help=True, help="Roles given by hand to whom an issuer knows.")
    app.add_typer(grants, name="grant")

    @grants.command("add")
    def add(
        issuer: Annotated[str, typer.Argument(help="The issuer, exactly as its tokens have it in `iss`.")],
        subject: Annotated[str, typer.Argument(help="Whom it knows, as its tokens have it in `sub`.")],
        role: Annotated[str, typer.Argument(help="COORDINATOR, INTEGRATION, MENTOR, PARTICIPANT or ADMIN.")],
        institution: Institution = None,
        person: Annotated[
            str | None,
            typer.Option(help="Who they are: a mentor's or participant's id, an ORCID iD, or an email."),
        ] = None,
        scope: Scopes = None,
        expires: Expires = None,
    ) -> None:
        """Give a role, from the next request on."""
        from models.access import GrantedRole
        from models.grant_commands import WantedGrant, add_grant

        wanted = WantedGrant(
            issuer,
            subject,
            member(GrantedRole, role, "role"),
            institution,
            person,
            scopes_of(scope),
            expiry_of(expires),
        )
        with open_database() as database:
            made = on_engine(database, lambda engine: add_grant(engine, wanted))
        out.print(f"grant {made}", highlight=False)

    @grants.command("list")
    def list_() -> None:
        """List what was granted by hand."""
        from models.grant_commands import list_grants

        with open_database() as database:
            rows = on_engine(database, list_grants)
        show(
            ("grant", "issuer", "subject", "role", "for", "scopes", "expires", "state"),
            (
                (
                    str(row.id),
                    row.issuer,
                    row.subject,
                    row.role,
                    row.slug or row.name or "",
                    " ".join(row.scopes),
                    moment(row.expires_at),
                    row.state,
                )
                for row in rows
            ),
        )

    @grants.command("revoke")
    def revoke(grant: Annotated[str, typer.Argument(help="The grant's id, as the list has it.")]) -> None:
        """End a grant from the next request on."""
        from models.grant_commands import revoke_grant

        with open_database() as database:
            on_engine(database, lambda engine: revoke_grant(engine, key_id(grant)))
        out.print(f"{grant} is revoked", markup=False, highlight=False)


def _register_consents(app: typer.Typer, open_database: OpenDatabase) -> None:
    consents = typer.Typer(no_args_is_help=True, help="What people agreed to.")
    app.add_typer(consents, name="consent")

    @consents.command("grant")
    def grant(
        person: Who,
        purpose: Purpose,
        notice: Annotated[str, typer.Option(help="The version of the privacy notice.")],
    ) -> None:
        """Write down that a person agreed; a consent under an older notice is replaced."""
        from models.consent import ConsentPurpose
        from models.grant_commands import grant_consent

        wanted = member(ConsentPurpose, purpose, "purpose")
        with open_database() as database:
            on_engine(database, lambda engine: grant_consent(engine, person, wanted, notice))
        out.print(f"{person} agreed to {wanted.value}", markup=False, highlight=False)

    @consents.command("withdraw")
    def withdraw(person: Who, purpose: Purpose) -> None:
        """Write down that a person withdrew a consent; it holds from the next request on."""
        from models.consent import ConsentPurpose
        from models.grant_commands import withdraw_consent

        wanted = member(ConsentPurpose, purpose, "purpose")
        with open_database() as database:
            on_engine(database, lambda engine: withdraw_consent(engine, person, wanted))
        out.print(f"{person} withdrew {wanted.value}", markup=False, highlight=False)

    @consents.command("list")
    def list_(person: Who) -> None:
        """List a person's consents, those in force and those that were."""
        from models.grant_commands import list_consents

        with open_database() as database:
            rows = on_engine(database, lambda engine: list_consents(engine, person))
        show(
            ("purpose", "notice", "granted", "withdrawn"),
            (
                (row.purpose, row.notice_version, moment(row.granted_at), moment(row.withdrawn_at))
                for row in rows
            ),
        )


def show(names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table at a terminal; to a pipe, a line for each row with tabs between its cells."""
    if not out.is_terminal:
        for row in rows:
            typer.echo("\t".join(row))
        return
    table = Table(*names)
    for row in rows:
        table.add_row(*row)
    out.print(table, markup=False, highlight=False)


def moment(when: datetime | None) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M}Z" if when else "–"


def member(vocabulary: type[Member], text: str, what: str) -> Member:
    """The member that a text names; raises AccessRefused with those that there are."""
    from models.access import AccessRefused

    name = text.upper().replace("-", "_")
    if name not in vocabulary.__members__:
        raise AccessRefused(f"no such {what}: {text} (there is: {', '.join(vocabulary.__members__)})")
    return vocabulary[name]


def scopes_of(texts: Sequence[str] | None) -> list[AccessScope]:
    from models.access import AccessScope

    return list(dict.fromkeys(member(AccessScope, text, "scope") for text in texts or ()))


def expiry_of(text: str | None) -> datetime | None:
    """A time ahead of now; raises AccessRefused."""
    from models.access import AccessRefused

    if text is None:
        return None
    found, now = EXPIRY.fullmatch(text), datetime.now(UTC)
    try:
        when = now + timedelta(**{UNITS[found[2]]: int(found[1])}) if found else datetime.fromisoformat(text)
    except ValueError:
        raise AccessRefused(f"{text} is no time such as 90d, 12h or 2027-06-30") from None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    if when <= now:
        raise AccessRefused(f"{text} is over already")
    return when


def key_id(text: str) -> UUID:
    """An id of a key or grant; of a whole key that somebody pastes, only the id is repeated."""
    from models.access import AccessRefused

    bare = text.removeprefix("puente_").partition("_")[0]
    try:
        return UUID(bare)
    except ValueError:
        raise AccessRefused(f"{bare} is no id of those that are listed") from None
