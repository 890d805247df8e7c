"""What the office allows and excludes: recorded with who and why, heard in the next round, told to the unit and in the report."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from expectations.quarter import Quarter
from reports.chapters import quality
from reports.wording import wording
from tasks.collect import collect
from tasks.decide import decide
from tasks.exempt import allow_late, waive
from tasks.facts import facts_of
from tasks.known import known
from tasks.letters import compose
from tasks.load import load
from tasks.owed import owed
from tasks.process import process
from tasks.restate import FIGURES, revision
from tasks.revise import revisions_due
from tasks.settings import House
from tasks.status import status
from tests.conftest import house_at
from tests.house.conftest import copied, sha_of
from tests.house.filing import send, workbook
from tests.ledger.records import an_edition
from warehouse.archive import written_whole
from warehouse.figures import Figures, figures_file
from warehouse.records import Exemption

Q3 = Quarter.parse("2026-Q3")
BY, WHY = "示例处长甲", "系统故障，已电话核实"
ZH = wording("zh")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


END_OF_OCTOBER, END_OF_YEAR = at("2026-10-30T23:59:59"), at("2026-12-31T23:59:59")


def judged(house: House, name: str) -> str:
    sha256 = sha_of(house, name)
    return next(one.verdict for one in house.ledger.verdicts() if one.sha256 == sha256)


def found(house: House, name: str) -> dict[str, str]:
    """Of each rule a file has a finding of, how grave it is."""
    return {one.rule: one.severity for one in house.ledger.findings(sha_of(house, name))}


def answers(house: House, name: str) -> list[str]:
    return [one.key for one in house.ledger.letters() if one.subject == sha_of(house, name)]


def row(house: House, unit: str) -> dict[str, object]:
    return next(one for one in status(house, "2026-Q3") if one["unit"] == unit)


def person_years(house: House) -> object:
    load(house)
    with house.store.reading() as connection:
        return Figures(connection).value("rd_person_years", "2026-Q3")


@pytest.fixture(scope="module")
def allowed(before_decisions: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """One round after everything was allowed and decided. Shared: never change it, copy it."""
    house = copied(before_decisions, tmp_path_factory.mktemp("exceptions") / "house")
    allow_late(house, "U07", "NM01", "2026-Q3", END_OF_OCTOBER, BY, WHY)
    waive(house, "U02", "R2.1", END_OF_YEAR, BY, "外派人员计入研发人员")
    waive(house, "U08", "R2.3", END_OF_YEAR, BY, "含集团拨付")
    decide(house, sha_of(house, "U01.xlsx"), "exclude", BY, "从业人员与社保记录不符")
    decide(house, sha_of(house, "U05-2.xlsx"), "exclude", BY, "与原始凭证不符")
    assert process(house) == {"accepted": 2, "returned": 2, "held": 1}
    return house


# --- late by permission ---


def test_what_was_late_is_let_in_and_says_who_allowed_it(allowed: House) -> None:
    assert judged(allowed, "U07.xlsx") == "accepted"
    assert found(allowed, "U07.xlsx") == {"late_allowed": "note"}
    (said,) = allowed.ledger.findings(sha_of(allowed, "U07.xlsx"))
    assert f"同意延至 2026-10-30 23:59（{BY}：{WHY}）" in said.zh
    assert len(answers(allowed, "U07.xlsx")) == 2, "the unit gets the new answer"


@pytest.mark.parametrize(
    ("unit", "subject", "phrases"),
    [
        (
            "U07",
            "【准予延期】2026年第三季度季报可于2026年10月30日 23:59前报送",
            (WHY, "not count as on time"),
        ),
        (
            "U02",
            "【准予豁免】审核关系 R2.1，至2026年12月31日 23:59",
            ("外派人员计入研发人员", "need not satisfy"),
        ),
    ],
)
def test_the_unit_is_told_what_it_was_allowed(allowed: House, unit, subject, phrases) -> None:
    (letter,) = [
        one for one in allowed.ledger.letters() if one.kind == "exemption" and one.key.endswith(unit)
    ]
    assert letter.recipients == allowed.registry.emails[unit]
    message = compose(allowed, letter)
    text = message.get_body(("plain",)).get_content()
    assert message["Subject"].startswith(subject)
    assert all(each in text for each in phrases), text


def test_it_counts_as_received_and_not_as_on_time(allowed: House) -> None:
    mine = row(allowed, "U07")
    assert (mine["state"], mine["on_time"]) == ("accepted", False)
    facts = facts_of(known(allowed), Q3)
    assert [one.state for one in facts.due() if one.unit_code == "U07"] == ["late"]


def test_nothing_is_judged_again_without_a_new_word(allowed: House, tmp_path) -> None:
    assert process(copied(allowed, tmp_path / "house")) == {}


def test_what_comes_after_the_permitted_day_is_late(before_decisions: House, tmp_path) -> None:
    house = house_at(copied(before_decisions, tmp_path / "house").home, now=at("2026-10-18T09:00:00"))
    allow_late(house, "U07", "NM01", "2026-Q3", at("2026-10-18T23:59:59.5"), BY, WHY)
    assert process(house) == {}


# --- a relation waived ---


def test_an_error_that_is_waived_is_a_warning_that_names_reason_and_expiry(allowed: House) -> None:
    assert judged(allowed, "U02.xlsx") == "accepted"
    (said,) = allowed.ledger.findings(sha_of(allowed, "U02.xlsx"))
    assert (said.severity, said.rule) == ("warning", "R2.1")
    assert "至 2026-12-31 23:59 不受本条限制（示例处长甲：外派人员计入研发人员）" in said.zh
    assert "更正" not in said.zh
    assert row(allowed, "U02")["warnings"] == 1


def test_a_waiver_takes_away_one_reason_and_no_other(allowed: House) -> None:
    """U08's return came late as well."""
    assert judged(allowed, "U08.xlsx") == "held"
    assert found(allowed, "U08.xlsx") == {"R2.3": "warning", "late": "hold"}


