"""registry → members: who reports in the demo, and the dice with which everything invented is thrown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from stdnum.cn import uscc

from expectations.quarter import Quarter
from warehouse.registry import Registry

Cell = str | int | float | date
Row = dict[str, Cell]
LAST = Quarter(2026, 3)  # the demo's present: its returns are in, the next quarter's are not yet due
_FIRST = Quarter(2024, 4)  # growth counts from here, wherever a calendar begins


@dataclass(frozen=True)
class Member:
    """One membership, with what the registry says of unit and centre.

    ``position`` is its row in the registry and ``seat`` its place within the centre, both from 0; ``runs`` says
    whether the unit is some centre's operating company and ``seats`` of how many centres it is a member.
    """

    position: int
    seat: int
    centre: str
    centre_name: str
    centre_short: str
    field: str
    branch: str
    unit: str
    unit_name: str
    unit_short: str
    uscc: str
    kind: str
    role: str
    city: str
    runs: bool
    seats: int
    joined: date
    left: date | None

    @property
    def key(self) -> tuple[str, str]:
        return self.centre, self.unit

    @property
    def profile(self) -> str:
        """What kind of house it is: 运营主体, or the unit's kind."""
        return "运营主体" if self.runs else self.kind

    def owes(self, quarter: Quarter) -> bool:
        """Whether a return is due: a member on any day of the quarter."""
        return self.joined <= quarter.end and (self.left is None or self.left >= quarter.start)


def members(registry: Registry) -> list[Member]:
    """The memberships in the registry's order."""
    seats: Counter[str] = Counter()
    of_unit = Counter(row.unit for row in registry.memberships)
    runs = {row.unit for row in registry.memberships if row.role == "运营主体"}
    found = []
    for position, row in enumerate(registry.memberships):
        centre, unit = registry.centre[row.centre], registry.unit[row.unit]
        found.append(
            Member(
                position=position,
                seat=seats[row.centre],
                centre=row.centre,
                centre_name=centre.name,
                centre_short=centre.short,
                field=centre.field,
                branch=centre.branch,
                unit=row.unit,
                unit_name=unit.name,
                unit_short=unit.short,
                uscc=unit.uscc,
                kind=unit.kind,
                role=row.role,
                city=unit.city,
                runs=row.unit in runs,
                seats=of_unit[row.unit],
                joined=row.start,
                left=row.end,
            )
        )
        seats[row.centre] += 1
    return found


def fellows(member: Member, of_centre: Sequence[Member], quarter: Quarter) -> list[Member]:
    """The other members of its centre in a quarter."""
    return [one for one in of_centre if one.unit != member.unit and one.owes(quarter)]


def quarters(registry: Registry) -> list[Quarter]:
    """The quarters the demo tells of: those of the calendar, up to the last."""
    return [one for one in map(Quarter.parse, registry.term) if one <= LAST]


def dice(what: str) -> Random:
    """The generator of one thing: seeded by its name, so that a change elsewhere does not reach it."""
    return Random(what)  # noqa: S311 - an invented province needs repeatable numbers, not secret ones


def ordinal(quarter: Quarter) -> int:
    """Quarters as whole numbers, one after the other."""
    return quarter.year * 4 + quarter.number - 1


def age(quarter: Quarter) -> int:
    """Quarters since the province's growth is counted; below nought before."""
    return ordinal(quarter) - ordinal(_FIRST)


def quarter_of(day: date) -> Quarter:
    return Quarter(day.year, (day.month + 2) // 3)


def some_day(rng: Random, quarter: Quarter, after: date | None = None) -> date:
    """A day of the quarter, not its first nor its last two, and not before ``after``."""
    first, last = quarter.start + timedelta(days=1), quarter.end - timedelta(days=2)
    first = min(max(first, after), last) if after else first
    return first + timedelta(days=rng.randint(0, (last - first).days))


def about(rng: Random, rate: float) -> int:
    """A whole number whose mean is ``rate``: the whole part, and one more as often as the rest says."""
    return int(rate + rng.random())


def pick(rng: Random, weights: Mapping[str, float]) -> str:
    """One of the names, as often as its weight says."""
    return rng.choices(list(weights), list(weights.values()))[0]


_SERIES = "XYWTURQPNMLKJHGFEDCBA"  # MA0EX for the first ten thousand, then MA0EY and so on


def credit_code(place: str, serial: int, entity: str = "91") -> str:
    """A valid credit code that nobody has: the place, ``MA0E`` and a letter, four digits and the check digit."""
    body = f"{entity}{place:0<6}MA0E{_SERIES[serial // 10000]}{serial % 10000:04d}"
    return body + uscc.calc_check_digit(body)


def patent_number(year: int, kind: int, serial: int) -> str:
    """An application number with its check digit (weights 2…9, then 2…5, modulo 11; 10 is X)."""
    body = f"{year}{kind}{serial:07d}"
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    return f"{body}.{'0123456789X'[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]}"
