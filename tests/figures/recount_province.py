"""The province as its registry and accepted workbooks tell it: what several indicators rest on, made once."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pandas as pd

from tests.figures.recount_calendar import Calendar
from tests.figures.recount_returns import Books, Frame, Kept, claimed, exact

SME = ("中型", "小型", "微型")


def first_day(quarter: str) -> str:
    return str(pd.Period(quarter.replace("-", ""), "Q").start_time.date())


def last_day(quarter: str) -> str:
    return str(pd.Period(quarter.replace("-", ""), "Q").end_time.date())


def holding(rows: Frame, since: object, until: object) -> pd.Series:
    """Which spans (from, to, blank while open) touch the days from ``since`` to ``until``, all as ISO text."""
    return (rows["from"] <= until) & (rows["to"].isna() | (rows["to"] >= since))


def _contracts(rows: Frame) -> tuple[pd.Series, pd.Series]:
    """Which contract a row is of, and whether its registration names it: the number, unless several claimants give
    contracts they number differently one registration."""
    number, registration = claimed(rows["合同编号"]), claimed(rows["技术合同登记号"])
    told = Frame(
        {"number": number, "registration": registration, "who": rows["unit"] + "|" + rows["centre"]}
    ).dropna()
    shared = told.groupby("registration").nunique()
    shared = shared[(shared["number"] > 1) & (shared["who"] > 1)]
    names = told[told["registration"].isin(shared.index)].groupby("number")["registration"].min()
    named = number.map({one: f"登记|{name}" for one, name in names.items()}).astype(object)
    return named.fillna(number), named.notna()


class Province:
    """Registry and accepted workbooks, with the field of each row's centre and the city of its unit."""

    def __init__(self, kept: Kept) -> None:
        self.kept, self.listed, self.books = kept, kept.listed, Books(kept)
        self.fields = self.listed["centres"].set_index("centre")["field"]
        self.homes = self.listed["units"].set_index("unit")["city"]
        self.returns = self.at_home(self.books.returns)
        self.quarters = tuple(sorted(self.returns["quarter"].unique()))

    def at_home(self, rows: Frame) -> Frame:
        return rows.assign(field=rows["centre"].map(self.fields), city=rows["unit"].map(self.homes))

    def table(self, name: str) -> Frame:
        return self.at_home(self.books.tables[name])

    def codes(self, title: str) -> list[str]:
        """The members of a code list, as the form prints them."""
        return self.books.codes[title]

    @cached_property
    def calendar(self) -> Calendar:
        here = [one for one in self.codes("受让方所在地") if len(one) == 4]
        seen = self.books.tables["技术扩散"]["受让方所在地"].dropna()
        places = {
            "province": ["province"],
            "field": self.codes("所属领域"),
            "city": here,
            "centre": list(self.listed["centres"]["centre"]),
            "recipient": [*here, *seen],
        }
        return Calendar(self.quarters, self.returns, places)

    @cached_property
    def members(self) -> Frame:
        """Who belongs to which centre: one row a membership and quarter it touches, the last one of a unit's."""
        spans = self.listed["memberships"].merge(self.listed["units"][["unit", "kind"]], on="unit")
        each = [
            spans[holding(spans, first_day(quarter), last_day(quarter))]
            .sort_values("from")
            .drop_duplicates(["centre", "unit"], keep="last")
            .assign(quarter=quarter)
            for quarter in self.quarters
        ]
        found = self.at_home(pd.concat(each, ignore_index=True))
        found["at_end"] = found["to"].isna() | (found["to"] >= found["quarter"].map(last_day))
        return found.sort_values(["quarter", "centre", "unit"], ignore_index=True)

    @cached_property
    def told(self) -> Frame:
        """One row an accepted return, with what the registry says of the member that sent it."""
        whose = ["quarter", "centre", "unit"]
        return self.returns.merge(self.members[[*whose, "role", "kind", "at_end"]], on=whose).sort_values(
            whose
        )

    @cached_property
    def outputs(self) -> Frame:
        """Outputs with the ``result`` they name: kind and identifier, or where there is none the centre's own number."""
        rows = self.table("研发产出")
        own = rows["centre"] + "|" + rows["产出编号"]
        return rows.assign(
            result=rows["产出类型"] + "|" + claimed(rows["专利号、标准号或登记号"]).fillna(own)
        )

    @cached_property
    def events(self) -> Frame:
        """Diffusion: who was served, of which size that year, whether a fellow member (对内), and in which city."""
        rows = self.table("技术扩散")
        day = rows["发生日期"].astype(str)
        rows["who"] = rows["受让方统一社会信用代码"].fillna(rows["受让方名称"])
        rows["city"] = rows["受让方所在地"]
        rows["contract"], rows["by_registration"] = _contracts(rows)
        rows["inside"] = [
            self._fellows(*one)
            for one in zip(rows["centre"], rows["受让方统一社会信用代码"], day, strict=True)
        ]
        rows["size"] = self._sizes(rows)
        rows["sme"] = rows["size"].isin(SME)
        return rows

    @cached_property
    def _spans(self) -> dict[tuple[str, str], Frame]:
        spans = self.listed["memberships"].merge(self.listed["units"][["unit", "uscc"]], on="unit")
        return dict(list(spans.groupby(["centre", "uscc"])))

    def _fellows(self, centre: str, uscc: str | None, day: str) -> bool:
        spans = self._spans.get((centre, uscc or ""))
        return spans is not None and bool(holding(spans, day, day).any())

    def _sizes(self, rows: Frame) -> pd.Series:
        """The class of each recipient, computed once a year from its latest row that tells all that is needed."""
        asked = ["受让方从业人员", "受让方上年营业收入", "受让方行业"]
        rows = rows.assign(year=rows["quarter"].str[:4], whole=rows[asked].notna().all(axis=1))
        latest = rows.sort_values(["whole", "发生日期"], kind="stable").drop_duplicates(
            ["who", "year"], keep="last"
        )
        sizes = {(row.who, row.year): self._size(row) for row in latest.itertuples()}
        return pd.Series(
            [sizes[key] for key in zip(rows["who"], rows["year"], strict=True)], index=rows.index
        )

    @cached_property
    def _floors(self) -> dict[str, Frame]:
        """By industry the classes of the dated table, the largest first."""
        floors = self.listed["sizes"].astype({"min_employees": int, "min_revenue_wan_cny": int})
        floors = floors.sort_values(["valid_from", "min_employees"], ascending=False)
        return dict(list(floors.groupby("industry")))

    def _size(self, row: Any) -> str:
        """The largest class both of whose floors are met; unknown where an input is missing or the table has no class."""
        if row.受让方类别 != "企业":
            return "不适用"
        if not row.whole or row.受让方行业 not in self._floors:
            return "未知"
        floors = self._floors[row.受让方行业]
        floors = floors[floors["valid_from"] <= str(row.发生日期)]
        met = (floors["min_employees"] <= row.受让方从业人员) & (
            floors["min_revenue_wan_cny"] <= row.受让方上年营业收入
        )
        return str(floors["size"][met].iloc[0])

    def of_year(self, column: str) -> Frame:
        """Member enterprises of a quarter's last day with returns in it and the three before: a column's four quarters."""
        once = self.returns.drop_duplicates(["quarter", "unit"])
        said = once.assign(said=exact(once[column])).pivot(index="unit", columns="quarter", values="said")
        year = said.astype(float).T.sort_index().rolling(4).sum().T  # blank unless all four are there
        rows = self.told[self.told["at_end"] & (self.told["kind"] == "企业")]
        sums = [year[quarter].get(unit) for unit, quarter in zip(rows["unit"], rows["quarter"], strict=True)]
        rows = rows.assign(year=sums)
        return rows[rows["year"].notna()]
