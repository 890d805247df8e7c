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
    for case in FAILING:
        for key in case.findings:
            severity, rule, *_ = key.split()
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


def test_every_sheet_has_a_return_that_passes_and_every_column_of_codes_one_that_fails() -> None:
    for sheet in the_form().sheets:
        assert any(name.startswith(f"should_pass/{sheet.name}/") for name in cases())
        assert any(name.startswith(f"should_fail/{sheet.name}/") for name in cases())
