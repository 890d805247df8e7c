"""CSV ledgers (bad-inputs, CSV): what encodings and lines are read, what is refused with the line, what is merged."""

from __future__ import annotations

import csv
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from expectations.form import the_form
from tasks.cli import app
from tasks.csv_into import csv_into, merged
from tasks.csv_rows import key_columns, read_csv
from tasks.reader import read_workbook
from tasks.refusal import Refusal
from tests.returns.filled import changed

SHEET = the_form().by_name["diffusion"]
OWN = ("EQ01", "91140100MA0EX0002X", "2026-Q3")
HEAD = (*(one.zh for one in key_columns(the_form())), *(one.heading for one in SHEET.columns))
LICENCE = {
    "event_no": "000123", "event_date": "2026/8/20", "technology": "厚板焊接变形控制", "content": "新工艺", "mode": "技术许可",
    "recipient_name": "示例焊接装备厂", "recipient_uscc": "91350100M000100Y43", "recipient_kind": "企业",
    "recipient_industry": "工业", "recipient_employees": "180", "recipient_revenue_wan_cny": "5,200", "city": "1402",
    "declared_size": "小型", "contract_no": "=HT-2026-0815", "contract_value_wan_cny": "60万元",
}  # fmt: skip
TRAINING = {
    **LICENCE,
    "event_no": "K-2",
    "mode": "培训",
    "technology": "起重机\u3000防摇",
    "people_trained": "三十",
}


def line(record: dict[str, str], keys: tuple[str, ...] = OWN) -> list[str]:
    return [*keys, *(record.get(column.name, "") for column in SHEET.columns)]


def text(*lines: list[str], head: tuple[str, ...] = HEAD, delimiter: str = ",") -> str:
    out = StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows([list(head), *lines])
    return out.getvalue()


GOOD = text(line(LICENCE), line(TRAINING))


def refused(content: bytes) -> tuple[str, str, str]:
    with pytest.raises(Refusal) as no:
        read_csv(content, SHEET, the_form())
    found = no.value.finding
    return found.rule, found.found, found.zh


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_c_encodings_are_told_by_the_headings(encoding: str) -> None:
    found = read_csv(GOOD.encode(encoding), SHEET, the_form())
    assert found.findings == []
    assert [row.line for row in found.rows] == [2, 3]
    assert {row.keys for row in found.rows} == {OWN}
    assert [dict(zip(SHEET.by_name, row.cells, strict=True)) for row in found.rows] == [
        {name: record.get(name, "") for name in SHEET.by_name} for record in (LICENCE, TRAINING)
    ]


def test_c_utf_16_from_the_big_end_is_read_too() -> None:
    content = b"\xfe\xff" + GOOD.encode("utf-16-be")
    assert len(read_csv(content, SHEET, the_form()).rows) == 2


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_c_other_delimiters_are_told_by_the_headings(delimiter: str) -> None:
    content = text(line(LICENCE), delimiter=delimiter).encode("utf-16")  # as "Unicode text" of Excel
    assert [row.cells[0] for row in read_csv(content, SHEET, the_form()).rows] == ["000123"]


def test_c_headings_may_be_marked_broken_and_quoted() -> None:
    head = (*HEAD[:4], "发生\n日期 *", *HEAD[5:])
    found = read_csv(text(line(LICENCE), head=head).encode("gb18030"), SHEET, the_form())
    assert [row.line for row in found.rows] == [3]


def test_c_bytes_valid_as_gbk_and_big5_are_read_if_the_headings_match() -> None:
    # A name that both encodings have bytes for; only in GB18030 the headings are the form's.
    name = "一丁七上下"
    assert name.encode("gb18030").decode("big5") != name
    content = text(line({**LICENCE, "technology": name})).encode("gb18030")
    assert read_csv(content, SHEET, the_form()).rows[0].cells[2] == name


