"""Money, industrialisation and outcome: payments, first uses, sales, finance, and what enterprises made of a year."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from tests.figures.recount_add import Count, count
from tests.figures.recount_credit import credits_of
from tests.figures.recount_province import Province, first_day, last_day
from tests.figures.recount_returns import SCALE, Frame, exact

RAISED = ("股权", "贷款", "基金", "财政", "保险")
GIVEN = ("资金投入", "知识产权投入", "设备投入", "人员投入")
FUND_MOVES = {"风险金缴存": 1, "风险金赔付": -1}
ROW = ["centre", "unit", "quarter", "row"]


def counts(province: Province) -> dict[str, Count]:
    return _paid(province) | _used(province) | _sold(province) | _finance(province) | _outcome(province)


def _own_first(rows: Frame) -> Frame:
    """Of several events that bear the number a row names, the unit's own goes first, then the earliest."""
    rows = rows.assign(foreign=rows["unit"] != rows["unit_told"])
    rows = rows.sort_values([*ROW, "foreign", "quarter_told", "unit_told", "row_told"], kind="stable")
    return rows.drop_duplicates(ROW)


def _with_event(province: Province, rows: Frame) -> Frame:
    """Follow-ups with the event they are about, as far as the centre has reported one of that number."""
    told = province.events[["centre", "事项编号", "quarter", "unit", "row", "city", "产出编号"]]
    told = told.rename(columns={"事项编号": "事项或产出编号"})
    return _own_first(rows.merge(told, on=["centre", "事项或产出编号"], how="left", suffixes=("", "_told")))


def _paid(province: Province) -> dict[str, Count]:
    rows = province.table("后续进展")
    paid = _with_event(province, rows[rows["进展类型"] == "到账"])
    paid = paid.assign(city=paid["city_told"])
    return {"received_wan_cny": count("flow", paid, ROW, exact(paid["到账金额"]), whose_city="recipient")}


def _used(province: Province) -> dict[str, Count]:
    uses = _first_uses(province)
    uses = uses[uses["first"] >= first_day(province.quarters[0])]
    dated = uses[uses["days"] >= 0]
    claims = uses[uses["applied"] | (uses["used"] == uses["first"])]
    claims = claims.assign(claim="首次应用", identifier=claims["subject"], share=pd.NA)
    return {
        "first_applications": count("distinct", uses, ["subject"], ever=True),
        "first_applications_credited": credits_of(claims, province),
        "days_output_to_first_use": count(
            "median", dated, ["subject"], dated["days"].astype(int) * SCALE, ever=True, least=5
        ),
    }


def _first_uses(province: Province) -> Frame:
    """Reports of first use from both sheets: what was used, the earliest day anybody gives, and days since the output."""
    more, sold = province.table("后续进展"), province.table("产业化")
    applied = _with_event(province, more[more["进展类型"] == "首次应用"])
    number = applied["产出编号"].fillna(applied["事项或产出编号"])
    applied = applied.assign(number=number, used=applied["发生日期"].astype(str))
    sold = sold[sold["产出编号"].notna()].assign(
        number=sold["产出编号"], used=sold["首次销售日期"].astype(str)
    )
    applied, sold = applied.assign(applied=True), sold.assign(applied=False)
    columns = [*ROW, "field", "city", "number", "used", "applied"]
    rows = pd.concat([applied[columns], sold[columns]], ignore_index=True)
    results = province.outputs.drop_duplicates(["centre", "产出编号"]).set_index(["centre", "产出编号"])[
        "result"
    ]
    named = rows.join(results, on=["centre", "number"])
    subject = named["result"].fillna(named["centre"] + "|" + named["number"])
    named = named.assign(subject=subject).sort_values(ROW)
    named["first"] = named.groupby("subject")["used"].transform("min")
    achieved = province.outputs.groupby("result")["取得日期"].min()
    since = pd.to_datetime(named["subject"].map(achieved))
    return named.assign(days=(pd.to_datetime(named["first"]) - since).dt.days)


