"""Names of persons beside what is listed by them: mentors and participants."""

from alembic import op

from models.migrations.files import run_file

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_file(op.get_bind(), "0003_names.sql")