# --- a return excluded ---


def test_an_excluded_return_and_the_version_it_replaced_are_out_of_force(allowed: House) -> None:
    for name, unit in (("U01.xlsx", "U01"), ("U05-2.xlsx", "U05")):
        assert judged(allowed, name) == "returned"
        assert found(allowed, name)["excluded"] == "error"
        mine = row(allowed, unit)
        assert (mine["state"], mine["in_force"]) == ("returned", None)
        assert any("主管部门决定剔除本表" in str(one) for one in mine["reasons"])
    assert judged(allowed, "U05-1.xlsx") == "accepted", "but it had been replaced"


def test_its_figures_leave_and_come_back(before_decisions: House, allowed: House, tmp_path) -> None:
    """Before: U01, U03, U05 and U06 report 12.5, U05 13 instead; now U01 and U05 are out, U02 and U07 are in."""
    assert person_years(copied(before_decisions, tmp_path / "before")) == Decimal("50.5")
    assert person_years(copied(allowed, tmp_path / "after")) == 50


def test_an_excluded_unit_owes_a_return(allowed: House) -> None:
    due = {one.standing.unit: one for one in owed(allowed, Q3)}
    assert [one.rule for one in due["U05"].reasons] == ["excluded"]


def test_the_unit_is_told_with_the_reason(allowed: House) -> None:
    letter = next(one for one in allowed.ledger.letters() if one.key == answers(allowed, "U05-2.xlsx")[-1])
    text = compose(allowed, letter).get_body(("plain",)).get_content()
    assert "主管部门决定剔除本表：与原始凭证不符。其数据不再计入，它所替代的版本也不恢复" in text


def test_the_same_cells_again_wait_for_a_decision_a_correction_does_not(allowed: House, tmp_path) -> None:
    house = copied(allowed, tmp_path / "house")
    house = house_at(house.home, now=at("2026-10-18T10:00:00"))
    book = load_workbook(BytesIO(house.archive.raw_path(sha_of(house, "U05-2.xlsx")).read_bytes()))
    book["封面"].column_dimensions["E"].width = 50
    buffer = BytesIO()
    book.save(buffer)
    send(house, "U05-3.xlsx", buffer.getvalue(), "2026-10-18T09:00:00")
    send(house, "U01-2.xlsx", workbook("EQ01", "U01", employees=210), "2026-10-18T09:00:00")
    collect(house)
    decide(house, sha_of(house, "U01.xlsx"), "include", BY, "已补交社保记录")
    assert process(house) == {"held": 1, "accepted": 2}
    assert found(house, "U05-3.xlsx") == {"excluded_again": "hold"}
    assert row(house, "U01")["in_force"] == sha_of(house, "U01-2.xlsx")[:12], "the last one received"
    assert found(house, "U01.xlsx")["included"] == "note"