def _sold(province: Province) -> dict[str, Count]:
    rows = province.table("产业化")
    sales, to_smes = exact(rows["本季销售额"]), exact(rows["其中销往中小企业"])
    product = ["unit", "产品或工艺名称"]
    return {
        "new_product_sales_wan_cny": count("flow", rows, product, sales),
        "sme_sales_share": count("ratio", rows, product, to_smes, sales),
    }


def _finance(province: Province) -> dict[str, Count]:
    rows = province.table("资金与机制")
    rows["amount"] = exact(rows["金额"])
    event = ["centre", "unit", "事项编号"]

    def total(kinds: tuple[str, ...], **how: object) -> Count:
        chosen = rows[rows["事项类型"].isin(kinds)]
        return count("flow", chosen, event, chosen["amount"], **how)

    raised = rows[rows["事项类型"].isin(RAISED)]
    fiscal = raised["事项类型"] == "财政"
    return {
        "funds_raised_wan_cny": total(RAISED, by={"kind": ("事项类型", RAISED)}),
        "member_contributions_wan_cny": total(GIVEN, by={"kind": ("事项类型", GIVEN)}),
        "distributions_wan_cny": total(("收益分配",)),
        "nonfiscal_per_fiscal": count(
            "ratio", raised, event, raised["amount"].where(~fiscal, 0), raised["amount"].where(fiscal, 0)
        ),
        "risk_fund_balance_wan_cny": _risk_funds(province, rows),
    }


def _risk_funds(province: Province, rows: Frame) -> Count:
    """What each centre's fund held when its returns began, and every payment in or out since, as of each quarter."""
    moves = rows[rows["事项类型"].isin(FUND_MOVES)].merge(
        province.listed["openings"], on="centre", how="left"
    )
    moves = moves[moves["at"].isna() | (moves["发生日期"].astype(str) > moves["at"])]
    moves = moves.assign(change=moves["amount"] * moves["事项类型"].map(FUND_MOVES), what=moves["quarter"])
    each = []
    for quarter in province.quarters:
        opened = province.listed["openings"].assign(quarter=quarter, row=0, what="期初", 事项编号="")
        opened = opened[opened["at"] <= last_day(quarter)]
        lead = province.members[province.members["at_end"] & (province.members["role"] == "运营主体")]
        opened = opened.merge(lead[["centre", "quarter", "unit"]], on=["centre", "quarter"], how="left")
        opened["change"] = exact(opened["risk_fund_wan_cny"].astype(float))
        known = moves[moves["quarter"] <= quarter].assign(quarter=quarter)
        each += [opened.assign(field=opened["centre"].map(province.fields)), known]
    every = pd.concat(each, ignore_index=True).assign(city=None)
    return count("stock", every, ["centre", "unit", "what", "事项编号"], every["change"], last=True)


def _outcome(province: Province) -> dict[str, Count]:
    made, staff = province.of_year("本季增加值"), province.of_year("季末从业人员")
    revenue = province.of_year("本季营业收入")
    marks = province.listed["thresholds"]
    marks = marks[(marks["indicator"] == "leading_enterprises") & (marks["mark"] == "floor")]
    floors = {
        quarter: float(
            marks[marks["valid_from"] <= last_day(quarter)].sort_values("valid_from")["value"].iloc[-1]
        )
        for quarter in province.quarters
    }
    (raised,) = [
        quarter for before, quarter in pairwise(province.quarters) if floors[before] != floors[quarter]
    ]

    def leads(floor: float | pd.Series) -> pd.Series:
        return (revenue["year"] >= floor * SCALE).astype(int) * SCALE

    smes = province.events[~province.events["inside"] & province.events["sme"]]
    smes = smes[smes["city"].str.len() == 4]
    return {
        "labour_productivity_wan_cny": count(
            "ratio", made, ["unit"], made["year"], staff["year"] // 4, last=True
        ),
        "leading_enterprises": count(
            "stock",
            revenue,
            ["unit"],
            leads(revenue["quarter"].map(floors)),
            last=True,
            least=1,
            since=raised,
            anew=count("stock", revenue, ["unit"], leads(floors[raised])).rows,
        ),
        "top_city_share": count("ratio", smes, ["who"], over=SCALE, whose_city="recipient", top=True),
    }
