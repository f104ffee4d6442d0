"""Calls."""

from alembic import op

from models.migrations.files import run_file

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    run_file(op.get_bind(), "0034_calls.sql")
