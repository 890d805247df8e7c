"""Every case gets the verdict and exactly the findings it should, and together they leave no rule untried."""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations.findings import Finding, verdict_of
from expectations.form import the_form
from expectations.yaml12 import read_yaml
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


def _findings() -> list[tuple[str, str, str]]:
    """Severity, rule and place of every finding of a case that should fail."""
    return [
        (severity, rule, " ".join(where))
        for case in FAILING
        for severity, rule, *where in (key.split() for key in case.findings)
    ]
