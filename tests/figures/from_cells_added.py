"""A trace followed home: each row recomputed from its cells, the rows added up by kind, all held against the trace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from statistics import median
from typing import Any, NamedTuple

from tests.figures import from_cells_diffusion, from_cells_money, from_cells_rd, from_cells_system
from tests.figures.from_cells import LEDGER, Archive, Place, Whose
from tests.figures.from_cells_listed import Listed
from tests.figures.from_cells_made import Made, Maker, Row
from tests.figures.recount_calendar import LIKE

BACK = {**LIKE, "overlap": (1, 0)}  # how many quarters back a period looks

MADE: dict[str, Maker] = {
    **from_cells_system.MADE,
    **from_cells_rd.MADE,
    **from_cells_diffusion.MADE,
    **from_cells_money.MADE,
}
# A key counts in the first quarter only that names it; else flows and ratios count it once a quarter, all others once.
EVER = {
    "smes_new",
    "contracts",
    "contracts_registered",
    "contract_value_wan_cny",
    "transaction_value_wan_cny",
    "contracts_credited",
    "contract_value_credited_wan_cny",
    "first_applications_credited",
}
EVER |= {"first_applications", "days_output_to_first_use"} | {
    f"{code}{ending}"
    for code in ("outputs", "invention_patents_granted", "standards_led", "key_breakthroughs")
    for ending in ("", "_credited")
}
TOP = "top_city_share"
# The year to date of these, as of stocks, is the last quarter's.
LAST = {"field_groups_covered", "field_branches_covered", "cities_with_centre", "joint_stock_share"}
LAST |= {"labour_productivity_wan_cny"}
LEAST = {"days_output_to_transfer": 5, "days_output_to_first_use": 5, "leading_enterprises": 1}
WARM_UP = {"smes_new": 4}  # quarters held before the figure says anything
Told = Mapping[str, Any]


class Counted(NamedTuple):
    """A row of a trace as recomputed; ``told`` is the trace's own."""

    told: Told
    made: Made
    quarter: str
    whose: Whose | None


@dataclass
class Follower:
    """Follows traces to the cells; ``quarters`` are all there are returns of, oldest first."""

    archive: Archive
    quarters: Sequence[str]

    @cached_property
    def listed(self) -> Listed:
        return Listed(self.archive.kept)

    @cached_property
    def _accepted(self) -> set[Whose]:
        return set(self.archive.in_force.values())

    def follow(self, told: Told) -> None:
        """AssertionError where rows, cells and what is made of them are not what the trace says."""
        rows = [self._row(told, one) for one in told["rows"]]
        for one in rows:
            self._belongs(told, one)
        sums = _added(told, rows)
        assert sums == (_number(told["numerator"]), _number(told["denominator"]), Decimal(told["n"])), sums
        value = self._value(told, rows, *sums)
        assert value == _number(told["value"]), value
        assert told["reproduces"]
        assert told["as_issued"]

    def _row(self, told: Told, row: Told) -> Counted:
        own = _standing(row) if row["sheet"] == LEDGER else self.archive.place(row)
        rests = tuple(self.archive.place(one) for one in row["rests_on"])
        asked = Row(
            own,
            rests,
            row["quarter"],
            told["quarter"] if told["period"] in BACK else row["quarter"],
            row["centre"],
            row["key"],
            told["scope"]["part"],
            row["sha256"],
            self.listed,
            self.archive,
        )
        made = MADE[told["indicator"]](asked)
        assert made is not None, ("does not count", row)
        assert made.key == row["key"], (made.key, row)
        added = [made.value, made.over, made.n] if row["counted"] else _nothing(made)
        says = [_number(row[name]) for name in ("part", "denominator", "n")]
        if told["indicator"] == TOP:  # cities but the strongest are in the denominator only
            added[0] = says[0] = Decimal(0)
        assert added == says, (added, row)
        assert row["centre"] in {None, made.centre}, (made.centre, row)
        return Counted(row, made, row["quarter"], own.whose)

    def _belongs(self, told: Told, one: Counted) -> None:
        """A row is one of the figure's scope, part and period."""
        made, scope = one.made, told["scope"]
        places = {
            "province": "province",
            "field": self.listed.fields.get(made.centre or ""),
            "city": made.city,
            "centre": made.centre,
            "unit": made.unit,
        }
        assert places[scope["level"]] == scope["code"], (places, scope)
        assert not scope["part"] or scope["part"] in made.members, (made.members, scope)
        back, other = BACK.get(told["period"], (0, 0))
        at = self.quarters.index(told["quarter"]) - back
        if told["period"] == "ytd" and told["kind"] != "stock" and told["indicator"] not in LAST:
            assert told["quarter"][:4] == one.quarter[:4]
            assert one.quarter <= told["quarter"]
        else:
            assert one.quarter == self.quarters[at]
        if told["period"] in LIKE:
            for quarter in (one.quarter, self.quarters[at + other]):
                assert Whose(quarter, made.centre or "", made.unit or "") in self._accepted

    def _value(
        self, told: Told, rows: Iterable[Counted], numerator: Decimal, denominator: Decimal | None, n: Decimal
    ) -> Decimal | None:
        code, kind = told["indicator"], told["kind"]
        if n < LEAST.get(code, 0) or self._first(told) < WARM_UP.get(code, 0):
            return None
        if kind == "ratio":
            return numerator / denominator if denominator else None
        if kind == "median":
            return median(one.made.value for one in rows if one.told["counted"])
        return numerator

    def _first(self, told: Told) -> int:
        """Where in the calendar the first quarter stands that a figure looks at."""
        at = self.quarters.index(told["quarter"])
        if told["period"] == "ytd":
            return next(i for i, quarter in enumerate(self.quarters) if quarter[:4] == told["quarter"][:4])
        return at - BACK.get(told["period"], (0, 0))[0]


