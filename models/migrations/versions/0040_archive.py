"""When a row was archived."""

from alembic import op

from models.migrations.files import run_file

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    run_file(op.get_bind(), "0040_archive.sql")
