"""Awards."""

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    pass  # repeatable files alone
