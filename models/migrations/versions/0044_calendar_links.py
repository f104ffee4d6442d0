"""Links to the calendars of people."""

from alembic import op

from models.migrations.files import run_file

revision = "0044"
down_revision = "0042"


def upgrade() -> None:
    run_file(op.get_bind(), "0044_calendar_links.sql")
