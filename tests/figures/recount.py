"""The province counted anew: pandas over the accepted workbooks themselves, by the words of the definitions.

Nothing of forms, parser, marts or indicators is used: sheets and headings are found by their printed text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

Frame = pd.DataFrame
TABLES = ("研发项目", "研发产出", "技术扩散", "后续进展", "产业化", "资金与机制")
FUNDS = ("财政", "企业", "金融", "其他")
RAISED = ("股权", "贷款", "基金", "财政", "保险")
GIVEN = ("资金投入", "知识产权投入", "设备投入", "人员投入")


@dataclass(frozen=True)
class Told:
    """One accepted return: whose it is and the workbook as it was received."""

    quarter: str
    centre: str
    unit: str
    role: str
    kind: str
    path: Path


def exact(values: Iterable[Any]) -> Decimal:
    """The sum of cells, in decimals of what they show."""
    return sum((Decimal(format(float(value), ".15g")) for value in values if pd.notna(value)), Decimal(0))


def _heading(cell: Any) -> str:
    return "".join(str(cell).split("（")[0].replace("*", "").split())


def _code(cell: Any) -> Any:
    """``1401 太原`` → ``1401``: the drop-down shows code and name."""
    first, _, rest = cell.partition(" ") if isinstance(cell, str) else ("", "", "")
    return first if rest and first.isascii() and first.isalnum() else cell


def _sheets(one: Told) -> tuple[dict[str, Any], dict[str, Frame]]:
    book = pd.read_excel(one.path, sheet_name=None, header=None, engine="calamine", dtype=object)
    record = {_heading(row[1]): row[3] for row in book["单位情况"].iloc[5:].itertuples(index=False)}
    tables = {}
    for name in TABLES:
        raw = book[name]
        frame = raw.iloc[6:].set_axis([_heading(cell) for cell in raw.iloc[4]], axis=1)
        frame = frame[frame.iloc[:, 0].notna()].map(_code)
        tables[name] = frame.assign(quarter=one.quarter, centre=one.centre, unit=one.unit)
    return record, tables


class Province:
    """All accepted returns up to a quarter. ``fellows`` are the members' credit codes by centre, ``openings`` risk funds."""

    def __init__(self, told: Iterable[Told], fellows: dict[str, set[str]], openings: Decimal) -> None:
        self.told, self.fellows, self.openings = list(told), fellows, openings
        read = [_sheets(one) for one in self.told]
        self.units = pd.DataFrame(
            {**record, **vars(one)} for one, (record, _) in zip(self.told, read, strict=True)
        )
        self.tables = {
            name: pd.concat([tables[name] for _, tables in read], ignore_index=True) for name in TABLES
        }

    def now(self, name: str, quarter: str) -> Frame:
        table = self.tables[name]
        return table[table["quarter"] == quarter]

    @cached_property
    def events(self) -> Frame:
        """Diffusion outside the centre, with the size class of each recipient and year."""
        events = self.tables["技术扩散"].copy()
        inside = [
            code in self.fellows[centre]
            for code, centre in zip(events["受让方统一社会信用代码"], events["centre"], strict=True)
        ]
        events["inside"] = inside
        events["who"] = events["受让方统一社会信用代码"].fillna(events["受让方名称"])
        events["year"] = events["quarter"].str[:4]
        events["size"] = events.apply(_size, axis=1)
        known = (
            events[~events["size"].isin(["未知"])]
            .sort_values("发生日期")
            .drop_duplicates(["who", "year"], keep="last")
        )
        size = {(row["who"], row["year"]): row["size"] for _, row in known.iterrows()}
        events["size"] = [size.get(key, "未知") for key in zip(events["who"], events["year"], strict=True)]
        return events


def _size(row: pd.Series) -> str:
    """The 2017 standard by its own words; only industry and software occur in the demo."""
    if row["受让方类别"] != "企业":
        return "不适用"
    if row["受让方行业"] == "其他行业":
        return "未知"  # the table of sizes has no floors for it
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


def recount(province: Province, quarter: str) -> dict[str, Decimal]:
    """The province's figures of one quarter by code; breakdowns as ``code|dimension:member``."""
    found: dict[str, Decimal] = {}
    for count in (_people, _projects, _outputs, _diffusion, _money, _finance):
        found |= count(province, quarter)
    return found


def _people(province: Province, quarter: str) -> dict[str, Decimal]:
    units = province.units
    now = units[units["quarter"] == quarter].drop_duplicates("unit")
    lead = now[now["role"] == "运营主体"]
    staff, employees = exact(lead["季末研发与技术人员"]), exact(lead["季末从业人员"])
    return {
        "rd_person_years": exact(now["本季研发人员投入"]),
        "unit_rd_spend_wan_cny": exact(now["本季研发投入"]),
        "operating_rd_staff_share": staff / employees,
        "operating_rd_intensity": exact(lead["本季研发投入"]) / exact(lead["本季成本费用总额"]),
    }


