"""Registrations."""

from alembic import op

from models.migrations.files import run_file

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    run_file(op.get_bind(), "0020_registrations.sql")
