"""One letter a cause, in both languages, with what to do and where more is said; told again once it was over."""

from __future__ import annotations

from tasks.alert import clear_alert, raise_alert, standing_alerts
from tasks.letters import compose
from tests.conftest import house_at

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
