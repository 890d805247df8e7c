#!/usr/bin/env bash
# Run once by the PostgreSQL image on an empty volume: one database and one owner each for Airflow and the ledger, with
# the password that the secret file of its address holds.
set -euo pipefail

create() { # name, file of its address
  local password
  password=$(sed -E 's#^[^:]+://[^:]+:([^@]+)@.*#\1#' "$2")
  psql -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres -v name="$1" -v password="$password" <<'SQL'
create role :"name" login password :'password';
create database :"name" owner :"name" encoding 'UTF8' template template0;
revoke connect, temporary on database :"name" from public;
SQL
}

create airflow "$JINCHUANG_SECRETS/airflow_database_url"
create ledger "$JINCHUANG_SECRETS/jinchuang_ledger_url"
