"""A relation of one sheet may point to another: its finding, and the mark in the unit's own workbook, stand there."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

from expectations.findings import Finding
from expectations.form import the_form
from tests.annotate.copies import annotate
from tests.returns.cases import cases


def test_a_dropped_project_is_marked_where_it_should_stand(
    judged: dict[str, list[Finding]], tmp_path: Path
) -> None:
    name = "should_fail/projects/R1.7_dropped"
    (said,) = judged[name]
    assert (said.sheet, said.cell, said.column, said.found) == ("研发项目", "A7", "项目编号", "")
    (tmp_path / "raw").write_bytes(cases()[name].workbook())
    assert annotate(tmp_path / "raw", judged[name], tmp_path / "copy.xlsx") == ""
    book = load_workbook(BytesIO((tmp_path / "copy.xlsx").read_bytes()))
    assert said.zh in book["研发项目"]["A7"].comment.text
    assert book["封面"]["D14"].comment is None


def test_every_relation_points_to_a_cell_that_exists() -> None:
    """And to one it is about, unless it points to another sheet."""
    for sheet in the_form().sheets:
        for rule in sheet.rules:
            other, _, column = rule.cell.partition(".")
            if column:
                assert column in the_form().by_name[other].by_name, rule.no
            else:
                assert not rule.cell or rule.cell in sheet.by_name, rule.no
