"""Outputs of projects."""

from alembic import op

from models.migrations.files import run_file

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    run_file(op.get_bind(), "0026_outputs_of_projects.sql")
