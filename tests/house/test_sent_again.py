"""A file turned away for its name, its time or the registry is judged again when the same bytes come again.

The answer said: rename it and send it again, or wait until the quarter opens. Whoever does so must not find silence.
"""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from tasks.collect import collect
from tasks.decide import decide
from tasks.process import process
from tasks.settings import House
from tasks.status import status
from tests.conftest import copied, house_at
from tests.house.conftest import sha_of
from tests.house.filing import send, workbook
from warehouse.returns import submissions

NEW_YEAR = datetime.fromisoformat("2027-01-05T09:00:00+08:00")
IN_TIME, LATE = "2026-10-12T09:00:00", "2026-10-20T09:00:00"


def verdict(house: House, name: str) -> str:
    (found,) = (one for one in submissions(house.ledger) if one.judged.sha256 == sha_of(house, name))
    return found.judged.verdict


def letters(house: House, name: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.key, one.recipients) for one in house.ledger.letters() if one.subject == sha_of(house, name)]


@pytest.fixture(scope="module")
def turned_away(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = house_at(tmp_path_factory.mktemp("again") / "house")
    send(house, "U01.csv", workbook("EQ01", "U01"), "2026-10-10T09:00:00")
    send(house, "U02.csv", workbook("EQ01", "U02"), "2026-10-10T09:00:00")
    send(house, "U05-joins.xlsx", workbook("EQ01", "U05", expected_of=("NM01", "U05")), "2026-10-10T09:00:00")
    send(
        house,
        "U01-Q4.xlsx",
        workbook("EQ01", "U01", "2026-Q4", filed_on=date(2027, 1, 3)),
        "2026-10-10T09:00:00",
    )
    send(house, "U03.xlsx", b"no workbook", "2026-10-10T09:00:00")
    collect(house)
    assert process(house) == {"refused": 5}
    return house


@pytest.fixture(scope="module")
def again(turned_away: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """All five come again, after the quarter opened and the registry was corrected."""
    home = tmp_path_factory.mktemp("again") / "house"
    copied(turned_away, home)
    registry = home / "registry"
    shutil.copytree(turned_away.settings.registry, registry)
    with (registry / "memberships.csv").open("a", encoding="utf-8") as table:
        table.write("EQ01,U05,成员,2026-09-01,\n")
    house = house_at(home, registry=registry, now=NEW_YEAR)
    send(house, "U01.xlsx", (house.inbox / "U01.csv").read_bytes(), IN_TIME)
    send(house, "U02.xlsx", (house.inbox / "U02.csv").read_bytes(), LATE)
    for name, received in (
        ("U05-joins.xlsx", IN_TIME),
        ("U01-Q4.xlsx", "2027-01-04T09:00:00"),
        ("U03.xlsx", IN_TIME),
    ):
        send(house, name, (house.inbox / name).read_bytes(), received)
    assert len(collect(house)) == 5
    assert process(house) == {"accepted": 3, "held": 1}
    return house


def row(house: House, centre: str, unit: str, quarter: str = "2026-Q3"):
    (found,) = (one for one in status(house, quarter) if (one["centre"], one["unit"]) == (centre, unit))
    return found


def test_under_its_right_name_it_is_accepted(again):
    assert verdict(again, "U01.xlsx") == "accepted"
    assert row(again, "EQ01", "U01")["newest_file"] == "U01.xlsx"


def test_it_was_received_when_it_came_in_the_form_that_counts(again):
    assert row(again, "EQ01", "U01")["first_received_at"] == "2026-10-12T09:00:00+08:00"
    assert row(again, "EQ01", "U02")["on_time"] is False
    assert verdict(again, "U02.xlsx") == "held"


def test_once_the_registry_knows_the_member_it_is_accepted(again):
    assert row(again, "EQ01", "U05")["state"] == "accepted"


def test_once_the_quarter_is_open_it_is_accepted(again):
    assert row(again, "EQ01", "U01", "2026-Q4")["state"] == "accepted"


def test_what_was_no_workbook_is_none_the_second_time(turned_away, again):
    assert letters(again, "U03.xlsx") == letters(turned_away, "U03.xlsx")
    assert verdict(again, "U03.xlsx") == "refused"


def test_each_answer_is_a_letter_of_its_own(again):
    (first, to_operator), (second, to_unit) = letters(again, "U01.xlsx")
    assert first != second
    assert (to_operator, to_unit) == (("operator@office.example",), ("u01@unit.example",))


def test_judging_again_finds_nothing(again):
    seq = again.ledger.last_seq()
    assert process(again) == {}
    assert again.ledger.last_seq() == seq


def test_what_was_known_before_is_still_known(turned_away, again):
    seq = turned_away.ledger.last_seq()
    assert submissions(again.ledger, seq) == submissions(turned_away.ledger)


def test_a_decision_is_about_the_file_that_came_again(again, tmp_path: Path):
    house = copied(again, tmp_path / "house", now=NEW_YEAR)
    decide(house, sha_of(house, "U02.xlsx"), "release", "示例处长甲", "已核实")
    assert process(house) == {"accepted": 1}
    assert row(house, "EQ01", "U02")["newest_received_at"] == "2026-10-20T09:00:00+08:00"
    assert len({key for key, _ in letters(house, "U02.xlsx")}) == 3


def test_sent_again_under_its_wrong_name_it_is_turned_away_again(turned_away, tmp_path: Path):
    house = copied(turned_away, tmp_path / "house")
    send(house, "other.csv", (house.inbox / "U01.csv").read_bytes(), IN_TIME)
    collect(house)
    assert process(house) == {"refused": 1}
    (found,) = house.ledger.findings(sha_of(house, "other.csv"))
    assert (found.rule, "other.csv" in found.zh) == ("wrong_name", True)
