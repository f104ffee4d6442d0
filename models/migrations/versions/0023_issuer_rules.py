"""Issuer rules."""

from alembic import op

from models.migrations.files import run_file

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    run_file(op.get_bind(), "0023_issuer_rules.sql")
