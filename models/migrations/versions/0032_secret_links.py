"""Secret links."""

from alembic import op

from models.migrations.files import run_file

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    run_file(op.get_bind(), "0032_secret_links.sql")
