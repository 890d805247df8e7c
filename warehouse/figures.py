"""Figures: what indicators come to, as read from a generation of the warehouse."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import NamedTuple, TypedDict, Unpack

from pyarrow import Table, compute, parquet

from warehouse.indicators import Level, Period, indicators
from warehouse.store import Connection


class Figure(NamedTuple):
    """One figure. ``n`` counts its cases; ``value`` is None where there is no data (—)."""

    indicator: str
    quarter: str
    period: Period
    level: Level
    scope: str
    part: str
    numerator: Decimal
    denominator: Decimal | None
    n: int
    stored: Decimal | None

    @property
    def value(self) -> Decimal | None:
        """The figure: as stored, or for a ratio its numerator ÷ denominator, a fraction of one."""
        if indicators()[self.indicator].kind != "ratio":
            return self.stored
        return self.numerator / self.denominator if self.denominator else None


_Key = tuple[str, str, str, str, str]
_KEY = ("indicator", "period", "level", "scope", "part")
_FIELDS = ("indicator", "quarter", *_KEY[1:], "numerator", "denominator", "n", "value")


class Where(TypedDict, total=False):
    """What a figure is of; what is not said is the whole province, the quarter, the total."""

    level: Level
    scope: str
    period: Period
    part: str


class Figures:
    """The figures of one warehouse generation, looked up by what they are of.

    They are read in one go and stay as columns: objects are made of the quarters that are asked for, and of single units
    only if they are. ``connection`` may be closed afterwards.
    """

    def __init__(self, connection: Connection) -> None:
        # A relation of a cursor's own: its Arrow table is not copied, and no half-read result stands in the way.
        query = (
            f"select {', '.join(_FIELDS)} from figures join def_indicator using (indicator) "  # noqa: S608 - ours
            "order by position, level, scope, period, part"
        )
        self._table: Table = connection.cursor().sql(query).to_arrow_table()
        self._made: dict[tuple[str, bool], dict[_Key, Figure]] = {}

    def _quarter(self, quarter: str, *, units: bool) -> dict[_Key, Figure]:
        """The quarter's figures of single units, or of all above, in the order of the definitions."""
        if (quarter, units) not in self._made:
            of_unit = compute.equal(self._table["level"], "unit")
            wanted = of_unit if units else compute.invert(of_unit)
            chosen = self._table.filter(compute.and_(compute.equal(self._table["quarter"], quarter), wanted))
            columns = {name: chosen[name].to_pylist() for name in _FIELDS}
            keys = zip(*(columns[name] for name in _KEY), strict=True)
            found = map(Figure._make, zip(*columns.values(), strict=True))
            self._made[quarter, units] = dict(zip(keys, found, strict=True))
        return self._made[quarter, units]

    def get(
        self,
        indicator: str,
        quarter: str,
        *,
        level: Level = "province",
        scope: str = "province",
        period: Period = "quarter",
        part: str = "",
    ) -> Figure | None:
        """One figure, or None where no accepted return covers it."""
        return self._quarter(quarter, units=level == "unit").get((indicator, period, level, scope, part))

    def value(self, indicator: str, quarter: str, **where: Unpack[Where]) -> Decimal | None:
        """One figure's value, None where there is no data; asked for as in :meth:`get`."""
        figure = self.get(indicator, quarter, **where)
        return figure.value if figure else None

    def of(self, quarter: str, *, units: bool = False) -> list[Figure]:
        """All figures of one quarter in the order of the definitions; those of single units only if asked for, behind."""
        found = list(self._quarter(quarter, units=False).values())
        return found + list(self._quarter(quarter, units=True).values()) if units else found


def figures_file(connection: Connection, quarter: str) -> bytes:
    """The figures of a quarter (units apart) as a Parquet file: what an edition of it says, kept with the edition."""
    query = (
        f"select {', '.join(_FIELDS)} from figures join def_indicator using (indicator) "  # noqa: S608 - ours
        "where quarter = $quarter and level <> 'unit' order by position, level, scope, period, part"
    )
    table = connection.cursor().sql(query, params={"quarter": quarter}).to_arrow_table()
    sink = BytesIO()
    parquet.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def read_figures_file(path: Path) -> list[Figure]:
    """The figures an edition was issued with."""
    columns = parquet.read_table(path).to_pydict()
    return list(map(Figure._make, zip(*(columns[name] for name in _FIELDS), strict=True)))
