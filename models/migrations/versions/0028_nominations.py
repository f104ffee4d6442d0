"""Notifications of participations."""

from alembic import op

from models.migrations.files import run_file

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    run_file(op.get_bind(), "0028_nominations.sql")
