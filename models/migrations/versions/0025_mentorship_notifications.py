"""Mentorship notifications."""

from alembic import op

from models.migrations.files import run_file

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    run_file(op.get_bind(), "0025_mentorship_notifications.sql")
