"""Words to search for, each form of them once."""

from alembic import op

from models.migrations.files import run_file

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run_file(op.get_bind(), "0004_query.sql")
