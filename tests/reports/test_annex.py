"""The annex: native values with their own decimals, and text that stays text."""

from __future__ import annotations

import io
from datetime import datetime
from decimal import Decimal

import openpyxl
import pytest

from reports.annex import number_format, render_annex
from reports.attached import AnnexColumn, AnnexSheet
from reports.blocks import View


def _book(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_values_are_native(annex: bytes) -> None:
    book = _book(annex)
    assert book.sheetnames == ["指标", "报送"]
    figures, returns = book["指标"], book["报送"]
    assert [cell.value for cell in figures[3]] == ["指标", "本季", "单位", "同比"]
    assert (figures["B5"].value, figures["B5"].number_format) == (4862.5, "#,##0.00")
    assert (figures["B6"].value, figures["B6"].number_format) == (36.5, "#,##0.0")
    assert (figures["D5"].value, figures["D5"].number_format) == (0.321, "0.0%")
    assert figures["D4"].value == "—"
    assert (returns["D4"].value, returns["D4"].number_format) == (datetime(2026, 10, 12), "yyyy-mm-dd")  # noqa: DTZ001
    assert returns["E4"].value == 1280


def test_header_is_frozen_and_filtered(annex: bytes) -> None:
    sheet = _book(annex)["指标"]
    assert sheet.freeze_panes == "B4"
    assert sheet.auto_filter.ref == "A3:D7"
    assert sheet.column_dimensions["A"].width >= 24


def test_dates_of_the_file_come_from_the_edition(annex: bytes) -> None:
    assert _book(annex).properties.created == datetime(2026, 10, 24, 10, 0)  # noqa: DTZ001


@pytest.mark.parametrize(
    "text", ["=1+1", "{=1+1}", "https://example.invalid", "+86", "0012", "<b>", "91140000MA0ABCDE1X"]
)
def test_text_stays_text(view: View, text: str) -> None:
    sheet = AnnexSheet(name="x", title=text, columns=(AnnexColumn(label=text),), rows=((text,),), note=text)
    read = _book(render_annex(view.model_copy(update={"annex": (sheet,)})))["x"]
    for address in ("A1", "A3", "A4"):
        assert (read[address].value, read[address].data_type) == (text, "s")
        assert read[address].hyperlink is None


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("decimal", Decimal("12.50"), "#,##0.00"),
        ("decimal", Decimal(12), "#,##0"),
        ("decimal", Decimal("1E+3"), "#,##0"),
        ("integer", 12, "#,##0"),
        ("percent", Decimal("0.5"), "0.0%"),
        ("percent", Decimal("0.52436"), "0.000%"),
    ],
)
def test_number_formats(kind: str, value: int | Decimal, expected: str) -> None:
    assert number_format(AnnexColumn.model_validate({"label": "x", "format": kind}), value) == expected


def test_numbers_too_long_for_a_spreadsheet_stay_exact(view: View) -> None:
    sheet = AnnexSheet(
        name="x",
        title="x",
        columns=(AnnexColumn(label="x", format="integer"),),
        rows=((1234567890123456789,),),
    )
    assert (
        _book(render_annex(view.model_copy(update={"annex": (sheet,)})))["x"]["A4"].value
        == "1234567890123456789"
    )


def test_a_long_text_is_wrapped_and_its_row_raised(view: View) -> None:
    """A definition is read in full, on screen and in print."""
    columns = tuple(AnnexColumn(label=label, width=12) for label in ("指标", "算法"))
    rows = (("研发产出", "季末" * 70), ("研发产出", "季末"))
    sheet = AnnexSheet(name="x", title="x", columns=columns, rows=rows)
    read = _book(render_annex(view.model_copy(update={"annex": (sheet,)})))["x"]
    assert read["B4"].alignment.wrap_text
    wide = read.column_dimensions["B"].width
    assert read.row_dimensions[4].height >= 17 * (280 / wide) > 17
    assert read.row_dimensions[5].height < 20
