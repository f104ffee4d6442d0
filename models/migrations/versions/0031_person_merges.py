"""Person merges."""

from alembic import op

from models.migrations.files import run_file

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    run_file(op.get_bind(), "0031_person_merges.sql")
