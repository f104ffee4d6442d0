"""The commands for access: `key`, `grant` and `consent`."""

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

Institution = Annotated[
    str | None, typer.Option(help="The slug of the institution to which the role applies.")
]
Scopes = Annotated[
    list[str] | None,
    typer.Option("--scope", help="What an integration may do, such as PROJECTS_READ; repeat it for more."),
]
Expires = Annotated[str | None, typer.Option(help="When it expires: 90d, 12h, or a date such as 2027-06-30.")]
Who = Annotated[
    str, typer.Argument(help="A mentor's or participant's id (mentor_…), an ORCID iD, or an email.")
]
Purpose = Annotated[str, typer.Argument(help="The purpose, such as PUBLIC_PROFILE.")]


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
        client: Annotated[str, typer.Argument(help="The name of the system; a new one is created.")],
        institution: Annotated[str, typer.Option(help="The slug of the institution that runs the system.")],
        scope: Scopes = None,
        expires: Expires = None,
    ) -> None:
        """Create a key and print it, only once; a client may have two, so that one can replace the other."""
        from api.auth.api_keys import make
        from models.api_client_commands import WantedKey, add_key
        from models.base import uuid7

        id = uuid7()
        key = make(id)
        wanted = WantedKey(id, client, institution, key.secret_hash, scopes_of(scope), expiry_of(expires))
        with open_database() as database:
            on_engine(database, lambda engine: add_key(engine, wanted))
        err.print(
            f"Key {id.hex} of {client}. Store it now; it is not shown again:", markup=False, highlight=False
        )
        typer.echo(key.text)

    @keys.command("list")
    def list_() -> None:
        """List keys with their scopes, expiry and last use, without secrets."""
        from models.api_client_commands import list_keys

        with open_database() as database:
            rows = on_engine(database, list_keys)
        show(
            ("key", "client", "institution", "scopes", "created", "expires", "last used", "state"),
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
        key: Annotated[str | None, typer.Argument(help="The key's id, as in `puente key list`.")] = None,
        client: Annotated[str | None, typer.Option(help="Revoke a client with all its keys.")] = None,
    ) -> None:
        """Revoke a key, or a client with all its keys, as of the next request."""
        from models.access import AccessRefused
        from models.api_client_commands import revoke_client, revoke_key

        if (key is None) is (client is None):
            raise AccessRefused("give either a key or --client")
        with open_database() as database:
            if client is not None:
                on_engine(database, lambda engine: revoke_client(engine, client))
            else:
                on_engine(database, lambda engine: revoke_key(engine, key_id(key or "")))
        out.print(f"{client or key_id(key or '').hex} is revoked", markup=False, highlight=False)


def _register_grants(app: typer.Typer, open_database: OpenDatabase) -> None:
    grants = typer.Typer(no_args_is_help=True, help="Roles granted by hand to an issuer's users.")
    app.add_typer(grants, name="grant")

    @grants.command("add")
    def add(
        issuer: Annotated[
            str, typer.Argument(help="The issuer, exactly as in the `iss` claim of its tokens.")
        ],
        subject: Annotated[str, typer.Argument(help="The user, as in the `sub` claim of its tokens.")],
        role: Annotated[str, typer.Argument(help="COORDINATOR, INTEGRATION, MENTOR, PARTICIPANT or ADMIN.")],
        institution: Institution = None,
        person: Annotated[
            str | None,
            typer.Option(help="The person: a mentor's or participant's id, an ORCID iD, or an email."),
        ] = None,
        scope: Scopes = None,
        expires: Expires = None,
    ) -> None:
        """Grant a role as of the next request."""
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
        """List the roles granted by hand."""
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
    def revoke(
        grant: Annotated[str, typer.Argument(help="The grant's id, as in `puente grant list`.")],
    ) -> None:
        """Revoke a grant as of the next request."""
        from models.grant_commands import revoke_grant

        with open_database() as database:
            on_engine(database, lambda engine: revoke_grant(engine, key_id(grant)))
        out.print(f"{grant} is revoked", markup=False, highlight=False)


def _register_consents(app: typer.Typer, open_database: OpenDatabase) -> None:
    consents = typer.Typer(no_args_is_help=True, help="What people consented to.")
    app.add_typer(consents, name="consent")

    @consents.command("grant")
    def grant(
        person: Who,
        purpose: Purpose,
        notice: Annotated[str, typer.Option(help="The version of the privacy notice.")],
    ) -> None:
        """Record a person's consent; it replaces one under an older notice."""
        from models.consent import ConsentPurpose
        from models.grant_commands import grant_consent

        wanted = member(ConsentPurpose, purpose, "purpose")
        with open_database() as database:
            on_engine(database, lambda engine: grant_consent(engine, person, wanted, notice))
        out.print(f"{person} agreed to {wanted.value}", markup=False, highlight=False)

    @consents.command("withdraw")
    def withdraw(person: Who, purpose: Purpose) -> None:
        """Record that a person withdrew a consent, as of the next request."""
        from models.consent import ConsentPurpose
        from models.grant_commands import withdraw_consent

        wanted = member(ConsentPurpose, purpose, "purpose")
        with open_database() as database:
            on_engine(database, lambda engine: withdraw_consent(engine, person, wanted))
        out.print(f"{person} withdrew {wanted.value}", markup=False, highlight=False)

    @consents.command("list")
    def list_(person: Who) -> None:
        """List a person's consents, current and past."""
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
    """The member that a text names; raises AccessRefused with the valid ones."""
    from models.access import AccessRefused

    name = text.upper().replace("-", "_")
    if name not in vocabulary.__members__:
        raise AccessRefused(f"no such {what}: {text} (choose one of {', '.join(vocabulary.__members__)})")
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
        when = when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except OverflowError:
        raise AccessRefused(f"{text} is after the year 9999") from None
    except ValueError:
        raise AccessRefused(f"{text} is not a time such as 90d, 12h or 2027-06-30") from None
    if when <= now:
        raise AccessRefused(f"{text} has already passed")
    return when


def key_id(text: str) -> UUID:
    """An id of a key or grant; if somebody pastes a whole key, errors repeat only its id."""
    from models.access import AccessRefused

    bare = text.removeprefix("puente_").partition("_")[0]
    try:
        return UUID(bare)
    except ValueError:
        raise AccessRefused(f"{bare} is not an id; see the list") from None
