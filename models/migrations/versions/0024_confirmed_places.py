"""Confirmed places."""

from alembic import op

from models.migrations.files import run_file

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    run_file(op.get_bind(), "0024_confirmed_places.sql")
