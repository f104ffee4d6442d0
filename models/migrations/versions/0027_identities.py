"""Who people are to issuers of tokens, and what they say of themselves."""

from alembic import op

from models.migrations.files import run_file

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    run_file(op.get_bind(), "0027_identities.sql")
