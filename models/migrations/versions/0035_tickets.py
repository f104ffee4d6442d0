"""Tickets."""

from alembic import op

from models.migrations.files import run_file

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    run_file(op.get_bind(), "0035_tickets.sql")
