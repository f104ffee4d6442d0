"""Links of guests to their registrations."""

from alembic import op

from models.migrations.files import run_file

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    run_file(op.get_bind(), "0039_guest_links.sql")
