"""The foundation: functions, tables, triggers."""

from alembic import op

from models.migrations.files import run_file

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_file(op.get_bind(), "0001_functions.sql")
    run_file(op.get_bind(), "0001_tables.sql")
