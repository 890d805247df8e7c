"""What the registry says of who belongs where, and of how large an enterprise is: looked up, never taken from a trace."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cached_property

from tests.figures.recount_province import first_day, last_day
from tests.figures.recount_returns import Kept


class Listed:
    """The registry's CSV files, by what recomputing a row asks of them."""

    def __init__(self, kept: Kept) -> None:
        self._tables = {
            name: table.to_dict("records") for name, table in kept.listed.items() if name != "office"
        }
        self.fields = {row["centre"]: row["field"] for row in self._tables["centres"]}
        self.seats = {row["centre"]: row["city"] for row in self._tables["centres"]}
        self.homes = {row["unit"]: row["city"] for row in self._tables["units"]}
        self.kinds = {row["unit"]: row["kind"] for row in self._tables["units"]}
        self.opened = {row["centre"]: row["at"] for row in self._tables["openings"]}

    @cached_property
    def _members(self) -> dict[tuple[str, str], list[dict[str, str]]]:
        found: dict[tuple[str, str], list[dict[str, str]]] = {}
        for row in self._tables["memberships"]:
            found.setdefault((row["centre"], row["unit"]), []).append(row)
        return found

    @cached_property
    def _units(self) -> dict[str, str]:
        return {row["uscc"]: row["unit"] for row in self._tables["units"]}

    def role(self, centre: str, unit: str, quarter: str) -> str:
        """The last role a unit had in a centre on any day of a quarter."""
        touching = [
            row
            for row in self._members[centre, unit]
            if row["from"] <= last_day(quarter) and (not row["to"] or row["to"] >= first_day(quarter))
        ]
        return max(touching, key=lambda row: row["from"])["role"]

    def belongs(self, centre: str, unit: str, day: str) -> bool:
        """Whether a unit is a member of a centre on a day."""
        return any(holds(row, day) for row in self._members.get((centre, unit), ()))

    def inside(self, centre: str, uscc: str | None, day: date) -> bool:
        """Whether whoever bears a credit code is a member of a centre on a day."""
        return self.belongs(centre, self._units.get(uscc or "", ""), str(day))

    def lead(self, centre: str, quarter: str) -> str | None:
        """The operating company of a quarter's last day."""
        rows = [row for row in self._tables["memberships"] if row["centre"] == centre]
        leads = [row["unit"] for row in rows if row["role"] == "运营主体" and holds(row, last_day(quarter))]
        return min(leads, default=None)

    def floor(self, quarter: str) -> Decimal:
        """What four quarters of a leading enterprise's revenue come to at least."""
        marks = [
            (row["valid_from"], Decimal(row["value"]))
            for row in self._tables["thresholds"]
            if (row["indicator"], row["mark"]) == ("leading_enterprises", "floor")
        ]
        return max(one for one in marks if one[0] <= last_day(quarter))[1]

    def size(
        self, industry: str | None, employees: Decimal | None, revenue: Decimal | None, day: date
    ) -> str:
        """The largest class of the newest table in force both of whose floors are met; 未知 where an input is missing."""
        if industry is None or employees is None or revenue is None:
            return "未知"
        met = [
            (row["valid_from"], int(row["min_employees"]), int(row["min_revenue_wan_cny"]), row["size"])
            for row in self._tables["sizes"]
            if row["industry"] == industry
            and row["valid_from"] <= str(day)
            and employees >= int(row["min_employees"])
            and revenue >= int(row["min_revenue_wan_cny"])
        ]
        return max(met)[-1] if met else "未知"


def holds(span: dict[str, str], day: str) -> bool:
    """Whether a line that holds from a day to a day (open where blank) holds on a day."""
    return span["from"] <= day and (not span["to"] or span["to"] >= day)
