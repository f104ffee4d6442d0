"""Who changed what, and under which keys mutations were carried out."""

from alembic import op

from models.migrations.files import run_file

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    run_file(op.get_bind(), "0017_writes.sql")
