"""Impact figures."""

from alembic import op

from models.migrations.files import run_file

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    run_file(op.get_bind(), "0037_impact_figures.sql")
