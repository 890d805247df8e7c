"""What came in: files, from which source and when, and what was seen there besides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from warehouse.outbox import Outbox
from warehouse.records import Arrival, Letter, Sighting
from warehouse.schema import arrival, sighting


class Arrivals(Outbox):
    """Arrivals with the receipts that are due for them."""

    def record_arrivals(
        self,
        new: Iterable[Arrival],
        at: datetime,
        letters: Iterable[Letter] = (),
        sightings: Sequence[Sighting] = (),
    ) -> None:
        """Write arrivals in one transaction, each a change of its own; all of them or none, and with them the receipts that
        are due and what was settled by them.

        The same (source, name, version, sha) twice is an IntegrityError.
        """
        with self._locked() as connection:
            rows = [{key: value for key, value in vars(one).items() if key != "seq"} for one in new]
            for row in rows:
                row["seq"] = self._append(connection, "arrival", row["name"][:200], row, at)
            if rows:
                connection.execute(sa.insert(arrival), rows)
            if sightings:
                self._queue(connection, self._see(connection, sightings, at), letters, at)

    def record_sightings(self, new: Sequence[Sighting], at: datetime) -> None:
        """Write down what was seen on a source, in one transaction; the same twice is an IntegrityError."""
        if new:
            with self._locked() as connection:
                self._see(connection, new, at)

    def _see(self, connection: sa.Connection, new: Sequence[Sighting], at: datetime) -> int:
        rows = [vars(one) for one in new]
        seq = self._append(connection, "sightings", new[0].source, rows, at)
        connection.execute(sa.insert(sighting), [{**row, "seq": seq} for row in rows])
        return seq

    def sightings(self, source: str) -> list[Sighting]:
        """All that was seen on a source, oldest first."""
        columns = (sighting.c.source, sighting.c.name, sighting.c.version, sighting.c.at)
        query = sa.select(*columns).where(sighting.c.source == source).order_by(sighting.c.seq)
        with self.engine.connect() as connection:
            return [Sighting(**row._mapping) for row in connection.execute(query)]

    def arrivals(self, upto: int | None = None) -> list[Arrival]:
        """All arrivals up to a seq, oldest first."""
        query = sa.select(arrival).order_by(arrival.c.seq)
        if upto is not None:
            query = query.where(arrival.c.seq <= upto)
        with self.engine.connect() as connection:
            return [Arrival(**row._mapping) for row in connection.execute(query)]
