"""`puente grant`: roles that are granted by hand to an issuer's users."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.access import PERSON, Expires, Institution, Scopes, on_database
from api.cli.arguments import expiry_of, id_of, member_of, scopes_of
from api.cli.data import out
from api.cli.tables import moment, print_table

grants = typer.Typer(no_args_is_help=True, help="Manage roles that you grant by hand to an issuer's users.")

COLUMNS = ("grant", "issuer", "subject", "role", "for", "scopes", "expires", "state")


@grants.command("add")
def add_grant(
    context: typer.Context,
    issuer: Annotated[str, typer.Argument(help="The issuer, exactly as in the `iss` claim of its tokens.")],
    subject: Annotated[str, typer.Argument(help="The user, as in the `sub` claim of their tokens.")],
    role: Annotated[str, typer.Argument(help="COORDINATOR, INTEGRATION, MENTOR, PARTICIPANT or ADMIN.")],
    institution: Institution = None,
    person: Annotated[str | None, typer.Option(help=f"The person: {PERSON}")] = None,
    scope: Scopes = None,
    expires: Expires = None,
) -> None:
    """Grant a role. It takes effect with the next request."""
    from models.access import GrantedRole
    from models.grant_commands import WantedGrant, add_grant

    granted = member_of(GrantedRole, role, "role")
    scopes, until = scopes_of(scope), expiry_of(expires)
    wanted = WantedGrant(issuer, subject, granted, institution, person, scopes, until)
    made = on_database(context, lambda engine: add_grant(engine, wanted))
    out.print(f"grant {made}", highlight=False)


@grants.command("list")
def list_grants(context: typer.Context) -> None:
    """List the roles granted by hand."""
    from models.grant_commands import list_grants

    print_table(
        COLUMNS,
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
            for row in on_database(context, list_grants)
        ),
    )


@grants.command("revoke")
def revoke_grant(
    context: typer.Context,
    grant: Annotated[str, typer.Argument(help="The grant's id, as in `puente grant list`.")],
) -> None:
    """Revoke a grant. It takes effect with the next request."""
    from models.grant_commands import revoke_grant

    on_database(context, lambda engine: revoke_grant(engine, id_of(grant)))
    out.print(f"{grant} is revoked", markup=False, highlight=False)
