"""ledger → what happened to a few returns, and what became of letters: each answer in one query, whatever the number."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from expectations.findings import Finding
from warehouse.ledger import Ledger
from warehouse.schema import finding, log, outbox, verdict


def instants(ledger: Ledger, seqs: Collection[int]) -> dict[int, datetime]:
    """When the changes of the given seqs happened."""
    query = sa.select(log.c.seq, log.c.at).where(log.c.seq.in_(seqs))
    with ledger.engine.connect() as connection:
        return {row.seq: row.at for row in connection.execute(query)}


def findings_of(ledger: Ledger, files: Collection[str]) -> dict[str, list[Finding]]:
    """The findings of the newest verdict on each of the given files, in order; a file without any is left out."""
    newest = (
        sa.select(verdict.c.sha256, sa.func.max(verdict.c.seq).label("seq"))
        .where(verdict.c.sha256.in_(files))
        .group_by(verdict.c.sha256)
        .subquery()
    )
    columns = [finding.c[name] for name in Finding.model_fields]
    query = (
        sa.select(finding.c.sha256, *columns)
        .join(newest, sa.and_(finding.c.sha256 == newest.c.sha256, finding.c.seq == newest.c.seq))
        .order_by(finding.c.sha256, finding.c.n)
    )
    found: dict[str, list[Finding]] = {}
    with ledger.engine.connect() as connection:
        for row in connection.execute(query):
            said = {name: value for name, value in row._mapping.items() if name != "sha256"}
            found.setdefault(row.sha256, []).append(Finding(**said))
    return found


def letter_counts(ledger: Ledger) -> dict[str, int]:
    """How many letters are in each state."""
    query = sa.select(outbox.c.state, sa.func.count().label("n")).group_by(outbox.c.state)
    with ledger.engine.connect() as connection:
        return {row.state: row.n for row in connection.execute(query)}