def _standing(row: Told) -> Place:
    """How the ledger says a return stands; it names no cell."""
    assert all(one["cell"] == "" for one in row["cells"])
    return Place(LEDGER, None, None, {one["column"]: one["value"] for one in row["cells"]})


def _nothing(made: Made) -> list[Decimal | None]:
    return [Decimal(0), None if made.over is None else Decimal(0), Decimal(0)]


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _once(told: Told, one: Counted) -> tuple[str, ...]:
    """What counts once: the key, of most flows and ratios in each quarter, for the strongest city in each city."""
    if told["indicator"] == TOP:
        return one.made.key, one.made.city or ""
    again = told["kind"] in {"flow", "ratio"} and told["indicator"] not in EVER
    return (one.made.key, one.quarter) if again else (one.made.key,)


def _order(one: Counted) -> tuple[str, str, str, int]:
    """Of rows that claim the same key the first by quarter, centre, unit and row stands, whichever file came first."""
    if one.told["centre"] is None:  # a line of the registry
        return one.quarter, "", "", one.told["row"] or 0
    return one.quarter, one.made.centre or "", one.made.unit or "", one.told["row"] or 0


def _added(told: Told, rows: Sequence[Counted]) -> tuple[Decimal, Decimal | None, Decimal]:
    """Numerator, denominator and n of the rows that count; every key counts in one row."""
    standing = [one for one in rows if one.told["counted"]]
    assert Counter(_once(told, one) for one in standing) == Counter({_once(told, one) for one in rows})
    first: dict[tuple[str, ...], Counted] = {}
    for one in sorted(rows, key=_order):
        first.setdefault(_once(told, one), one)
    assert all(_order(one) == _order(first[_once(told, one)]) for one in standing), "not the first of a key"
    adding = standing
    if told["indicator"] == TOP:
        cities = Counter(one.made.city or "" for one in standing)
        strongest = min(cities, key=lambda city: (-cities[city], city), default="")
        adding = [one for one in standing if one.made.city == strongest]
        assert [Decimal(one.told["part"]) for one in standing] == [Decimal(one in adding) for one in standing]
    over = sum((one.made.over or Decimal(0) for one in standing), Decimal(0))
    if told["kind"] != "ratio" or told["denominator"] is None:
        assert over == 0
    return (
        sum((one.made.value for one in adding), Decimal(0)),
        None if told["denominator"] is None else over,
        sum((one.made.n for one in standing), Decimal(0)),
    )
