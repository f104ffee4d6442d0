"""Sort keys and search vectors of people are made of the names that they go by."""

from alembic import op

from models.migrations.files import run_file

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run_file(op.get_bind(), "0010_names.sql")
