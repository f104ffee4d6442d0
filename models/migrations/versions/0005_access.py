"""Consents, grants, keys of institutions' systems, and what the access policy looks up."""

from alembic import op

from models.migrations.files import run_file

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run_file(op.get_bind(), "0005_access.sql")
