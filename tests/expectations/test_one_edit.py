"""Adding a column to a form is one edit in one file: everything else follows from it."""

from __future__ import annotations

import shutil
from datetime import date
from io import BytesIO
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

from expectations.dictionary import dictionary
from expectations.form import FOLDER, Form, load_form
from expectations.frames import MACROS, ddl, frame_sql, relations_sql, table_name
from expectations.suites import suite
from expectations.template import template_workbook
from tasks.parsed import write_parsed
from tasks.reader import read_workbook
from tests.returns.filled import fill, records, saved
from warehouse.build import load_cells

DAY = date(2026, 9, 30)
COLUMN = (
    "- {no: 21, name: patents_licensed, zh: 随附许可专利数, en: Patents licensed along, type: integer, unit: 件,"
    " required: true, min: 0, max: 1000}\n"
)
RULE = (
    '- {no: R5.99, must: "patents_licensed <= people_trained", severity: warning,'
    " zh: 示例关系, en: An invented relation}\n"
)


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    """The forms with one column and one relation more, written into one file."""
    folder = tmp_path_factory.mktemp("forms")
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    file = folder / "diffusion.yml"
    file.write_text(file.read_text("utf-8").replace("context:\n", f"{COLUMN}context:\n") + RULE, "utf-8")
    return load_form(folder)


@pytest.fixture(scope="module")
def filled(form: Form) -> bytes:
    """A good return in the longer form: the new column says 3 in its first row, 不明 in its second."""
    book = fill(form, records())
    sheet = form.by_name["diffusion"]
    for row, value in ((sheet.first_row, 3), (sheet.first_row + 1, "不明")):
        book[sheet.zh][sheet.address("patents_licensed", row)] = value
    return saved(book)


def test_the_template_has_it(form: Form) -> None:
    book = load_workbook(BytesIO(template_workbook(form, {})))
    sheet = form.by_name["diffusion"]
    heading = book["技术扩散"][sheet.heading_address(sheet.by_name["patents_licensed"])]
    assert heading.value == "随附许可专利数\n（件） *"
    assert heading.offset(row=1).value == 21
    printed = [row[2] for row in book["审核关系"].iter_rows(values_only=True) if row[0] == "R5.99"]
    assert printed == ["[21] ≤ [20]"]


def test_the_reader_reads_it(form: Form, filled: bytes) -> None:
    cells, findings = read_workbook(filled, "季报.xlsx", form)
    assert [one.rule for one in findings if one.severity == "refuse"] == []
    mine = [cell for cell in cells if cell.column == "patents_licensed"][:2]
    assert [(cell.cell, cell.value, cell.reason) for cell in mine] == [
        ("U7", "3", ""),
        ("U8", None, "not_a_number"),
    ]


def test_the_warehouse_table_takes_it(form: Form, filled: bytes, tmp_path: Path) -> None:
    cells, findings = read_workbook(filled, "季报.xlsx", form)
    write_parsed(tmp_path / "parsed.parquet", cells, findings)
    sheet = form.by_name["diffusion"]
    with duckdb.connect() as connection:
        connection.execute(MACROS)
        connection.execute(ddl(sheet))
        load_cells(connection, "cells", {"a": tmp_path / "parsed.parquet"})
        connection.execute(f"insert into {table_name(sheet)} by name {frame_sql(sheet, 'cells')}")
        rows = connection.execute(
            f"select patents_licensed, typeof(patents_licensed) from {table_name(sheet)} order by row limit 2"
        ).fetchall()
    assert rows == [(3, "BIGINT"), (None, "BIGINT")]


def test_the_suite_judges_it(form: Form) -> None:
    expectations = suite(form.by_name["diffusion"], DAY).expectations
    mine = {
        one.meta["rule"]: type(one).__name__
        for one in expectations
        if one.meta["column"] == "patents_licensed"
    }
    assert mine == {
        "type": "ExpectColumnValuesToMatchRegex",
        "required": "ExpectColumnValuesToNotBeNull",
        "range": "ExpectColumnValuesToBeBetween",
    }
    (relation,) = [one for one in expectations if one.meta["rule"] == "R5.99"]
    assert (type(relation).__name__, relation.sentence) == ("ExpectAuditRelation", "示例关系")
    assert '(patents_licensed <= people_trained) as "R5.99"' in relations_sql(form.by_name["diffusion"], form)


def test_the_dictionary_names_it(form: Form) -> None:
    page = dictionary(form)
    assert (
        "| 21 | `patents_licensed` | 随附许可专利数 | Patents licensed along | integer | 件 | 是 yes | 0 … 1000 |"
        in page
    )
    assert "| R5.99 | [21] ≤ [20] | 示例关系 | An invented relation | 提示 warning |" in page
