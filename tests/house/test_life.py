"""The life of a return: what each file of a quarter comes to, who is told, and what a decision changes."""

from __future__ import annotations

import pytest

from tasks.process import process
from tasks.status import status, unattributed
from tests.house.conftest import sha_of
from tests.house.filing import address

VERDICTS = {
    "U01-Q2.xlsx": "accepted",
    "U01.xlsx": "accepted",
    "U02.xlsx": "returned",
    "U03-1.xlsx": "accepted",
    "U03-2.xlsx": "returned",
    "U04-EQ.xlsx": "held",
    "U04-NM.xlsx": "held",
    "U05-1.xlsx": "accepted",
    "U05-2.xlsx": "accepted",
    "U06.xlsx": "accepted",
    "U07.xlsx": "held",
    "U08.xlsx": "returned",
    "stranger.xlsx": "refused",
    "early.xlsx": "refused",
    "U09.xlsx": "refused",
}


def judged(house, name):
    sha256 = sha_of(house, name)
    (found,) = (one for one in house.ledger.verdicts() if one.sha256 == sha256)
    return found


def rules(house, name):
    return [(one.severity, one.rule) for one in house.ledger.findings(sha_of(house, name))]


def row(house, centre, unit, quarter="2026-Q3"):
    (found,) = (one for one in status(house, quarter) if (one["centre"], one["unit"]) == (centre, unit))
    return found


@pytest.mark.parametrize(("name", "verdict"), VERDICTS.items())
def test_each_file_gets_the_verdict_it_should(before_decisions, name, verdict):
    assert judged(before_decisions, name).verdict == verdict


def test_every_file_has_one_verdict(before_decisions):
    assert len(before_decisions.ledger.verdicts()) == len(VERDICTS)


def test_a_return_is_whose_its_cover_says(before_decisions):
    found = judged(before_decisions, "U04-NM.xlsx")
    assert (found.quarter, found.unit, found.centre, found.nil) == ("2026-Q3", "U04", "NM01", True)


def test_an_error_names_its_cell(before_decisions):
    (found,) = before_decisions.ledger.findings(sha_of(before_decisions, "U02.xlsx"))
    assert (found.severity, found.rule, found.sheet) == ("error", "R2.1", "单位情况")
    assert (found.cell, found.found) == (address("unit", "rd_technical_staff"), "201")


def test_quarters_are_judged_oldest_first(before_decisions):
    """Both quarters came in one round, and yet this one knows last quarter's head-count: 601 is above 3 × 200."""
    assert rules(before_decisions, "U01.xlsx") == [("warning", "R2.5")]
    assert judged(before_decisions, "U01-Q2.xlsx").seq < judged(before_decisions, "U01.xlsx").seq


def test_a_batch_is_one_transaction(before_decisions):
    seqs = {judged(before_decisions, name).seq for name in VERDICTS if name != "U01-Q2.xlsx"}
    refused = {judged(before_decisions, name).seq for name in ("stranger.xlsx", "early.xlsx", "U09.xlsx")}
    assert len(refused) == 1
    assert len(seqs - refused) == 1


def test_the_same_bytes_twice_are_one_return_received_when_they_first_came(before_decisions):
    found = row(before_decisions, "EQ01", "U01")
    assert (found["files"], found["on_time"], found["state"]) == (1, True, "accepted")
    assert not judged(before_decisions, "U01.xlsx").late


def test_processing_again_judges_nothing(before_decisions):
    seq = before_decisions.ledger.last_seq()
    assert process(before_decisions) == {}
    assert before_decisions.ledger.last_seq() == seq


def test_what_was_accepted_stays_in_force_when_its_revision_is_returned(before_decisions):
    found = row(before_decisions, "EQ01", "U03")
    assert (found["state"], found["newest_verdict"], found["files"]) == ("accepted", "returned", 2)
    assert found["in_force"] == sha_of(before_decisions, "U03-1.xlsx")[:12]
    assert found["newest"] == sha_of(before_decisions, "U03-2.xlsx")[:12]
    assert found["errors"] > 0


def test_a_revision_replaces_what_was_accepted(before_decisions):
    found = row(before_decisions, "NM01", "U05")
    assert found["in_force"] == sha_of(before_decisions, "U05-2.xlsx")[:12]


def test_the_deadline_with_grace_is_an_instant_in_shanghai(before_decisions):
    assert row(before_decisions, "NM01", "U06")["on_time"]
    late = row(before_decisions, "NM01", "U07")
    assert (late["on_time"], late["state"]) == (False, "held")
    assert judged(before_decisions, "U07.xlsx").late
    (finding,) = before_decisions.ledger.findings(sha_of(before_decisions, "U07.xlsx"))
    assert (finding.severity, finding.rule) == ("hold", "late")
    assert "2026-10-19 00:00" in finding.zh
    assert "2026-10-18 23:59" in finding.zh


