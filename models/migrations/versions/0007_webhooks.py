"""Webhooks: where changes are sent to, how far each has got, and the log of deliveries."""

from alembic import op

from models.migrations.files import run_file

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    run_file(op.get_bind(), "0007_webhooks.sql")
