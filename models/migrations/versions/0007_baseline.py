"""All tables and functions, as seven migrations made them before the first release."""

from alembic import op

from models.migrations.files import run_file

revision = "0007"
down_revision = None


def upgrade() -> None:
    for topic in ("functions", "tables", "names", "impact", "access", "feed", "webhooks"):
        run_file(op.get_bind(), f"0007_{topic}.sql")
