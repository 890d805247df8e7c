"""ledger → the rows of its tables up to a seq, without whom mail went to or came from; and rows, or a whole ledger, → an
empty one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from warehouse.chain import Chain, chained
from warehouse.registry import Registry
from warehouse.schema import (
    arrival,
    assessment,
    confirmation,
    decision,
    edition,
    exemption,
    finding,
    log,
    metadata,
    settlement,
    snapshot,
    verdict,
)

Row = Mapping[str, Any]
# Of the tables, the outbox is left out; of the log, what a change was if it may name whom mail goes to or comes from.
_TABLES = (
    *(log, arrival, verdict, finding, decision, settlement, snapshot, edition, assessment),
    *(exemption, confirmation),
)
_AT_A_TIME = 1000  # rows
_TOLD = {"verdicts", *(one.name for one in _TABLES)} - {"log", "verdict", "finding"}


def rows_upto(ledger: Chain, upto: int) -> dict[str, list[Row]]:
    """The rows of each table up to a seq, oldest first, as JSON has values.

    A log row about mail, or about a file that came by mail, keeps its place and its hash, and neither subject nor body;
    a registry snapshot keeps the hash of the whole and has no contacts.
    """
    found: dict[str, list[Row]] = {}
    with ledger.engine.connect() as connection:
        for table in _TABLES:
            plain = _plain(table)
            order = (plain.c.seq, *(plain.c[one.name] for one in table.primary_key))
            query = sa.select(plain).where(plain.c.seq <= upto).order_by(*order)
            found[table.name] = [dict(row._mapping) for row in connection.execute(query)]
    mailed = {row["seq"] for row in found["arrival"] if row["sender"]}
    found["log"] = [
        row if row["kind"] in _TOLD and row["seq"] not in mailed else {**row, "subject": "", "body": ""}
        for row in found["log"]
    ]
    found["arrival"] = [{**row, "sender": ""} for row in found["arrival"]]
    found["snapshot"] = [
        {**row, "content": _without_contacts(row["content"])} if row["kind"] == "registry" else row
        for row in found["snapshot"]
    ]
    return found


def _without_contacts(content: str) -> str:
    return Registry.from_snapshot(content).without_contacts().snapshot()


def fill(ledger: Chain, rows: Mapping[str, Sequence[Row]]) -> None:
    """Write rows, in one transaction, into a ledger that has none; ValueError if it has."""
    if ledger.last_seq():
        raise ValueError("the ledger is not empty")
    with ledger.engine.begin() as connection:
        for table in _TABLES:
            plain = _plain(table)
            known = [{name: row[name] for name in row if name in plain.c} for row in rows.get(table.name, ())]
            if known:
                connection.execute(sa.insert(plain), known)


def copy(source: Chain, target: Chain) -> int:
    """Write all of a ledger into one that is empty, whatever the databases, as it stood at one instant; returns its seq.

    ValueError if the target is not empty.
    """
    if target.last_seq():
        raise ValueError("the ledger is not empty")
    # One transaction reads: what is written meanwhile is in no table, instead of in some.
    postgresql = source.engine.dialect.name == "postgresql"
    options = {"isolation_level": "REPEATABLE READ"} if postgresql else {}
    with (
        source.engine.connect().execution_options(**options) as reading,
        target.engine.begin() as writing,
    ):
        if not postgresql:
            reading.exec_driver_sql("begin")  # SQLite's driver opens a transaction with the first insert only
        seq = reading.execute(sa.select(sa.func.max(log.c.seq))).scalar() or 0
        for table in metadata.sorted_tables:
            plain = _plain(table)
            found = reading.execute(sa.select(plain), execution_options={"yield_per": _AT_A_TIME})
            for rows in found.mappings().partitions():
                writing.execute(sa.insert(plain), [dict(row) for row in rows])
        if seq and target.engine.dialect.name == "postgresql":  # which counts apart from what the table holds
            writing.exec_driver_sql(f"select setval(pg_get_serial_sequence('log', 'seq'), {seq})")
    return int(seq)


def broken_link(rows: Iterable[Row]) -> int | None:
    """The first seq of the log whose hash does not follow from the row before, or None. Of a row without its body the
    hash is taken as it is: the next row that has one holds it fast.
    """
    last = ""
    for row in rows:
        at, body = datetime.fromisoformat(row["at"]), row["body"]
        if body and chained(last, at, row["kind"], row["subject"], body) != row["hash"]:
            return int(row["seq"])
        last = row["hash"]
    return None


def _plain(table: sa.Table) -> sa.TableClause:
    """The table with its columns as the database keeps them: instants and credits are text."""
    columns = [
        sa.column(one.name, one.type.impl_instance if isinstance(one.type, sa.TypeDecorator) else one.type)
        for one in table.c
    ]
    return sa.table(table.name, *columns)
