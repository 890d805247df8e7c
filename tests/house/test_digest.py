"""Once a week the operator is told who is missing, what waits and for how long, what is wrong and what comes next."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from expectations.quarter import Quarter
from tasks.alert import raise_alert
from tasks.backup import backup
from tasks.digest import digest
from tasks.letters import compose
from tests.conftest import house_at
from warehouse.records import Letter
from warehouse.returns import standings, submissions

AT = datetime.fromisoformat(
    "2026-10-19T03:30:00+08:00"
)  # a Monday, the report of the third quarter is not out


def digests(house):
    return [one for one in house.ledger.letters() if one.kind == "digest"]


@pytest.fixture
def house(tmp_path):
    house = house_at(tmp_path / "home", now=AT, base_url="https://airflow.office.example")
    house.ledger.record_snapshot("registry", house.registry.snapshot(), AT)
    return house


def read(house):
    (letter,) = digests(house)
    message = compose(house, letter)
    assert message["To"] == "operator@office.example"
    return str(message["Subject"]), message.get_body(("plain",)).get_content()


def test_one_comes_a_week(house):
    assert digest(house)
    assert not digest(house)
    sunday, monday = (house_at(house.home, now=AT + timedelta(days=n)) for n in (6, 7))
    assert not digest(sunday)
    assert digest(monday)
    assert [one.key for one in digests(house)] == ["digest-2026-W43", "digest-2026-W44"]


def test_it_says_what_there_is_to_know_in_both_languages(house):
    raise_alert(house, "source_unreachable sftp-main", error="connection refused")
    house.ledger.record_notice(Letter("notice-1", "notice", "a", ("op@office.example",), "lapsed"), AT)
    backup(house)
    digest(house)
    subject, text = read(house)
    assert subject == "【周报】2026年10月19日运行情况 · Weekly digest, 19 October 2026"
    for line in (
        "缺报 87",
        "missing 87",
        "来源 sftp-main 无法访问（2026年10月19日 03:30起）",
        "Source sftp-main cannot be reached (since 19 October 2026 03:30)",
        "搁置未寄 1 封",
        "2026年10月20日：编报2026年第三季度报告",
        "1 January 2027: collection of 2026 Q4 opens",
        "最近一次备份：2026年10月19日 03:30",
        "最近一次收报：从未",
        "Last restore drill: never",
        "https://airflow.office.example/ops/",
    ):
        assert line in text, text
    # The quarter in collection, and the one before it, which nobody has reported yet: twelve of each by name.
    assert text.count("缺报：") == 24
    assert text.count("缺报的另有 75 份") == 2


def test_it_tells_things_as_they_stood(house):
    digest(house)
    before = read(house)
    raise_alert(house, "source_unreachable sftp-main", error="connection refused")
    assert read(house) == before


def test_a_return_that_is_held_is_named_with_its_days(house_copy):
    house = house_at(house_copy.home, registry=house_copy.settings.registry, now=AT)
    with house.ledger.engine.begin() as connection:
        connection.exec_driver_sql("delete from edition where quarter = '2026-Q3'")
    held = [one.newest for one in standings(house.registry, submissions(house.ledger), Quarter(2026, 3))]
    held = [one for one in held if one and one.judged.verdict == "held"]
    digest(house)
    _, text = read(house)
    assert text.count("待核：") == len(held) > 0
    for one in held:
        name = house.registry.unit[one.judged.unit].name_en
        days = max((AT - one.arrival.received_at).days, 0)
        assert re.search(rf"Held: {re.escape(name)} \(.*, waiting {days} days", text)
