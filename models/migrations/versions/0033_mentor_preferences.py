"""Mentor preferences."""

from alembic import op

from models.migrations.files import run_file

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    run_file(op.get_bind(), "0033_mentor_preferences.sql")
