"""Sort keys and search vectors of people are made of the names that they go by."""

from alembic import op

from models.migrations.files import run_file

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run_file(op.get_bind(), "0009_names.sql")
