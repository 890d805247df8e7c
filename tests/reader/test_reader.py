"""What the reader makes of workbooks that are odd but honest, and of those only the parser finds out about."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.chart import BarChart, Reference

from expectations.form import the_form
from tasks.reader import read_workbook
from tests.returns.filled import changed, repacked, replacing, saved

DRAWING = "xl/drawings/commentsDrawing1.vml"
SHEET = "xl/worksheets/sheet2.xml"  # 单位情况


def rules(content: bytes, name: str = "季报.xlsx") -> list[tuple[str, str, str]]:
    cells, findings = read_workbook(content, name, the_form())
    assert not cells or not any(one.severity == "refuse" for one in findings)
    return [(one.severity, one.rule, one.cell) for one in findings]


def test_a_sheet_with_a_chart_only_is_no_data() -> None:
    book = load_workbook(BytesIO(changed({})))
    chart = BarChart()
    chart.add_data(Reference(book["单位情况"], min_col=4, min_row=6, max_row=9))
    book.create_chartsheet("图表").add_chart(chart)
    assert rules(saved(book)) == []


def test_a_drawing_that_is_not_well_formed_is_nobodys_fault() -> None:
    """Excel writes such drawings for buttons: ``<br>`` without an end."""
    broken = {DRAWING: lambda part: part.replace(b"</xml>", b"<div><br></div></xml>")}
    assert rules(repacked(changed({}), broken)) == []


def test_a_drawing_that_declares_entities_is_refused() -> None:
    laughing = {DRAWING: lambda part: b'<!DOCTYPE x [<!ENTITY a "a">]>' + part}
    assert rules(repacked(changed({}), laughing)) == [("refuse", "xml_entities", "")]


def test_a_part_of_workbook_and_styles_that_only_the_parser_rejects_is_damaged() -> None:
    assert rules(repacked(changed({}), {"xl/styles.xml": lambda _: b"<a/>"})) == [("refuse", "corrupt", "")]


@pytest.mark.parametrize(
    "heading", ["专利号、\n标准号或登记号", " 专利号、标准号或登记号 ", "专利号、标准号或登记号 *"]
)
def test_a_heading_broken_over_lines_is_still_that_heading(heading: str) -> None:
    assert rules(changed({"研发产出": {"C5": heading}})) == []


@pytest.mark.parametrize("heading", [None, 3, "专利号", "专利号、标准号或登记号（必填）"])
def test_any_other_heading_is_not(heading: object) -> None:
    assert rules(changed({"研发产出": {"C5": heading}})) == [("refuse", "heading_changed", "C5")]


def test_the_sheets_may_stand_in_another_order() -> None:
    book = load_workbook(BytesIO(changed({})))
    book.move_sheet("技术扩散", -3)
    assert rules(saved(book)) == []


def test_our_own_sheets_may_be_gone() -> None:
    """Whoever deletes the printed relations and lists has still filled in the form."""
    book = load_workbook(BytesIO(changed({})))
    del book["审核关系"], book["代码表"]
    assert rules(saved(book)) == []


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"<?xml version='1.0'?><a/>", "XML"), (b"\x7fELF\x00\x00", "二进制数据"), (b"a,b", "纯文本")],
)
def test_what_is_no_workbook_is_called_what_it_is(content: bytes, kind: str) -> None:
    (found,) = read_workbook(content, "季报.xlsx", the_form())[1]
    assert (found.rule, found.found) == ("not_a_workbook", kind)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (lambda good: repacked(good, {}, without=("xl/workbook.xml",)), ("refuse", "bad_package", "")),
        (
            lambda good: repacked(good, {}, without=("xl/_rels/workbook.xml.rels",)),
            ("refuse", "bad_package", ""),
        ),
        (lambda good: repacked(good, {SHEET: lambda part: part[:-20]}), ("refuse", "corrupt", "")),
        (
            lambda good: repacked(good, {SHEET: replacing('<row r="9"', '<row r="0"')}),
            ("refuse", "outside_form", ""),
        ),
        (
            lambda good: repacked(good, {SHEET: replacing('<row r="9"', '<row r="²"')}),
            ("refuse", "outside_form", ""),
        ),
        (
            lambda good: repacked(good, {SHEET: replacing('r="D9"', 'r="D0"')}),
            ("refuse", "outside_form", "D0"),
        ),
        (lambda good: good.replace(b"PK\x01\x02", b"PK\x01\x03"), ("refuse", "corrupt", "")),
    ],
)
def test_a_package_that_lacks_what_holds_it_together_is_refused(
    content: Callable[[bytes], bytes], found: tuple[str, str, str]
) -> None:
    assert rules(content(changed({}))) == [found]
