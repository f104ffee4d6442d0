"""No column has a value beyond those that its scalar can answer."""

from alembic import op

from models.migrations.files import run_file

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run_file(op.get_bind(), "0010_value_ends.sql")
