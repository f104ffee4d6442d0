"""The feed's triggers are made of the declarations; the upgrade itself runs them (sql/repeatable)."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    pass
