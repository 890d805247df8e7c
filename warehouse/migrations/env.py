"""Alembic environment of the ledger; it is run by ``Ledger`` itself, so a stranger never types a migration command."""

import sqlalchemy as sa
from alembic import context

engine = sa.create_engine(context.config.get_main_option("sqlalchemy.url") or "")
with engine.begin() as connection:
    context.configure(connection=connection, version_table="ledger_version")
    context.run_migrations()
