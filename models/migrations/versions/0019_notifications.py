"""Notifications."""

from alembic import op

from models.migrations.files import run_file

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    run_file(op.get_bind(), "0019_notifications.sql")
