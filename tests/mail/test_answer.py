"""What an answer says, from values alone: both languages whole, and a receipt that adds up what was parsed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from expectations.findings import VERDICTS, Verdict, finding
from expectations.form import the_form
from reports.answer import MOST, Answer, Receipt, render_answer
from tasks.parsed import write_parsed
from tasks.reader import read_workbook
from tasks.receipt import HEADLINES, receipt
from tests.returns.filled import changed

SHEETS = {sheet.zh: sheet.en for sheet in the_form().sheets}
ERROR = finding(
    "error",
    "types.bad_credit_code",
    sheet="技术扩散",
    cell="I7",
    column="受让方统一社会信用代码",
    found="91350100M000100Y44",
)
ANSWER = Answer(
    verdict="returned",
    quarter="2026年第三季度",
    quarter_en="2026 Q3",
    who="示例厂（EQ01）",
    who_en="Example Works (EQ01)",
    file="季报.xlsx",
    received="2026-10-12 09:42:11",
    findings=(ERROR,),
    receipt=(),
    annotated=True,
    nil=False,
    contact="请致电示例处",
    contact_en="Call the example division",
    sheets=SHEETS,
)
FILLED = {
    "研发项目": {
        "A7": "P1", "B7": "甲", "C7": "EQ", "K7": "在研", "L7": 1.5, "M7": 2, "N7": 0, "O7": 0.25,
        "A9": "P2", "B9": "乙", "C9": "EQ", "K9": "已完成", "L9": 10, "M9": 0, "N9": 0, "O9": 0,
    },
    # Two events under one contract, which counts once; a third without.
    "技术扩散": {"A9": "E3", "P9": "HT-2026-0815", "R9": 60, "S9": 45.5, "T9": 5},
    "后续进展": {
        "A7": "E0", "B7": "到账", "C7": date(2026, 8, 1), "D7": 12.5,
        "A8": "E1", "B8": "到账", "C8": date(2026, 8, 2), "D8": 1000,
        "A9": "O1", "B9": "首次应用", "C9": date(2026, 8, 3), "E9": "示例用户",
    },
    "资金与机制": {
        "A7": "F1", "C7": "贷款", "D7": 300, "A8": "F2", "C8": "股权", "D8": 200,
        "A9": "F3", "C9": "设备投入", "D9": 40, "A10": "F4", "C10": "收益分配", "D10": 7,
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("receipt") / "parsed.parquet"
    cells, findings = read_workbook(changed(FILLED), "季报.xlsx", the_form())
    write_parsed(path, cells, findings)
    return path


def said(answer: Answer) -> list[str]:
    """The text and the HTML of an answer."""
    _, text, html = render_answer(answer)
    return [text, unescape(html)]


def test_the_receipt_adds_up_what_was_parsed(parsed: Path) -> None:
    lines = {(line.sheet, line.zh): line.value for line in receipt(parsed, the_form())}
    assert {key: value for key, value in lines.items() if key[0] not in {"封面", "单位情况"}} == {
        ("研发项目", "研发项目"): "3 项",
        ("研发项目", "其中在研"): "1 项",
        ("研发项目", "项目支出"): "286 万元",
        ("研发产出", "研发产出"): "2 项",
        ("技术扩散", "技术扩散事项"): "3 项",
        ("技术扩散", "合同（按编号计）"): "1 份",
        ("技术扩散", "合同成交额"): "60 万元",
        ("技术扩散", "培训"): "40 人次",
        ("后续进展", "后续进展"): "3 条",
        ("后续进展", "到账"): "1,012.5 万元",
        ("后续进展", "首次应用"): "1 项",
        ("产业化", "产品或工艺"): "2 个",
        ("产业化", "销售额"): "905.5 万元",
        ("产业化", "其中销往中小企业"): "260 万元",
        ("资金与机制", "资金与机制事项"): "4 项",
        ("资金与机制", "融资"): "500 万元",
        ("资金与机制", "成员投入"): "40 万元",
    }
    assert lines["单位情况", "本季研发投入"] == "2,910.25 万元"
    assert lines["封面", "本季数据中估计数所占比重"] == "0 %"


def test_the_receipt_reads_the_parsed_file_and_nothing_else(parsed: Path, tmp_path: Path) -> None:
    cells, _ = read_workbook(changed({}), "季报.xlsx", the_form())
    other = [one._replace(value="7") if one.column == "rd_spend_wan_cny" else one for one in cells]
    write_parsed(tmp_path / "other.parquet", other, [])
    lines = {line.zh: line.value for line in receipt(tmp_path / "other.parquet", the_form())}
    assert lines["本季研发投入"] == "7 万元"


def test_people_are_in_no_receipt(parsed: Path) -> None:
    private = {column.zh for sheet in the_form().sheets for column in sheet.columns if column.private}
    assert private
    assert private.isdisjoint(line.zh for line in receipt(parsed, the_form()))


def test_every_headline_names_columns_and_codes_of_the_form() -> None:
    from expectations.codes import code_lists

    for one in HEADLINES:
        columns = the_form().by_name[one.sheet].by_name
        assert {*one.columns, *([one.once] if one.once else [])} <= set(columns)
        if one.where:
            assert one.where[1] <= {code.code for code in code_lists()[columns[one.where[0]].codes]}


@pytest.mark.parametrize("verdict", VERDICTS)
def test_both_languages_say_verdict_greeting_findings_and_contact(verdict: Verdict) -> None:
    answer = replace(ANSWER, verdict=verdict, receipt=(Receipt("表", "Sheet", "合计", "total", "1 项", "1"),))
    zh, en = VERDICTS[verdict]
    subject, _, _ = render_answer(answer)
    assert subject == f"【{zh}】季报 2026年第三季度 示例厂（EQ01） · {en} 2026 Q3"
    for part in said(answer):
        chinese = ["示例厂（EQ01）：", zh, ERROR.zh, "合计", "1 项", "请致电示例处"]
        english = [
            "To Example Works (EQ01):",
            en,
            "Diffusion 技术扩散",
            ERROR.en,
            "total",
            "Call the example division",
        ]
        places = [part.index(words) for words in chinese] + [part.rindex(words) for words in english]
        assert max(places[: len(chinese)]) < min(places[len(chinese) :])
        assert part.count("I7") >= 2


def test_a_held_return_says_whom_to_tell() -> None:
    for part in said(replace(ANSWER, verdict="held")):
        assert "确属实的，请按文末联系方式告知主管部门并说明原因" in part
        assert "if it is right, tell the authority why, at the address below" in part


def test_a_nil_return_is_called_one() -> None:
    for part in said(replace(ANSWER, verdict="accepted", nil=True)):
        assert "（本季无发生）" in part
        assert "as a nil return" in part
    for part in said(replace(ANSWER, verdict="accepted")):
        assert "无发生" not in part


def test_of_very_many_findings_the_rest_is_left_to_the_workbook() -> None:
    many = replace(ANSWER, findings=(ERROR,) * (MOST + 3))
    for part in said(many):
        assert part.count(ERROR.zh) == part.count(ERROR.en) == MOST
        assert "另有 3 项，见附件工作簿第一张表“审核结果”" in part
        assert "3 more, listed on the first sheet (审核结果)" in part
    for part in said(replace(many, annotated=False)):
        assert "另有 3 项。" in part


def test_what_must_be_corrected_stands_before_what_may_stay() -> None:
    said_of = {
        severity: finding(
            severity, "rules.code", sheet="技术扩散", cell="F7", column=f"栏{severity}", found="x"
        )
        for severity in ("note", "warning", "hold", "error")
    }
    for part in said(replace(ANSWER, findings=tuple(said_of.values()))):
        places = [part.index(said_of[severity].zh) for severity in ("error", "hold", "warning", "note")]
        assert places == sorted(places)
    # And where a letter cannot list all, it is the warnings that are left out.
    many = replace(ANSWER, findings=(said_of["warning"],) * MOST + (ERROR,))
    assert all(ERROR.zh in part for part in said(many))
