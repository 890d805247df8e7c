"""A figure → the rows it is made of, and whether they come to what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import NamedTuple

from warehouse.figures import Figure
from warehouse.indicators import Indicator, Level, Period, indicators
from warehouse.store import Connection, insert

_SQL = Path(__file__).parent / "sql"
# Of a period: how many quarters later the figure is than the rows it is made of, and which returns count (fig_period).
_PERIODS: dict[Period, tuple[int, str]] = {
    "quarter": (0, "always"),
    "ytd": (0, "year"),
    "like": (0, "before"),
    "like_before": (1, "after"),
    "like_year": (0, "year_before"),
    "like_year_before": (4, "year_after"),
    "overlap": (1, "always"),
}
_PLACES = Decimal("0.0001")  # as figures are stored
_ASKED = """
create or replace temp table trace_asked (
    id integer, indicator text, definition text, part text, level text, scope text, quarter text,
    i integer, shift integer, needs text, top boolean, ever boolean, per_quarter boolean
)
"""


class Source(NamedTuple):
    """Where something stands: a row of a submission's sheet, or, without a submission, a line of a registry table.

    Without a sheet it is the whole submission.
    """

    submission: str | None
    sheet: str | None
    row: int | None


class TracedRow(NamedTuple):
    """One row a figure is made of. It adds ``numerator``, ``denominator`` and ``n``; all 0 where its key is counted in
    another row (``stands`` is False). ``rests_on`` are further rows its value hangs on.
    """

    quarter: str
    unit: str | None
    centre: str | None
    field: str | None
    city: str | None
    key: str
    source: Source
    rests_on: tuple[Source, ...]
    numerator: Decimal
    denominator: Decimal | None
    n: Decimal
    stands: bool


class QuarterRow(NamedTuple):
    """A row and the levels at which it is counted in its scope: of two rows with one key the province counts one, each of
    their centres its own.
    """

    indicator: str
    part: str
    row: TracedRow
    levels: frozenset[Level]


_LEVELS: tuple[Level, ...] = ("province", "field", "city", "centre")


class Traces:
    """Takes figures of one generation apart; they must have been read from ``connection``'s warehouse."""

    def __init__(self, connection: Connection) -> None:
        self._own = connection.cursor()  # temporary tables are a cursor's own
        self._own.execute((_SQL / "figures" / "10_names.sql").read_text("utf-8"))
        self._numbers: dict[str, int] = dict(
            self._own.execute("select quarter, i from fig_quarter").fetchall()
        )
        self._breaks = self._own.execute(
            "select indicator, definition, i from def_break order by i"
        ).fetchall()
        self._query = (_SQL / "trace.sql").read_text("utf-8")

    def of(self, figures: Sequence[Figure]) -> list[list[TracedRow]]:
        """The rows each figure is made of, in the order of quarters, centres, units and rows; all read in one go."""
        self._own.execute(_ASKED)
        insert(self._own, "trace_asked", [self._asked(*one) for one in enumerate(figures)])
        found: list[list[TracedRow]] = [[] for _ in figures]
        for at, *values in self._own.execute(self._query).fetchall():
            found[at].append(_row(indicators()[figures[at].indicator].at(figures[at].quarter), *values))
        return found

    def _asked(self, at: int, figure: Figure) -> tuple[object, ...]:
        one = indicators()[figure.indicator]
        shift, needs = _PERIODS[figure.period]
        if figure.period == "ytd" and (one.rolling or one.kind == "stock"):
            shift, needs = _PERIODS["quarter"]  # the year to date of what is looked at on the last day
        per_quarter = one.kind in {"flow", "ratio"} and not one.top
        i = self._numbers[figure.quarter]
        # What lies before a break is compared as the definition in force since measures it.
        since = [new for code, new, first in self._breaks if code == one.code and i - shift < first <= i]
        return (
            *(
                at,
                one.code,
                since[-1] if since else "",
                figure.part,
                figure.level,
                figure.scope,
                figure.quarter,
            ),
            *(i, shift, needs, one.top, one.ever, per_quarter),
        )

    def of_quarter(self, quarter: str) -> list[QuarterRow]:
        """Every row that any figure of a quarter is made of, in the order of the definitions."""
        query = (_SQL / "evidence.sql").read_text("utf-8")
        found = self._own.execute(query, {"i": self._numbers[quarter]}).fetchall()
        return [
            QuarterRow(
                indicator,
                part,
                _row(indicators()[indicator].at(quarter), *rest[: -len(_LEVELS)]),
                frozenset(level for level, here in zip(_LEVELS, rest[-len(_LEVELS) :], strict=True) if here),
            )
            for indicator, part, *rest in found
        ]


def _row(one: Indicator, *values: object) -> TracedRow:
    quarter, unit, centre, field, city, key, submission, sheet, row, rests_on, *added = values
    others = [Source(**other) for other in rests_on or ()]  # type: ignore[attr-defined]
    home = Source(submission, sheet, row)  # type: ignore[arg-type]
    # A mart names all that any indicator may hang on; this one looks at some sheets and tables only.
    rest = tuple(source for source in others if source != home and source.sheet in one.cells)
    return TracedRow(quarter, unit, centre, field, city, key, home, rest, *added)  # type: ignore[arg-type]


def comes_to(figure: Figure, rows: list[TracedRow]) -> bool:
    """Whether the rows reproduce what is stored: numerator, denominator and count, of a median the pool's middle."""
    standing = [one for one in rows if one.stands]
    if sum((one.n for one in rows), Decimal(0)) != figure.n:
        return False
    if sum((one.numerator for one in rows), Decimal(0)) != figure.numerator:
        return False
    kind = indicators()[figure.indicator].kind
    if kind == "ratio":
        return sum((one.denominator or Decimal(0) for one in rows), Decimal(0)) == (figure.denominator or 0)
    if figure.stored is None:
        return True  # too few cases, or too few quarters held: nothing is said
    if kind == "median":
        return median(one.numerator for one in standing).quantize(_PLACES) == figure.stored
    return figure.stored == figure.numerator
