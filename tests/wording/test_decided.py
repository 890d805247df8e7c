"""What the data-quality chapter says of exceptions and of centres' answers, where there are any."""

from __future__ import annotations

from datetime import date

import pytest

from reports.chapters import quality
from reports.decided import ConfirmationFact, Decided, ExceptionFact
from reports.text import Text
from reports.wording import wording
from tests.wording.facts import both, facts, retold

ZH, EN = wording("zh"), wording("en")
UNIT, CENTRE = Text("示例甲单位", "Example unit 1"), Text("示例A", "Example A")
ON, UNTIL = date(2026, 10, 20), date(2026, 10, 30)


def exception(kind, **more):
    return ExceptionFact(kind, UNIT, CENTRE, "示例处长甲", "系统故障", ON, **more)


EXCEPTIONS = (
    exception("late", until=UNTIL),
    exception("waiver", until=UNTIL, rule="R2.1", relation=Text("研发人员不得多于从业人员", "R&D ≤ staff")),
    exception("release"),
    exception("include"),
    exception("exclude"),
)
CONFIRMATIONS = (
    ConfirmationFact(both("甲"), "confirmed", ON, changed=True),
    ConfirmationFact(both("乙"), "objected", ON, "从业人员应为 310"),
    ConfirmationFact(both("丙"), "asked", UNTIL),
    ConfirmationFact(both("丁"), "silent", ON),
)


def tables(decided: Decided, say=ZH):
    told = retold(facts({}, {"甲": "accepted"}), decided=decided)
    return [one for one in quality.chapter(told, say).blocks if one.kind == "table"]


def lines(table):
    return [[f"{cell.text}|{cell.sub}" if cell.sub else cell.text for cell in row] for row in table.rows]


def test_where_there_are_none_nothing_is_said():

    assert not [one for one in tables(Decided()) if "例外" in one.title or "审核所属" in one.title]


def test_every_kind_of_exception_says_who_until_when_and_why():
    table, *_ = tables(Decided(EXCEPTIONS))
    assert table.title == (
        "经批准的例外 5 项：延期报送 1 项、豁免审核关系 1 项、待核后采用 1 项、恢复采用 1 项、剔除 1 项"
    )
    who, until, by, why = "示例甲单位|示例A", "2026年10月30日", "示例处长甲|2026年10月20日", "系统故障"
    assert lines(table) == [
        ["延期报送", who, until, by, why],
        ["豁免审核关系 R2.1|研发人员不得多于从业人员", who, until, by, why],
        ["待核后采用", who, "—", by, why],
        ["剔除后恢复采用", who, "—", by, why],
        ["剔除报表", who, "—", by, why],
    ]
    assert [row[0].strong for row in table.rows] == [False, False, False, False, True]
    assert table.note == (
        "延期报送的收到后计入，仍不算按时。豁免审核关系的报表按有提示的采用。剔除的报表不计入本期任何数字。"
    )
    assert tables(Decided(EXCEPTIONS[2:3]))[0].note == "", (
        "of what counts like any other nothing need be said"
    )


def test_what_a_centre_says_or_that_it_says_nothing():
    table, *_ = tables(Decided((), CONFIRMATIONS))
    assert (
        table.title == "请 4 个中心审核所属单位的报表：待答复 1 个、逾期未答复 1 个、确认 1 个、有异议 1 个"
    )
    assert lines(table) == [
        ["甲", "确认于2026年10月20日|所核报表其后有变动", "—"],
        ["乙", "异议于2026年10月20日", "从业人员应为 310"],
        ["丙", "待答复（限2026年10月30日）", "—"],
        ["丁", "逾期未答复（限2026年10月20日）", "—"],
    ]


@pytest.mark.parametrize(
    ("decided", "title"),
    [
        (Decided(EXCEPTIONS[:1]), "1 exception approved: 1 late by permission"),
        (Decided((), CONFIRMATIONS[:1]), "1 centre was asked to check the units' returns: 1 confirmed"),
    ],
)
def test_english_says_the_same(decided, title):
    table, *_ = tables(decided, EN)
    assert table.title == title
    assert all(cell.text for row in table.rows for cell in row)
