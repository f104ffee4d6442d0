"""When a mentor or a participant was archived."""

from alembic import op

from models.migrations.files import run_file

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    run_file(op.get_bind(), "0042_archive_people.sql")
