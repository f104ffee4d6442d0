"""The database refuses a change of status that no step has: repeatable/workflows.sql."""

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    pass  # repeatable files alone
