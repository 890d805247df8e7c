#!/usr/bin/env bash
# Run once by the PostgreSQL image on an empty volume: one database and one owner each for Airflow and the ledger.
set -euo pipefail

create() { # name password
  psql -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres -v name="$1" -v password="$2" <<'SQL'
create role :"name" login password :'password';
create database :"name" owner :"name" encoding 'UTF8' template template0;
revoke connect, temporary on database :"name" from public;
SQL
}

create airflow "$AIRFLOW_DB_PASSWORD"
create ledger "$LEDGER_DB_PASSWORD"
