"""One letter a cause, in both languages, with what to do and where more is said; told again once it was over."""

from __future__ import annotations

import re

import pytest

from expectations.findings import _messages
from tasks.alert import clear_alert, raise_alert, standing_alerts
from tasks.letters import compose
from tasks.settings import ROOT
from tests.conftest import house_at

ALERTS = _messages()["alerts"]
KINDS = {key for key in ALERTS if f"{key}_what" in ALERTS}
RUNBOOK = (
    (ROOT / "docs" / "operations.md").read_text("utf-8").partition("\n## Runbook\n")[2].partition("\n## ")[0]
)
ENTRIES = dict(re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", RUNBOOK, re.MULTILINE | re.DOTALL))
CAUSE = "source_unreachable sftp-main"


def test_a_cause_is_told_once_until_it_is_over(tmp_path):
    house = house_at(tmp_path / "home")
    assert raise_alert(house, CAUSE, error="connection refused")
    assert not raise_alert(house, CAUSE, error="timed out")
    assert raise_alert(house, "source_unreachable inbox", error="gone")
    assert [one.cause for one in standing_alerts(house)] == [CAUSE, "source_unreachable inbox"]
    assert clear_alert(house, CAUSE)
    assert not clear_alert(house, CAUSE)
    assert [one.cause for one in standing_alerts(house)] == ["source_unreachable inbox"]
    assert raise_alert(house, CAUSE, error="connection refused")
    assert len(house.ledger.letters()) == 3


def test_the_letter_says_what_happened_and_what_to_do(tmp_path):
    house = house_at(tmp_path / "home", base_url="https://airflow.office.example/")
    raise_alert(house, CAUSE, error="connection refused")
    (letter,) = house.ledger.letters()
    message = compose(house, letter)
    assert message["To"] == "operator@office.example"
    assert "sftp-main" in message["Subject"]
    text = message.get_body(("plain",)).get_content()
    assert text.count("connection refused") == 2, "in both languages"
    assert text.count("https://airflow.office.example/ops/runbook#source_unreachable") == 2


def test_every_kind_has_its_runbook_entry_and_the_other_way_round():
    assert set(ENTRIES) == KINDS
    assert set(ALERTS) == {"runbook", "once"} | {
        f"{kind}{part}" for kind in KINDS for part in ("", "_what", "_do")
    }


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_is_told_whole_in_both_languages(kind):
    """The same fields in either, so that nobody knows more; and the runbook says how to see that it is over."""
    for part in ("", "_what", "_do"):
        said = ALERTS[f"{kind}{part}"]
        fields = [sorted(set(re.findall(r"{(\w+)}", said[language]))) for language in ("zh", "en")]
        assert fields[0] == fields[1]
        assert re.search("[\u4e00-\u9fff]", said["zh"])
        assert not re.search("[\u4e00-\u9fff]", said["en"])
    zh, en = ENTRIES[kind].strip().split("\n\n")
    assert "解除" in zh
    assert re.search("[\u4e00-\u9fff]", en) is None
    assert "is over" in " ".join(en.split())
