"""R&D supply: units' own sheets, projects, outputs and the shares of credit in them."""

from __future__ import annotations

import pandas as pd

from tests.figures.recount_add import Count, count
from tests.figures.recount_credit import credits_of
from tests.figures.recount_province import Province, first_day
from tests.figures.recount_returns import Frame, exact

FUNDS = ("财政", "企业", "金融", "其他")
PROJECT = ["centre", "项目编号"]
# The outputs counted one by one beside their sum: their kind, and the list a figure is broken down by.
KINDS = {
    "outputs": (None, {"kind": ("产出类型", "产出类型")}),
    "invention_patents_granted": ("发明专利授权", {}),
    "standards_led": ("标准", {"level": ("标准级别", "标准级别")}),
    "key_breakthroughs": ("关键技术突破", {}),
}


def counts(province: Province) -> dict[str, Count]:
    return _units(province) | _spend(province) | _projects(province) | _outputs(province)


def _units(province: Province) -> dict[str, Count]:
    told = province.told
    lead = told[(told["role"] == "运营主体") & told["at_end"]]
    spend, cost = exact(lead["本季研发投入"]), exact(lead["本季成本费用总额"])
    staff, employees = exact(lead["季末研发与技术人员"]), exact(lead["季末从业人员"])
    return {
        "unit_rd_spend_wan_cny": count("flow", told, ["unit"], exact(told["本季研发投入"])),
        "rd_person_years": count("flow", told, ["unit"], exact(told["本季研发人员投入"])),
        "operating_rd_intensity": count("ratio", lead, ["unit"], spend, cost),
        "operating_rd_staff_share": count("ratio", lead, ["unit"], staff, employees),
    }


def _spend(province: Province) -> dict[str, Count]:
    rows = province.table("研发项目")
    by_fund = [rows.assign(spend=exact(rows[f"本季{fund}资金支出"]), part=f"fund:{fund}") for fund in FUNDS]
    whole = rows.assign(spend=sum(one["spend"] for one in by_fund), part="")
    every = pd.concat([whole, *by_fund], ignore_index=True)
    made = count("flow", every, ["centre", "unit", "项目编号"], every["spend"])
    parted = made.rows.assign(part=every["part"])
    return {"rd_spend_wan_cny": Count("flow", parted, tuple(f"fund:{fund}" for fund in FUNDS))}


def _projects(province: Province) -> dict[str, Count]:
    rows = province.table("研发项目")
    active = rows[rows["项目状态"] == "在研"]
    classes = active["技术类别"]
    stages = {"stage": ("所处环节", province.codes("所处环节"))}
    return {
        "projects_active": count("distinct", active, PROJECT, by=stages),
        "projects_commissioned": count("distinct", active[active["项目来源"] != "自主"], PROJECT),
        "projects_common_key": count("distinct", active[classes == "共性关键技术"], PROJECT),
        "projects_frontier": count("distinct", active[classes == "前沿技术"], PROJECT),
        "projects_applicable": count("distinct", active[classes == "先进实用技术"], PROJECT),
        "trl_advances": count("flow", _risen(rows), PROJECT),
    }


def _risen(rows: Frame) -> Frame:
    """Projects above the TRL they were last reported with; one not reported before, above its start if it began now."""
    trl = rows["季末技术成熟度"]
    told = rows.assign(trl=trl).groupby([*PROJECT, "quarter"], as_index=False)["trl"].max()
    told["before"] = told.sort_values("quarter").groupby(PROJECT)["trl"].shift()
    rows = rows.merge(told[[*PROJECT, "quarter", "before"]], on=[*PROJECT, "quarter"])
    began = rows["立项日期"].astype(str) >= rows["quarter"].map(first_day)
    before = rows["before"].fillna(rows["立项时技术成熟度"].where(began))
    return rows[rows["季末技术成熟度"] > before.astype(float)]


def _outputs(province: Province) -> dict[str, Count]:
    rows = province.outputs
    rows = rows.assign(
        claim=rows["产出类型"],
        identifier=rows["result"].str.partition("|")[2],
        share=exact(rows["本单位贡献份额"]),
    )
    found = {}
    for code, (kind, lists) in KINDS.items():
        chosen = rows if kind is None else rows[rows["产出类型"] == kind]
        by = {dimension: (column, province.codes(title)) for dimension, (column, title) in lists.items()}
        found[code] = count("distinct", chosen, ["result"], by=by, ever=True)
        found[f"{code}_credited"] = credits_of(chosen, province)
    return found
