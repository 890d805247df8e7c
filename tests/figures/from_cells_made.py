"""What a row of a trace is made from, and what is made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.figures.from_cells import Archive, Place, Whose
from tests.figures.from_cells_listed import Listed

ONE = Decimal(1)


@dataclass(frozen=True)
class Row:
    """A row of a trace, looked up: where it stands, and the places its value hangs on. ``sha256`` is its file's.

    ``quarter``, ``centre`` and ``key`` are what the trace says it counts for, ``part`` that of the figure; ``defined``: the
    quarter whose definition and marks measure it.
    """

    own: Place
    rests: tuple[Place, ...]
    quarter: str
    defined: str
    centre: str | None
    key: str
    part: str
    sha256: str
    listed: Listed
    archive: Archive

    def rest(self, table: str) -> list[Place]:
        return [one for one in self.rests if one.table == table]

    @property
    def of(self) -> Whose:
        return self.own.sender


@dataclass(frozen=True)
class Made:
    """What a row adds, under which key it counts once, and where: ``city`` of the unit, the recipient or the centre.

    ``members``: the parts it belongs to as ``dimension:member``.
    """

    key: str
    value: Decimal = ONE
    over: Decimal | None = None
    n: Decimal = ONE
    city: str | None = None
    centre: str | None = None
    unit: str | None = None
    members: frozenset[str] = frozenset()


# None: such a row does not count.
Maker = Callable[[Row], Made | None]


def by_unit(
    row: Row, key: str, value: Decimal | int = 1, over: Decimal | int | None = None, **how: object
) -> Made:
    """A row that counts where its unit sits."""
    return Made(
        key,
        Decimal(value),
        None if over is None else Decimal(over),
        city=row.listed.homes[row.of.unit],
        centre=row.of.centre,
        unit=row.of.unit,
        **how,  # type: ignore[arg-type]
    )


def members(**said: object) -> frozenset[str]:
    """``kind="标准"`` → ``{"kind:标准"}``; what is blank is no part."""
    return frozenset(f"{dimension}:{member}" for dimension, member in said.items() if member is not None)


def claimed(number: str | None) -> str | None:
    """An identifier as two units' claims are compared: without case, blanks, points and the prefix ZL."""
    return (number or "").upper().removeprefix("ZL").replace(" ", "").replace(".", "") or None


def result(place: Place) -> str:
    """What an output names: its kind and identifier, or where it has none its number in the centre."""
    return f"{place['kind']}|{claimed(place['identifier']) or place.sender.centre + '|' + place['output_no']}"


def days(since: date, until: date) -> Decimal:
    return Decimal((until - since).days)
