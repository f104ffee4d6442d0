"""The change feed: what triggers note of each change, and the numbers that changes get."""

from alembic import op

from models.migrations.files import run_file

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run_file(op.get_bind(), "0006_feed.sql")
