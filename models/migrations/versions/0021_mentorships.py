"""Mentorships."""

from alembic import op

from models.migrations.files import run_file

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    run_file(op.get_bind(), "0021_mentorships.sql")