def _projects(province: Province, quarter: str) -> dict[str, Decimal]:
    now = province.now("研发项目", quarter)
    once = now.drop_duplicates(["centre", "项目编号"])
    active = once[once["项目状态"] == "在研"]
    spend = {fund: exact(now[f"本季{fund}资金支出"]) for fund in FUNDS}
    classes = active["技术类别"].value_counts()
    return {
        "rd_spend_wan_cny": sum(spend.values(), Decimal(0)),
        **{f"rd_spend_wan_cny|fund:{fund}": value for fund, value in spend.items()},
        "projects_active": Decimal(len(active)),
        "projects_commissioned": Decimal(int((active["项目来源"] != "自主").sum())),
        "projects_common_key": Decimal(int(classes.get("共性关键技术", 0))),
        "projects_frontier": Decimal(int(classes.get("前沿技术", 0))),
        "projects_applicable": Decimal(int(classes.get("先进实用技术", 0))),
    }


def _outputs(province: Province, quarter: str) -> dict[str, Decimal]:
    now = province.now("研发产出", quarter).copy()
    number = now["专利号、标准号或登记号"].str.replace(r"^ZL|[ .]", "", regex=True)
    now["result"] = number.fillna(now["centre"] + now["产出编号"])
    once = now.drop_duplicates(["产出类型", "result"])
    kinds = once["产出类型"].value_counts()
    return {
        "outputs": Decimal(len(once)),
        **{f"outputs|kind:{kind}": Decimal(int(n)) for kind, n in kinds.items()},
        "invention_patents_granted": Decimal(int(kinds.get("发明专利授权", 0))),
        "standards_led": Decimal(int(kinds.get("标准", 0))),
        "key_breakthroughs": Decimal(int(kinds.get("关键技术突破", 0))),
    }


def _diffusion(province: Province, quarter: str) -> dict[str, Decimal]:
    every = province.events
    outside = every[~every["inside"]]
    now = outside[outside["quarter"] == quarter]
    firms = now[now["受让方类别"] == "企业"]
    smes = firms[firms["size"].isin(["中型", "小型", "微型"])]
    before = outside[(outside["quarter"] < quarter) & outside["size"].isin(["中型", "小型", "微型"])]
    contents = now["扩散内容"].value_counts()
    known = firms[firms["size"] != "未知"]
    return {
        "diffusion_events": Decimal(len(now)),
        **{f"diffusion_events|content:{content}": Decimal(int(n)) for content, n in contents.items()},
        "diffusion_events_inside": Decimal(int((every[every["quarter"] == quarter]["inside"]).sum())),
        "enterprises_served": Decimal(firms["who"].nunique()),
        "smes_served": Decimal(smes["who"].nunique()),
        "smes_new": Decimal(len(set(smes["who"]) - set(before["who"]))),
        "sme_event_share": Decimal(len(smes)) / len(known),
        "cities_reached": Decimal(now[now["受让方所在地"].str.len() == 4]["受让方所在地"].nunique()),
        "people_trained": exact(every[every["quarter"] == quarter]["培训人次"]),
    }


def _money(province: Province, quarter: str) -> dict[str, Decimal]:
    contracts = province.events[province.events["合同编号"].notna()].sort_values(["quarter", "发生日期"])
    first = contracts.drop_duplicates("合同编号")
    now = first[first["quarter"] == quarter]
    more = province.now("后续进展", quarter)
    products = province.now("产业化", quarter)
    return {
        "contracts": Decimal(len(now)),
        "contract_value_wan_cny": exact(now["合同成交额"]),
        "received_wan_cny": exact(more[more["进展类型"] == "到账"]["到账金额"]),
        "new_product_sales_wan_cny": exact(products["本季销售额"]),
        "sme_sales_share": exact(products["其中销往中小企业"]) / exact(products["本季销售额"]),
    }


def _finance(province: Province, quarter: str) -> dict[str, Decimal]:
    now, ever = province.now("资金与机制", quarter), province.tables["资金与机制"]
    ever = ever[ever["quarter"] <= quarter]

    def total(frame: Frame, *kinds: str) -> Decimal:
        return exact(frame[frame["事项类型"].isin(kinds)]["金额"])

    return {
        "funds_raised_wan_cny": total(now, *RAISED),
        **{f"funds_raised_wan_cny|kind:{kind}": total(now, kind) for kind in RAISED},
        "member_contributions_wan_cny": total(now, *GIVEN),
        "distributions_wan_cny": total(now, "收益分配"),
        "risk_fund_balance_wan_cny": province.openings
        + total(ever, "风险金缴存")
        - total(ever, "风险金赔付"),
    }