def test_a_late_return_with_an_error_goes_back(before_decisions):
    assert rules(before_decisions, "U08.xlsx") == [("error", "R2.3"), ("hold", "late")]


def test_a_return_nobody_expects_is_refused_and_says_what_it_named(before_decisions):
    (found,) = before_decisions.ledger.findings(sha_of(before_decisions, "stranger.xlsx"))
    assert found.rule == "not_expected"
    assert "NM01" in found.found
    assert "91140100MA0EX0001T" in found.found
    refused = judged(before_decisions, "stranger.xlsx")
    assert (refused.unit, refused.centre, refused.quarter) == ("U01", None, None)


def test_a_return_for_a_quarter_not_open_is_refused_and_says_when_it_opens(before_decisions):
    (found,) = before_decisions.ledger.findings(sha_of(before_decisions, "early.xlsx"))
    assert (found.rule, found.found) == ("not_open", "2026-Q4")
    assert "2027-01-01" in found.zh
    assert found.cell == address("cover", "quarter")


def test_files_of_nobody_are_named_to_the_operator(before_decisions):
    found = dict(unattributed(before_decisions))
    assert set(found) == {"stranger.xlsx", "early.xlsx", "U09.xlsx"}
    assert "登记中没有" in found["stranger.xlsx"]


def test_every_file_is_answered_once_at_the_registrys_address(before_decisions):
    letters = {one.subject: one for one in before_decisions.ledger.letters()}
    assert len(letters) == len(before_decisions.ledger.letters()) == len(VERDICTS)
    to = {name: letters[sha_of(before_decisions, name)].recipients for name in VERDICTS}
    assert to["U01.xlsx"] == ("u01@unit.example",)
    assert to["U04-NM.xlsx"] == ("u04@unit.example",)
    assert to["U09.xlsx"] == ("operator@office.example",)
    for name in ("stranger.xlsx", "early.xlsx"):  # whose code it is is told, and so is the operator
        assert to[name] == ("u01@unit.example", "operator@office.example")
    assert {one.state for one in letters.values()} == {"queued"}
    assert not any("workbook.example" in address for one in letters.values() for address in one.recipients)


def test_a_missing_return_has_neither_file_nor_time(before_decisions):
    found = row(before_decisions, "IT01", "U10")
    assert (found["state"], found["files"], found["newest"], found["first_received_at"]) == (
        "missing",
        0,
        None,
        None,
    )


# ── decisions
def test_a_released_return_is_accepted_and_told_why(after_decisions):
    assert judged(after_decisions, "U04-EQ.xlsx").verdict == "accepted"
    assert judged(after_decisions, "U04-EQ.xlsx").late
    assert rules(after_decisions, "U04-EQ.xlsx") == [("note", "released")]
    found = row(after_decisions, "EQ01", "U04")
    assert (found["state"], found["on_time"], found["holds"]) == ("accepted", False, 0)


def test_a_rejected_return_goes_back_with_the_reason(after_decisions):
    assert judged(after_decisions, "U04-NM.xlsx").verdict == "returned"
    assert rules(after_decisions, "U04-NM.xlsx") == [("error", "rejected")]
    (found,) = after_decisions.ledger.findings(sha_of(after_decisions, "U04-NM.xlsx"))
    assert "与另一中心所报不符" in found.zh


def test_only_what_was_decided_is_judged_again(before_decisions, after_decisions):
    before = {one.sha256: one for one in before_decisions.ledger.verdicts()}
    again = {one.sha256 for one in after_decisions.ledger.verdicts() if one != before[one.sha256]}
    assert again == {sha_of(after_decisions, name) for name in ("U04-EQ.xlsx", "U04-NM.xlsx")}


def test_a_decision_is_answered_too(before_decisions, after_decisions):
    before = {one.key for one in before_decisions.ledger.letters()}
    new = [one for one in after_decisions.ledger.letters() if one.key not in before]
    assert sorted(one.subject for one in new) == sorted(
        sha_of(after_decisions, name) for name in ("U04-EQ.xlsx", "U04-NM.xlsx")
    )
    assert {one.recipients for one in new} == {("u04@unit.example",)}


def test_a_decision_is_carried_out_once(after_decisions):
    seq = after_decisions.ledger.last_seq()
    assert process(after_decisions) == {}
    assert after_decisions.ledger.last_seq() == seq


def test_the_state_before_a_decision_can_still_be_asked_for(before_decisions, after_decisions):
    seq = before_decisions.ledger.last_seq()
    assert after_decisions.ledger.verdicts(upto=seq) == before_decisions.ledger.verdicts()
