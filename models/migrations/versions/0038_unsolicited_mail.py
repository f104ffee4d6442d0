"""Unsolicited mails."""

from alembic import op

from models.migrations.files import run_file

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    run_file(op.get_bind(), "0038_unsolicited_mail.sql")
