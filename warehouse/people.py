"""What the calendar and people did around a report, beside what came in and went out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from warehouse.outbox import Outbox
from warehouse.records import Alert, Approval, Confirmation, Exemption, Letter, Milestone, Proposal
from warehouse.schema import alert, approval, confirmation, exemption, milestone, proposal

Record = TypeVar("Record", Milestone, Proposal, Approval, Confirmation, Exemption, Alert)
_TABLES: dict[type[Any], sa.Table] = {
    Milestone: milestone,
    Proposal: proposal,
    Approval: approval,
    Confirmation: confirmation,
    Exemption: exemption,
    Alert: alert,
}


class People(Outbox):
    """One kind of record a table, each a change of its own with the letters it makes due."""

    def record(self, new: Record, letters: Iterable[Letter], at: datetime) -> int:
        """Write a record and its letters in one transaction; returns its seq.

        A second milestone of a kind in a quarter, a second approval of a proposal, is an IntegrityError.
        """
        table = _TABLES[type(new)]
        row = {key: value for key, value in vars(new).items() if key != "seq"}
        with self._change(table.name, _subject(new), row, at) as (connection, seq):
            connection.execute(sa.insert(table).values(seq=seq, **row))
            self._queue(connection, seq, letters, at)
        return seq

    def recorded(self, kind: type[Record], upto: int | None = None) -> list[Record]:
        """All records of a kind up to a seq, oldest first."""
        table = _TABLES[kind]
        query = sa.select(table).order_by(table.c.seq)
        if upto is not None:
            query = query.where(table.c.seq <= upto)
        with self.engine.connect() as connection:
            return [kind(**row._mapping) for row in connection.execute(query)]

    def unanswered(self) -> list[Proposal]:
        """Drafts that wait for a reviewer: the newest of each edition, if nothing was said of it."""
        newest = {(one.quarter, one.scope): one for one in self.recorded(Proposal)}
        answered = {one.proposal for one in self.recorded(Approval)}
        return [one for one in newest.values() if one.seq not in answered]


def _subject(new: Any) -> str:
    """The first words of the log's row: what the record is about."""
    values = vars(new)
    return " ".join(str(values[name]) for name in list(values)[:2])[:200]
