"""Technology output: events, those they reach, their contracts, and how long results wait for them."""

from __future__ import annotations

import pandas as pd

from tests.figures.recount_add import Count, count
from tests.figures.recount_credit import credits_of
from tests.figures.recount_province import Province
from tests.figures.recount_returns import SCALE, Frame, exact

EVENT = ["centre", "unit", "事项编号"]
CITY = {"whose_city": "recipient"}
TRAINED_ELSEWHERE = "2026-Q1"  # from when on the training of recipients outside the province counts


def counts(province: Province) -> dict[str, Count]:
    events = province.events
    return _events(province, events) | _served(events) | _contracts(province, events) | _waiting(province)


def _events(province: Province, events: Frame) -> dict[str, Count]:
    outside = events[~events["inside"]]
    trained = events[events["培训人次"].notna()]
    then = trained[(trained["city"].str.len() == 4) | (trained["quarter"] >= TRAINED_ELSEWHERE)]
    anew = count("flow", trained, EVENT, exact(trained["培训人次"])).rows
    by = {
        "content": ("扩散内容", province.codes("扩散内容")),
        "mode": ("扩散方式", province.codes("扩散方式")),
    }
    return {
        "diffusion_events": count("flow", outside, EVENT, by=by, **CITY),
        "diffusion_events_inside": count("flow", events[events["inside"]], EVENT, **CITY),
        "people_trained": count(
            "flow", then, EVENT, exact(then["培训人次"]), since=TRAINED_ELSEWHERE, anew=anew, **CITY
        ),
    }


def _served(events: Frame) -> dict[str, Count]:
    outside = events[~events["inside"]]
    firms = outside[outside["size"] != "不适用"]
    smes, known = outside[outside["sme"]], firms[firms["size"] != "未知"]
    here = outside[outside["city"].str.len() == 4]
    to_sme = firms["sme"].astype(int)
    return {
        "enterprises_served": count("distinct", firms, ["who"], **CITY),
        "smes_served": count("distinct", smes, ["who"], **CITY),
        "smes_new": count("distinct", firms, ["who"], to_sme * SCALE, n=to_sme, ever=True, warm_up=4, **CITY),
        "cities_reached": count("distinct", here, ["city"], **CITY),
        "sme_event_share": count("ratio", known, EVENT, known["sme"] * SCALE, SCALE, **CITY),
        "size_unknown_share": count(
            "ratio", firms, ["who"], (firms["size"] == "未知") * SCALE, SCALE, **CITY
        ),
    }


def _contracts(province: Province, events: Frame) -> dict[str, Count]:
    signed = events[events["contract"].notna()]
    registered = signed[signed["技术合同登记号"].notna()]
    traded = signed[signed["技术交易额"].notna()]
    once = {"ever": True, **CITY}
    claims = signed.assign(
        claim=signed["by_registration"].map({True: "技术合同登记", False: "技术合同"}),
        identifier=signed["contract"].str.removeprefix("登记|"),
        share=pd.NA,
    )
    return {
        "contracts": count("distinct", signed, ["contract"], **once),
        "contracts_credited": credits_of(claims, province, **CITY),
        "contract_value_credited_wan_cny": credits_of(claims, province, exact(claims["合同成交额"]), **CITY),
        "contracts_registered": count("distinct", registered, ["contract"], **once),
        "contract_value_wan_cny": count("flow", signed, ["contract"], exact(signed["合同成交额"]), **once),
        "transaction_value_wan_cny": count("flow", traded, ["contract"], exact(traded["技术交易额"]), **once),
    }


def _waiting(province: Province) -> dict[str, Count]:
    outputs, events = province.outputs, province.events
    dated = outputs.groupby(["centre", "产出编号"], as_index=False)["取得日期"].min()
    moved = events.merge(dated, on=["centre", "产出编号"])
    moved = moved[moved["发生日期"] >= moved["取得日期"]].sort_values(
        ["发生日期", "centre", "unit", "row"], kind="stable"
    )
    first = moved.drop_duplicates(["centre", "产出编号"])
    days = (pd.to_datetime(first["发生日期"]) - pd.to_datetime(first["取得日期"])).dt.days * SCALE
    return {
        "days_output_to_transfer": count("median", first, ["centre", "产出编号"], days, least=5, **CITY),
        "outputs_waiting": count("stock", _stock(province, moved), ["result"], last=True),
    }


def _stock(province: Province, moved: Frame) -> Frame:
    """One row a claimed result and quarter at whose end it was known and, whoever claims it, not yet transferred."""
    names = province.outputs[["centre", "产出编号", "result"]].drop_duplicates()
    gone = moved.merge(names, on=["centre", "产出编号"]).groupby("result")["quarter"].min()
    claims = province.outputs[province.outputs["产出类型"] != "论文"]
    claims = claims.drop_duplicates(["centre", "unit", "result"]).assign(
        gone=lambda rows: rows["result"].map(gone)
    )
    each = [
        claims[(claims["quarter"] <= quarter) & ~(claims["gone"] <= quarter)].assign(quarter=quarter)
        for quarter in province.quarters
    ]
    return pd.concat(each, ignore_index=True)
