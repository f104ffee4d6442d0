"""Each batch of numbered changes has a tag, so that two histories of one database can be told apart."""

from alembic import op

from models.migrations.files import run_file

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    run_file(op.get_bind(), "0014_feed_tags.sql")
