"""External ids."""

from alembic import op

from models.migrations.files import run_file

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    run_file(op.get_bind(), "0036_external_ids.sql")
