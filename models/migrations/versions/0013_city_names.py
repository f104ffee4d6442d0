"""Institutions are found by their city's name in both languages."""

from alembic import op

from models.migrations.files import run_file

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    run_file(op.get_bind(), "0013_city_names.sql")
