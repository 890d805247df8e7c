"""Coverage: what part of each total is accepted, accepted with warnings, and missing, as read from a generation."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from warehouse.indicators import Level, indicators
from warehouse.store import Connection


class Coverage(NamedTuple):
    """One total of a quarter. ``plain`` and ``warned`` add up to it; ``missing`` is what the ``returns`` that are not in
    use last reported, of which ``unknown`` were not in use in any of the four quarters before.
    """

    indicator: str
    quarter: str
    level: Level
    scope: str
    plain: Decimal
    warned: Decimal
    missing: Decimal
    returns: int
    unknown: int

    @property
    def significant(self) -> bool:
        """Whether what is missing could move the total beyond its threshold."""
        reported = self.plain + self.warned
        return indicators()[self.indicator].is_significant(reported, reported + self.missing)


def coverage(connection: Connection, quarter: str) -> list[Coverage]:
    """The coverage of every total of one quarter, in the order of the definitions."""
    query = (
        f"select c.{', c.'.join(Coverage._fields)} "  # noqa: S608 - the names are ours
        "from coverage c join def_indicator d using (indicator) where quarter = $quarter order by position, level, scope"
    )
    return [Coverage(*row) for row in connection.execute(query, {"quarter": quarter}).fetchall()]
