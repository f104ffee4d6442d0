"""Sessions."""

from alembic import op

from models.migrations.files import run_file

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    run_file(op.get_bind(), "0022_sessions.sql")
