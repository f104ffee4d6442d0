"""Whose data the audit log holds, and who acted."""

from alembic import op

from models.migrations.files import run_file

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    run_file(op.get_bind(), "0018_audit.sql")
