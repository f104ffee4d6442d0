"""`puente consent`: people's consents."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.access import PERSON, on_database
from api.cli.arguments import member_of
from api.cli.data import out
from api.cli.tables import moment, print_table

Person = Annotated[str, typer.Argument(help=PERSON[0].upper() + PERSON[1:])]
Purpose = Annotated[str, typer.Argument(help="The purpose, such as PUBLIC_PROFILE.")]

consents = typer.Typer(no_args_is_help=True, help="Record and list what people consent to.")

COLUMNS = ("purpose", "notice", "granted", "withdrawn")


@consents.command("grant")
def grant_consent(
    context: typer.Context,
    person: Person,
    purpose: Purpose,
    notice: Annotated[str, typer.Option(help="The version of the privacy notice.")],
) -> None:
    """Record a person's consent. It replaces one under an older notice."""
    from models.consent import ConsentPurpose
    from models.grant_commands import grant_consent

    wanted = member_of(ConsentPurpose, purpose, "purpose")
    on_database(context, lambda engine: grant_consent(engine, person, wanted, notice))
    out.print(f"{person} agreed to {wanted.value}", markup=False, highlight=False)


@consents.command("withdraw")
def withdraw_consent(context: typer.Context, person: Person, purpose: Purpose) -> None:
    """Record that a person withdrew a consent. It takes effect with the next request."""
    from models.consent import ConsentPurpose
    from models.grant_commands import withdraw_consent

    wanted = member_of(ConsentPurpose, purpose, "purpose")
    on_database(context, lambda engine: withdraw_consent(engine, person, wanted))
    out.print(f"{person} withdrew {wanted.value}", markup=False, highlight=False)


@consents.command("list")
def list_consents(context: typer.Context, person: Person) -> None:
    """List a person's consents, current and past."""
    from models.grant_commands import list_consents

    rows = on_database(context, lambda engine: list_consents(engine, person))
    print_table(
        COLUMNS,
        ((row.purpose, row.notice_version, moment(row.granted_at), moment(row.withdrawn_at)) for row in rows),
    )
