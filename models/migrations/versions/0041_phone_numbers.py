"""Phone numbers in E.164, and one link to a registration."""

from alembic import op

from models.migrations.files import run_file

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    run_file(op.get_bind(), "0041_phone_numbers.sql")
    run_file(op.get_bind(), "0041_one_link.sql")
