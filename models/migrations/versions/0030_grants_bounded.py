"""What bounds grants."""

from alembic import op

from models.migrations.files import run_file

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    run_file(op.get_bind(), "0030_grants_bounded.sql")
