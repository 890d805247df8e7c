"""What public editions and centres' are written from, as plain values, in no language."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from expectations.quarter import Quarter
from reports.facts import Measure
from reports.text import Text

Numbers = tuple[tuple[Decimal | None, ...], ...]
PERIODS = ("quarter", "ytd")


@dataclass(frozen=True)
class PublicTableFact:
    """One table: ``numbers`` by period, rows × columns, sums last in both; None is withheld.

    ``own`` is a centre's own row of each period, which only that centre's edition has. ``as_printed`` are quarters that
    the year to date takes as they were printed, though they have changed since.
    """

    measure: Measure
    rows: tuple[Text, ...]
    columns: tuple[Text, ...]
    numbers: dict[str, Numbers]
    own: dict[str, tuple[Decimal, ...]]
    as_printed: tuple[Quarter, ...] = ()

    def total(self, period: str) -> Decimal | None:
        return self.numbers[period][-1][-1]


@dataclass(frozen=True)
class PublicFacts:
    """What a public edition is written from; ``centre`` is the centre it is for, None for everybody.

    ``used`` of the ``due`` returns of the quarter are what its numbers are made of, ``own_used`` of ``own_due`` the
    centre's; ``disputed`` are the identifiers that the centre and others claim and nobody has settled.
    """

    quarter: Quarter
    tables: tuple[PublicTableFact, ...]
    used: int
    due: int
    issuer: Text
    notice: Text
    centre: Text | None = None
    own_used: int = 0
    own_due: int = 0
    disputed: tuple[str, ...] = ()
    revised: bool = False
