"""Alembic's entry: runs the migrations on the connection that models.migrations opened."""

from alembic import context

import models

context.configure(connection=context.config.attributes["connection"], target_metadata=models.metadata)
with context.begin_transaction():
    context.run_migrations()
