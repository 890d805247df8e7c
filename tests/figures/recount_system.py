"""System: what the registry says of centres and members on a quarter's last day."""

from __future__ import annotations

import pandas as pd

from tests.figures.recount_add import Count, count
from tests.figures.recount_province import Province, holding, last_day
from tests.figures.recount_returns import SCALE, Frame

PARTNERS = {"企业", "科研院所", "高校", "金融机构"}


def _centres(province: Province) -> Frame:
    """One row a centre and quarter, with its stage on the last day and whether all four kinds of partner belong to it."""
    spans = province.listed["stages"].merge(province.listed["centres"], on="centre")
    each = [
        spans[holding(spans, last_day(quarter), last_day(quarter))].assign(quarter=quarter)
        for quarter in province.quarters
    ]
    rows = pd.concat(each, ignore_index=True).assign(unit="")
    members = province.members[province.members["at_end"]]
    kinds = members.groupby(["quarter", "centre"])["kind"].agg(set)
    whole = [kinds.get(key, set()) >= PARTNERS for key in zip(rows["quarter"], rows["centre"], strict=True)]
    return rows.assign(recognised=rows["stage"].isin(["省级", "国家级"]), whole=whole)


def counts(province: Province) -> dict[str, Count]:
    centres = _centres(province)
    recognised = centres[centres["recognised"]]
    members = province.members[province.members["at_end"]]
    how = {"whose_city": "registry", "last": True}
    joint = (recognised["legal_form"] == "股份有限公司") * SCALE
    kinds = {"kind": ("kind", province.codes("单位类别"))}
    return {
        "centres_recognised": count("stock", recognised, ["centre"], **how),
        "centres_cultivated": count("stock", centres[centres["stage"] == "培育"], ["centre"], **how),
        "centres_national": count("stock", centres[centres["stage"] == "国家级"], ["centre"], **how),
        "field_groups_covered": count("distinct", recognised, ["field"], **how),
        "field_branches_covered": count("distinct", recognised, ["branch"], **how),
        "cities_with_centre": count("distinct", recognised, ["city"], **how),
        "joint_stock_share": count("ratio", recognised, ["centre"], joint, SCALE, **how),
        "member_units": count("stock", members, ["unit"], by=kinds, **how),
        "centres_all_kinds": count("stock", recognised[recognised["whole"]], ["centre"], **how),
    }
