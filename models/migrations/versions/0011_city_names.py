"""Institutions are found by their city's name in both languages."""

from alembic import op

from models.migrations.files import run_file

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run_file(op.get_bind(), "0011_city_names.sql")