def test_c_big5_is_refused_for_its_headings() -> None:
    head = tuple("創新中心代碼" if one == "创新中心代码" else "x" for one in HEAD)
    content = text(["a"] * len(HEAD), head=head).encode("big5")
    content.decode("gb18030")  # valid there as well, and read as something else
    rule, _, zh = refused(content)
    assert rule == "csv_headings"
    assert "“创新中心代码”" in zh


@pytest.mark.parametrize(
    ("head", "number", "found"),
    [
        ((*HEAD[:3], *HEAD[4:]), "4", "发生日期"),
        ((*HEAD, "备注"), "24", "备注"),
        ((*HEAD[:20], "合同成交额（元）", *HEAD[21:]), "21", "合同成交额（元）"),
        (HEAD[:-1], "23", ""),
    ],
)
def test_c_a_wrong_heading_is_named(head: tuple[str, ...], number: str, found: str) -> None:
    rule, said, zh = refused(text(head=head).encode())
    assert (rule, said) == ("csv_headings", found)
    assert f"第 {number} 栏" in zh


@pytest.mark.parametrize(
    ("first", "second"), [("utf-8", "gb18030"), ("gb18030", "utf-8"), ("utf-8-sig", "big5")]
)
def test_c_mixed_encodings_are_refused_with_the_line(first: str, second: str) -> None:
    other = text(line({**LICENCE, "technology": "中文名文字"})).splitlines()[1]
    if second == "big5":
        other = "甲,中文"
    content = GOOD.encode(first) + other.encode(second) + b"\r\n"
    assert refused(content)[:2] == ("csv_mixed", "4")


def test_c_a_line_of_gb18030_that_could_be_utf_8_by_chance_is_no_mixture() -> None:
    chance = "目"
    assert chance.encode("gb18030").decode("utf-8")  # two bytes that are a letter of UTF-8 as well
    content = text(line({"event_no": chance})).encode("gb18030")
    assert read_csv(content, SHEET, the_form()).rows[0].cells[0] == chance


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        (lambda one: one[:-3], "20"),
        (lambda one: [*one[:5], "x", *one[5:], "x"], "25"),
        (lambda one: one[:1], "1"),
    ],
)
def test_c_ragged_rows_go_back_with_their_line(change, fields: str) -> None:
    content = text(line(LICENCE), change(line(TRAINING)), line(LICENCE)).encode()
    found = read_csv(content, SHEET, the_form())
    assert [row.line for row in found.rows] == [2, 4]
    (said,) = found.findings
    assert (said.severity, said.rule, said.found) == ("error", "ragged", fields)
    assert "第 3 行" in said.zh
    assert "Line 3" in said.en


def test_c_blank_lines_and_commas_at_the_end_are_nothing() -> None:
    content = text(line(LICENCE), [], [""] * 23, [*line(TRAINING), "", ""]).encode()
    found = read_csv(content, SHEET, the_form())
    assert (found.findings, [row.line for row in found.rows]) == ([], [2, 5])


@pytest.mark.parametrize(
    ("more", "rule", "at"),
    [
        ('EQ01,"open', "csv_quotes", "4"),
        ('EQ01,"shut"x,1', "csv_quotes", "4"),
        ("EQ01,a\0b", "csv_nul", "4"),
        ('"EQ01\n\n\n",x\nEQ01,"open', "csv_quotes", "8"),
    ],
)
def test_c_open_quotes_and_nul_are_refused_with_the_line(more: str, rule: str, at: str) -> None:
    assert refused((GOOD + more).encode())[:2] == (rule, at)


def test_c_what_is_too_large_or_empty_is_refused() -> None:
    assert refused(b"")[0] == "empty"
    assert refused(GOOD.encode() + b"," * (16 << 20))[0] == "too_large"
    assert refused(GOOD.encode() + b'"' + b"a" * 200_000 + b'"')[0] == "csv_quotes"


def own_workbook(**cells: object) -> bytes:
    blank = dict.fromkeys(
        (SHEET.address(one.name, row) for one in SHEET.columns for row in range(7, 20)), None
    )
    return changed({"技术扩散": {**blank, **cells}})


