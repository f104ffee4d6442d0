"""A note whose image did not change gets it when it is numbered, not from who writes."""

from alembic import op

from models.migrations.files import run_file

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run_file(op.get_bind(), "0009_deferred_images.sql")
