"""The outbox: mails that are due, each once, and what became of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from warehouse.chain import Chain
from warehouse.records import Letter
from warehouse.schema import outbox


class Outbox(Chain):
    """Letters in one database, queued by the change that makes them due, in its transaction."""

    def _queue(self, connection: sa.Connection, seq: int, letters: Iterable[Letter], at: datetime) -> None:
        rows = [
            {
                **vars(one),
                "recipients": json.dumps(one.recipients, ensure_ascii=False),
                "seq": seq,
                "changed_at": at,
            }
            for one in letters
        ]
        if rows:
            connection.execute(sa.insert(outbox), rows)

    def record_notice(self, letter: Letter, at: datetime) -> None:
        """Queue a letter about what is no file that could be judged, unless one of its key was queued before."""
        known = sa.select(outbox.c.key).where(outbox.c.key == letter.key)
        with self.engine.connect() as connection:
            if connection.execute(known).first() is not None:
                return
        body = {"about": letter.subject, "recipients": letter.recipients}
        with self._change("notice", letter.key, body, at) as (connection, seq):
            self._queue(connection, seq, [letter], at)

    def letters(self, *states: str) -> list[Letter]:
        """Mails in the given states (all without any), in the order they fell due."""
        query = sa.select(outbox).order_by(outbox.c.seq, outbox.c.key)
        if states:
            query = query.where(outbox.c.state.in_(states))
        with self.engine.connect() as connection:
            return [
                Letter(
                    row.key,
                    row.kind,
                    row.subject,
                    tuple(json.loads(row.recipients)),
                    row.state,
                    row.error,
                    row.about or "",
                    row.seq,
                    row.changed_at,
                )
                for row in connection.execute(query)
            ]

    def move_letter(self, key: str, before: str, after: str, at: datetime, error: str = "") -> bool:
        """Change a mail's state if it still is in ``before``; False if somebody else moved it first."""
        query = sa.update(outbox).where(outbox.c.key == key, outbox.c.state == before)
        with self._change("outbox", key, {"from": before, "to": after, "error": error}, at) as (
            connection,
            _,
        ):
            moved = connection.execute(query.values(state=after, error=error, changed_at=at)).rowcount == 1
            if not moved:
                connection.rollback()
        return moved
