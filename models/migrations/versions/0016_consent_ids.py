"""Consent ids."""

from alembic import op

from models.migrations.files import run_file

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    run_file(op.get_bind(), "0016_consent_ids.sql")
