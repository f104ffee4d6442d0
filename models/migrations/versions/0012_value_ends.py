"""No column has a value beyond those that its scalar can answer."""

from alembic import op

from models.migrations.files import run_file

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    run_file(op.get_bind(), "0012_value_ends.sql")
