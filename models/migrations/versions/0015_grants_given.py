"""Grants given."""

from alembic import op

from models.migrations.files import run_file

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    run_file(op.get_bind(), "0015_grants_given.sql")
