"""Sentences and notes that a reader can check against the table they stand beside: they must hold of it."""

from __future__ import annotations

import pytest

from reports.chapters import centres, diffusion, rd
from reports.wording import wording
from tests.wording.facts import NOW, centre, facts, reading, retold

ZH, EN = wording("zh"), wording("en")
ONE = {"甲": "accepted"}


def by_centre(code, whole, recognised, cultivated=()):
    """Facts of centres A, B, C, … with one figure each, the recognised first."""
    values = dict(zip("ABCDEFGH", (*recognised, *cultivated), strict=False))
    told = retold(
        facts({(code, "quarter"): whole, ("centres_recognised", "quarter"): len(recognised)}, ONE),
        centres=tuple(centre(name, recognised=at < len(recognised)) for at, name in enumerate(values)),
    )
    more = {(code, str(NOW), "quarter", "centre", name, ""): reading(value) for name, value in values.items()}
    return retold(told, readings=dict(told.readings) | more)


@pytest.mark.parametrize(
    ("recognised", "cultivated", "leading", "english"),
    [
        (
            (9, 8, 6, 2),
            (),
            "服务中小企业最多的是示例A、示例B、示例C，占各中心合计 25 家次的 92%。",
            "Example A, Example B, Example C served most SMEs: 92% of the 25 that all centres add up to.",
        ),
        (
            (11, 8, 8, 8, 8),
            (10,),
            "服务中小企业最多的是示例A、示例F，占各中心合计 53 家次的 40%。",
            "Example A, Example F served most SMEs: 40% of the 53 that all centres add up to.",
        ),
        (
            (11, 8, 8, 8, 8),
            (4,),
            "服务中小企业最多的是示例A，占各中心合计 47 家次的 23%。",
            "Example A served most SMEs: 23% of the 47 that all centres add up to.",
        ),
        ((8, 8, 8, 8, 3), (), "", ""),
        ((0, 0, 0, 0), (), "", ""),
    ],
    ids=["three", "one in cultivation", "a tie", "all alike", "nobody"],
)
def test_leaders_are_ahead_of_all_others_and_their_share_is_of_what_all_centres_add_up_to(
    recognised, cultivated, leading, english
):
    told = by_centre("smes_served", 40, recognised, cultivated)
    assert centres.finding(told, ZH) == f"各中心建设方案的目标尚未登记。{leading}"
    assert centres.finding(told, EN) == f"No build plan's targets are registered yet. {english}".strip()
    if leading:  # its base is the total that the table of served enterprises is titled with
        base = f"合计服务 {sum(recognised) + sum(cultivated)} 家次"
        assert base in diffusion._by_centre(told, ZH).title


@pytest.mark.parametrize(
    ("code", "table", "zh", "en"),
    [
        ("smes_served", diffusion._by_centre, "家次", ""),
        ("outputs", rd._credited, "项", ""),
    ],
)
def test_what_a_total_counts_and_its_table_does_not_list_is_told(code, table, zh, en):
    told = by_centre(code, 20, (9, 8), (4, 1))
    shown, english = table(told, ZH), table(told, EN)
    listed = sum(int(row[1].text) for row in shown.rows)
    assert (listed, "合计" in shown.title, f"22 {zh}" in shown.title) == (17, True, True)
    assert f"合计含培育中的 2 个中心 5 {zh}，表中未列。" in shown.note
    assert "Not listed: 2 centres in cultivation with 5 of the total." in english.note
    assert "培育" not in table(by_centre(code, 16, (9, 8)), ZH).note
