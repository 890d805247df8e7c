"""What two units both report is accepted and flagged (争议): each learns who else and what, never the other's figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations.findings import Finding, verdict_of
from expectations.form import the_form
from expectations.yaml12 import read_yaml
from tests.returns.cases import Past
from tests.returns.filled import changed
from tests.returns.judging import judged_after
from warehouse.registry import Registry

INSTITUTE = Past(
    "U03",
    "EQ01",
    "2026-Q3",
    "nil",
    {
        "outputs": [
            {"output_no": "EQ01-2026-077", "kind": "发明专利授权", "identifier": "201710601862.3",
             "title": "厚板焊接", "output_date": "2026-07-21", "credit_share": 0.77},
        ],
        "diffusion": [
            {"event_no": "EQ01-K-077", "event_date": "2026-07-22", "technology": "焊接", "content": "新工艺",
             "mode": "技术服务", "recipient_name": "示例学院", "recipient_kind": "高校", "city": "1401",
             "contract_no": "ht-2026-0815", "contract_value_wan_cny": 77},
        ],
        "followup": [
            {"subject_no": "EQ01-2026-001", "kind": "首次应用", "followup_date": "2026-07-23", "user_name": "示例丁厂"},
        ],
    },
)  # fmt: skip
PATENT = {"output_no": "U04-2026-001", "kind": "发明专利授权", "identifier": "95115608.X", "title": "镁合金锻造",
          "output_date": "2026-08-01", "credit_share": 0.5}  # fmt: skip
UNIVERSITY = {"封面": {"D9": "示例理工大学", "D10": "12140000MA0EX00044", "D11": "高校"}}


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory, registry: Registry) -> dict[str, list[Finding]]:
    """Returns of one batch, when nothing is in force: two that claim the same, and a unit's for two centres.

    The unit of two centres sent its first version to the second centre with another revenue, then the same; it claims
    one patent for both.
    """
    elsewhere = {**UNIVERSITY, "封面": {**UNIVERSITY["封面"], "D8": "NM01"}}
    workbooks = {
        "group": changed({}),
        "institute": INSTITUTE.workbook(registry),
        "first version": changed({**elsewhere, "单位情况": {"D9": 70000}}, "nil"),
        "second version": Past("U04", "NM01", "2026-Q3", "nil", {"outputs": [PATENT]}).workbook(registry),
        "university": Past("U04", "EQ01", "2026-Q3", "nil", {"outputs": [PATENT]}).workbook(registry),
    }
    folder = tmp_path_factory.mktemp("batch")
    return dict(zip(workbooks, judged_after(list(workbooks.values()), [], folder, registry), strict=True))


SAID = read_yaml(Path(__file__).parent / "conflicts.yml")


@pytest.mark.parametrize("rule", SAID)
@pytest.mark.parametrize("who", ["group", "institute"])
def test_each_claimant_learns_the_others_name_and_the_identifier_and_nothing_else(
    learned: dict[str, list[Finding]], rule: str, who: str
) -> None:
    (said,) = [one for one in learned[who] if one.rule == rule]
    expected = {
        name: text.format_map(SAID[rule][who]) for name, text in SAID[rule].items() if isinstance(text, str)
    }
    assert (said.severity, f"{said.sheet}!{said.cell}") == ("warning", expected["cell"])
    assert (said.zh, said.en) == (expected["zh"], expected["en"])


def test_a_conflict_returns_nobodys_workbook(learned: dict[str, list[Finding]]) -> None:
    assert [one.rule for one in learned["group"]] == ["R4.6", "R5.13", "R6.7"]
    assert {verdict_of(learned[who]) for who in ("group", "institute")} == {"accepted"}


def test_no_relation_between_units_is_more_than_a_warning() -> None:
    between = {
        rule.no: rule.severity
        for sheet in the_form().sheets
        for rule in sheet.rules
        for context in sheet.context
        if context.function == "claimants" and context.name in rule.must
    }
    assert between == dict.fromkeys(("R4.6", "R4.10", "R5.13", "R5.18", "R6.7"), "warning")


def test_a_unit_of_two_centres_is_held_against_the_later_version_for_the_other(
    learned: dict[str, list[Finding]],
) -> None:
    """The first version differs from what the other centre was told; by the second, both say the same."""
    assert [one.rule for who in ("university", "second version") for one in learned[who]] == ["R4.6", "R4.6"]
    (said,) = learned["first version"]
    assert (said.rule, said.severity) == ("R2.10", "hold")
    told = "told otherwise to the other centre, of [1] to [7] = [4] 68200."
    assert f"[7] R&D spend in the quarter = 2910.25 (D12); {told}" in said.en


def test_a_unit_that_claims_one_result_for_two_centres_is_told_so(learned: dict[str, list[Finding]]) -> None:
    """Credited to either centre only by shares: the other claimant is itself, with the other centre's code."""
    (here,), (there,) = learned["university"], learned["second version"]
    assert "同报[2]、[3]的其他单位或中心＝示例理工大学（NM01）" in here.zh
    assert "other units or centres reporting the same [2], [3] = 示例理工大学（EQ01）" in there.en