def test_an_issued_report_is_due_to_be_revised_and_says_what_was_withdrawn_by_whom(
    before_decisions: House, allowed: House, tmp_path
) -> None:
    house = copied(allowed, tmp_path / "house")
    seq = before_decisions.ledger.last_seq()
    with known(house, seq).reading() as connection:
        told = figures_file(connection, "2026-Q3")
    with written_whole(house.editions / "2026-Q3-e1" / FIGURES) as path:
        path.write_bytes(told)
    issued = an_edition(known_seq=seq, known_at=house.now(), folder="2026-Q3-e1", outputs={FIGURES: "0"})
    house.ledger.record_edition(issued, [], house.now())
    assert revisions_due(house) == ["2026-Q3"]
    changed = {one.unit.zh: (one.how, one.decided) for one in revision(known(house), Q3, issued).returns}
    assert changed["示例重机创新中心有限公司"] == ("withdrawn", f"{BY}：从业人员与社保记录不符")
    assert [how for how, _ in changed.values()].count("withdrawn") == 2


# --- what cannot be done ---


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (
            ("U07", "EQ01", "2026-Q3", END_OF_OCTOBER, BY, WHY),
            LookupError,
            "没有这样的报送任务.*No such return",
        ),
        (
            ("U07", "NM01", "2030-Q1", END_OF_OCTOBER, BY, WHY),
            LookupError,
            "没有这样的报送任务.*No such return",
        ),
        (("U07", "NM01", "2026-Q3", at("2026-10-20T00:00:00"), BY, WHY), ValueError, "已过.*has passed"),
        (
            ("U07", "NM01", "2026-Q4", at("2027-01-10T00:00:00"), BY, WHY),
            ValueError,
            "无需延期.*nothing need",
        ),
        (("U07", "NM01", "2026-Q3", END_OF_OCTOBER, " ", WHY), ValueError, "由谁作出.*who decides"),
        (("U07", "NM01", "2026-Q3", END_OF_OCTOBER, BY, ""), ValueError, "由谁作出.*who decides"),
    ],
)
def test_lateness_that_cannot_be_allowed(before_decisions: House, words, error, said) -> None:
    with pytest.raises(error, match=said):
        allow_late(before_decisions, *words)
    assert before_decisions.ledger.recorded(Exemption) == []


@pytest.mark.parametrize(
    ("unit", "rule", "error", "said"),
    [
        ("U99", "R2.1", LookupError, "没有单位 U99.*no unit U99"),
        ("U02", "R9.9", LookupError, "没有审核关系 R9.9.*no audit relation R9.9"),
        ("U02", "required", LookupError, "没有审核关系 required.*no audit relation required"),
        ("U02", "R1.2", ValueError, "不能免除.*cannot be waived"),  # the registered role
        ("U02", "R2.4", ValueError, "不能免除.*cannot be waived"),  # a warning
        ("U02", "R4.1", ValueError, "不能免除.*cannot be waived"),  # the quarter's days
    ],
)
def test_a_relation_that_cannot_be_waived(before_decisions: House, unit, rule, error, said) -> None:
    with pytest.raises(error, match=said):
        waive(before_decisions, unit, rule, END_OF_YEAR, BY, WHY)
    assert before_decisions.ledger.recorded(Exemption) == []


def test_only_what_is_in_force_is_excluded_and_only_what_is_excluded_taken_back(allowed: House) -> None:
    for name, action, said in (
        ("U05-1.xlsx", "exclude", "不是现行采用的报表.*not in force"),  # replaced
        ("U05-2.xlsx", "exclude", "不是现行采用的报表.*not in force"),  # excluded already
        ("U07.xlsx", "include", "没有被剔除.*not excluded"),
    ):
        with pytest.raises(LookupError, match=said):
            decide(allowed, sha_of(allowed, name), action, BY, WHY)


# --- in the report ---


def test_officials_see_who_allowed_what_and_why(allowed: House) -> None:
    tables = {
        table.title: [[cell.text for cell in row] for row in table.rows]
        for table in quality.chapter(facts_of(known(allowed), Q3), ZH).blocks
        if table.kind == "table"
    }
    exceptions = next(rows for title, rows in tables.items() if "例外" in title)
    assert [(kind, until, by, why) for kind, _, until, by, why in exceptions] == [
        ("延期报送", "2026年10月30日", BY, WHY),
        ("豁免审核关系 R2.1", "2026年12月31日", BY, "外派人员计入研发人员"),
        ("剔除报表", "—", BY, "从业人员与社保记录不符"),
        ("剔除报表", "—", BY, "与原始凭证不符"),
    ]
    assert "经批准的例外 4 项：延期报送 1 项、豁免审核关系 1 项、剔除 2 项" in tables
    reasons = [why for rows in tables.values() for *_, why in rows]
    assert "剔除：与原始凭证不符" in reasons


def test_what_was_known_before_says_nothing_of_it(allowed: House, before_decisions: House) -> None:
    seq = before_decisions.ledger.last_seq()
    assert facts_of(known(allowed, seq), Q3) == facts_of(known(before_decisions), Q3)
    assert facts_of(known(allowed, seq), Q3).decided.exceptions == ()
