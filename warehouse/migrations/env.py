"""Alembic environment of the ledger; it is run by ``Ledger`` itself, so a stranger never types a migration command."""

import sqlalchemy as sa
from alembic import context

# Whoever comes second waits and then finds nothing left to do. Whoever is killed half-way leaves nothing behind:
# SQLite's driver would otherwise commit table by table.
LOCKS = {"sqlite": "begin exclusive", "postgresql": "select pg_advisory_xact_lock(20170101)"}

engine = sa.create_engine(context.config.get_main_option("sqlalchemy.url") or "")
with engine.begin() as connection:
    connection.exec_driver_sql(LOCKS[engine.dialect.name])
    context.configure(connection=connection, version_table="ledger_version", transactional_ddl=True)
    context.run_migrations()
engine.dispose()
