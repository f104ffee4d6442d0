"""Search has its own rules for words, and every vector is rebuilt by them."""

from alembic import op

from models.migrations.files import run_file

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    for topic in ("functions", "vectors"):
        run_file(op.get_bind(), f"0011_search_{topic}.sql")
