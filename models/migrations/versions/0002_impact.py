"""Figures of impact that are kept, and the functions that count them."""

from alembic import op

from models.migrations.files import run_file

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_file(op.get_bind(), "0002_impact.sql")
