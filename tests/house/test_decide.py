"""Only a held return can be decided on, by somebody with a name and a reason."""

from __future__ import annotations

import pytest

from tasks.decide import decide
from tests.conftest import copied
from tests.house.conftest import sha_of


@pytest.fixture
def house(before_decisions, tmp_path):
    return copied(before_decisions, tmp_path / "house")


def test_a_decision_is_recorded_with_who_and_why(house):
    sha256 = sha_of(house, "U07.xlsx")
    assert decide(house, sha256[:12], "release", " 示例处长甲 ", " 已核实 ") == sha256
    found = house.ledger.decisions()[sha256]
    assert (found.action, found.by, found.reason) == ("release", "示例处长甲", "已核实")


@pytest.mark.parametrize(
    ("action", "by", "reason", "said"),
    [
        ("accept", "甲", "乙", "没有这样的决定.*no such decision"),
        ("release", " ", "乙", "由谁作出.*who decides"),
        ("reject", "甲", "", "由谁作出.*who decides"),
        ("release", "甲" * 101, "乙", "由谁作出.*who decides"),
    ],
)
def test_a_decision_needs_an_action_a_name_and_a_reason(house, action, by, reason, said):
    with pytest.raises(ValueError, match=said):
        decide(house, sha_of(house, "U07.xlsx"), action, by, reason)
    assert house.ledger.decisions() == {}


@pytest.mark.parametrize("name", ["U01.xlsx", "U02.xlsx", "stranger.xlsx"])
def test_what_is_not_held_cannot_be_decided_on(house, name):
    with pytest.raises(LookupError, match=r"不是待核报表.*is not held but"):
        decide(house, sha_of(house, name), "release", "甲", "乙")


@pytest.mark.parametrize("submission", ["000000000000", "", "%"])
def test_an_id_must_name_one_return(house, submission):
    with pytest.raises(LookupError, match=r"份报表.*returns have the id"):
        decide(house, submission, "release", "甲", "乙")


def test_an_id_must_be_long_enough_to_be_meant(house):
    with pytest.raises(LookupError, match=r"对应 1 份报表.*1 returns have the id"):
        decide(house, sha_of(house, "U07.xlsx")[:5], "release", "甲", "乙")
