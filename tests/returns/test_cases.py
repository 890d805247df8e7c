"""Every case gets the verdict and exactly the findings it should, and together they leave no rule untried."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from expectations.findings import Finding, verdict_of
from expectations.form import the_form
from expectations.yaml12 import read_yaml
from tests.annotate.copies import annotate
from tests.returns.cases import Case, cases, key_of

Judged = dict[str, list[Finding]]
FAILING = [case for name, case in cases().items() if name.startswith("should_fail/")]
MESSAGES = read_yaml(Path(__file__).parents[2] / "expectations" / "messages.yml")


@pytest.mark.parametrize("case", cases().values(), ids=cases())
def test_case(case: Case, judged: Judged) -> None:
    findings = judged[case.name]
    assert [key_of(one) for one in findings] == list(case.findings)
    for one, words in zip(findings, case.findings.values(), strict=True):
        assert words in one.zh
        assert one.en
        assert "{" not in one.zh + one.en or "{" in one.found
    assert verdict_of(findings) == case.verdict


@pytest.mark.parametrize("case", cases().values(), ids=cases())
def test_contacts_are_never_quoted(case: Case, judged: Judged) -> None:
    said = "\n".join(one.model_dump_json() for one in judged[case.name])
    assert [value for value in case.private if value in said] == []


def test_a_finding_is_in_the_folder_of_its_sheet() -> None:
    for case in FAILING:
        folder = the_form().by_name[case.name.split("/")[1]]
        elsewhere = set(case.cells) - {
            sheet.zh for sheet in the_form().sheets
        }  # a sheet that is not of the form
        assert elsewhere or not case.cells or any(f" {folder.zh}" in key for key in case.findings), case.name


def tried() -> dict[str, set[str]]:
    """Every rule that some case breaks, by severity."""
    found: dict[str, set[str]] = {}
    for severity, rule, _ in _findings():
        found.setdefault(rule, set()).add(severity)
    return found


def test_every_audit_relation_is_broken_by_a_case_at_its_own_severity() -> None:
    relations = {rule.no: {rule.severity} for sheet in the_form().sheets for rule in sheet.rules}
    assert {no: severity for no, severity in tried().items() if no in relations} == relations


@pytest.mark.parametrize("group", ["types", "rules"])
def test_every_sentence_about_a_cell_is_said_in_a_case(group: str) -> None:
    assert {key for key in MESSAGES[group] if not key.startswith("relation")} <= set(tried())


def test_every_note_is_said_in_a_case() -> None:
    passing = [case for case in cases().values() if case.name.startswith("should_pass/")]
    assert {key.split()[1] for case in passing for key in case.findings} == set(MESSAGES["notes"])
    assert {case.verdict for case in passing} == {"accepted"}


def test_every_sheet_has_a_return_that_passes() -> None:
    for sheet in the_form().sheets:
        assert any(name.startswith(f"should_pass/{sheet.name}/") for name in cases())


def test_every_kind_of_column_is_broken_on_every_sheet() -> None:
    """Each column of codes, each that must not repeat, and of every sheet one that is required, bounded, typed."""
    broken = {(rule, *where.split("!")) for _, rule, where in _findings() if "!" in where}
    columns = {(rule, sheet, cell.rstrip("0123456789")) for rule, sheet, cell in broken}
    for sheet in the_form().sheets:
        for column in sheet.columns:
            cell = sheet.address(column.name, sheet.first_row)
            table = cell.rstrip("0123456789")
            if column.codes:
                assert ("code", sheet.zh, cell if sheet.layout == "record" else table) in broken | columns, (
                    column.name
                )
            if column.unique:
                assert ("unique", sheet.zh, table) in columns
        rules = {rule for rule, where, _ in broken if where == sheet.zh}
        assert "required" in rules
        assert "range" in rules or all(column.min is None for column in sheet.columns)
        assert rules & set(MESSAGES["types"])


def test_a_dropped_project_is_marked_where_it_should_stand(judged: Judged, tmp_path: Path) -> None:
    """A relation of one sheet may point to another: its finding, and the mark in the workbook, stand there."""
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


def _findings() -> list[tuple[str, str, str]]:
    """Severity, rule and place of every finding of a case that should fail."""
    return [
        (severity, rule, " ".join(where))
        for case in FAILING
        for severity, rule, *where in (key.split() for key in case.findings)
    ]
