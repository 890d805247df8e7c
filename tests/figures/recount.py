"""The seven figures counted anew: pandas over the accepted workbooks themselves, by the words of the definitions.

Nothing of forms, parser, marts or indicators is used: headings are found by their printed text.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd
from openpyxl import load_workbook


def record(path: Path, sheet: str) -> dict[str, object]:
    """A sheet with one value a row: heading in column B, value in column D."""
    rows = load_workbook(path, data_only=True)[sheet].iter_rows(min_row=6, values_only=True)
    return {str(row[1]).removesuffix(" *"): row[3] for row in rows if row[1]}


def table(path: Path, sheet: str) -> pd.DataFrame:
    """A sheet with headings in row 5 and records from row 7."""
    rows = list(load_workbook(path, data_only=True)[sheet].iter_rows(min_row=5, values_only=True))
    headings = [str(heading).removesuffix(" *").split("（")[0] for heading in rows[0]]
    frame = pd.DataFrame(rows[2:], columns=headings, dtype=object)
    return frame[frame.notna().any(axis=1)]


def _size(row: pd.Series) -> str:
    """The 2017 standard by its own words; only industry and software occur in the demo."""
    if row["受让方类别"] != "企业":
        return "不适用"
    staff, revenue = row["受让方从业人员"], row["受让方上年营业收入"]
    if pd.isna(staff) or pd.isna(revenue) or pd.isna(row["受让方行业"]):
        return "未知"
    floors = {
        "工业": ((1000, 40000), (300, 2000), (20, 300)),
        "软件和信息技术服务业": ((300, 10000), (100, 1000), (10, 50)),
    }
    for name, (people, money) in zip(("大型", "中型", "小型"), floors[row["受让方行业"]], strict=True):
        if staff >= people and revenue >= money:
            return name
    return "微型"


def recount(
    returns: list[tuple[str, str, str, Path]], quarter: str, fellows: dict[str, set[str]], operating: set[str]
) -> dict[str, Decimal]:
    """Count from ``returns`` (quarter, centre, unit, workbook), all accepted; ``fellows`` are credit codes by centre."""
    mine = [one for one in returns if one[0] == quarter]
    sheets = {unit: record(path, "单位情况") for _, _, unit, path in mine}
    years = sum((Decimal(str(one["本季研发人员投入"])) for one in sheets.values()), Decimal(0))
    staff = {unit: one for unit, one in sheets.items() if unit in operating}
    ratio = Decimal(sum(one["季末研发与技术人员"] for one in staff.values())) / sum(
        one["季末从业人员"] for one in staff.values()
    )
    events = pd.concat(
        [
            table(path, "技术扩散").assign(centre=centre, quarter=q)
            for q, centre, _, path in returns
            if q <= quarter
        ]
    )
    events["size"] = events.apply(_size, axis=1)
    now = events[events["quarter"] == quarter]
    outside = now[
        [
            code not in fellows[centre]
            for code, centre in zip(now["受让方统一社会信用代码"], now["centre"], strict=True)
        ]
    ]
    smes = outside[outside["size"].isin(["中型", "小型", "微型"])]["受让方统一社会信用代码"].nunique()
    contracts = now[now["合同编号"].notna()].drop_duplicates("合同编号")["合同成交额"]
    return {
        "rd_person_years": years,
        "operating_rd_staff_share": ratio,
        "smes_served": Decimal(smes),
        "contract_value_wan_cny": sum((Decimal(str(value)) for value in contracts), Decimal(0)),
        "days_output_to_transfer": _median_days(returns, events, quarter),
    }


def _median_days(returns: list[tuple[str, str, str, Path]], events: pd.DataFrame, quarter: str) -> Decimal:
    outputs = pd.concat(
        [table(path, "研发产出").assign(centre=centre) for q, centre, _, path in returns if q <= quarter]
    )
    dates = outputs.groupby(["centre", "产出编号"])["取得日期"].min()
    first = events[events["产出编号"].notna()].sort_values("发生日期").drop_duplicates(["centre", "产出编号"])
    first = first[first["quarter"] == quarter]
    days = [(row["发生日期"] - dates[row["centre"], row["产出编号"]]).days for _, row in first.iterrows()]
    return Decimal(str(pd.Series(days).median()))