def test_the_rows_stand_in_the_workbook_as_if_they_had_been_typed() -> None:
    content, said = merged(GOOD.encode("gb18030"), own_workbook(), "季报.xlsx", the_form())
    assert content is not None
    assert said == []
    page = load_workbook(BytesIO(content))["技术扩散"]
    typed = {column.name: page[SHEET.address(column.name, 7)].value for column in SHEET.columns}
    assert typed["event_no"] == "000123"  # stays a text
    assert typed["event_date"].date() == date(2026, 8, 20)
    assert (typed["recipient_revenue_wan_cny"], typed["contract_value_wan_cny"]) == (5200, 60)
    assert page[SHEET.address("contract_no", 7)].data_type == "s"  # a text that begins with =
    cells, findings = read_workbook(content, "季报.xlsx", the_form())
    assert [(one.severity, one.rule, one.cell) for one in findings] == [("note", "normalised", "C8")]
    read = {(cell.row, cell.column): cell for cell in cells if cell.sheet == "diffusion"}
    assert (read[7, "event_no"].value, read[7, "contract_no"].value) == ("000123", "=HT-2026-0815")
    assert read[8, "people_trained"].reason == "numeral_words"  # and the unit is told on the cell


@pytest.mark.parametrize(
    ("number", "name", "other"),
    [(0, "创新中心代码", "EQ02"), (1, "统一社会信用代码", "91350100M000100Y43"), (2, "报告期", "2026-Q2")],
)
def test_a_line_of_another_return_is_named_and_nothing_is_merged(number: int, name: str, other: str) -> None:
    keys = (*OWN[:number], other, *OWN[number + 1 :])
    csv_bytes = text(line(LICENCE), line(TRAINING, keys)).encode()
    content, (said,) = merged(csv_bytes, own_workbook(), "季报.xlsx", the_form())
    assert (content, said.severity, said.rule, said.found) == (None, "error", "other_return", other)
    assert f"第 3 行的{name}" in said.zh


def test_nothing_is_merged_over_rows_that_are_there_or_from_ragged_ones() -> None:
    content, (said,) = merged(GOOD.encode(), changed({}), "季报.xlsx", the_form())
    assert (content, said.rule) == (None, "csv_not_empty")
    content, (said,) = merged(GOOD.encode() + b"a,b", own_workbook(), "季报.xlsx", the_form())
    assert (content, said.rule) == (None, "ragged")
    content, (said,) = merged(GOOD.encode(), b"no workbook", "季报.xlsx", the_form())
    assert (content, said.rule) == (None, "not_a_workbook")


def test_the_command_writes_the_workbook_or_says_why_not(tmp_path: Path) -> None:
    workbook, ledger = tmp_path / "季报.xlsx", tmp_path / "台账.csv"
    workbook.write_bytes(own_workbook())
    ledger.write_bytes(GOOD.encode("gb18030")[:-40] + b'"')
    before = workbook.read_bytes()
    result = CliRunner().invoke(app, ["csv", str(ledger), "--into", str(workbook)])
    assert (result.exit_code, "引号没有成对" in result.output) == (1, True)
    assert workbook.read_bytes() == before
    ledger.write_bytes(GOOD.encode("gb18030"))
    assert CliRunner().invoke(app, ["csv", str(ledger), "--into", str(workbook)]).exit_code == 0
    cells, _ = read_workbook(workbook.read_bytes(), "季报.xlsx", the_form())
    assert {cell.row for cell in cells if cell.sheet == "diffusion"} == {7, 8}
    assert [one.rule for one in csv_into(ledger, workbook)] == ["csv_not_empty"]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["台账.csv", "季报.xlsx"]


def test_a_csv_by_itself_is_refused_with_what_to_do() -> None:
    cells, (said,) = read_workbook(GOOD.encode(), "台账.csv", the_form())
    assert (cells, said.severity, said.rule) == ([], "refuse", "csv")
    assert "jinchuang csv 文件.csv --into 报表.xlsx" in said.zh
    assert "jinchuang csv FILE.csv --into RETURN.xlsx" in said.en
