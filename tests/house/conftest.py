"""A quarter's life in one house, judged in as few rounds as can be: each round of Great Expectations takes seconds."""

from __future__ import annotations

import pytest

from tasks.collect import collect
from tasks.decide import decide
from tasks.process import process
from tasks.settings import House
from tests.conftest import copied, house_at
from tests.house.filing import send, workbook


def first_round(house: House) -> None:
    """Before any decision. Quarter 3 closes on 18 October at 23:59:59."""
    past = workbook("EQ01", "U01", "2026-Q2")
    send(house, "U01-Q2.xlsx", past, "2026-07-10T09:00:00")
    good = workbook("EQ01", "U01", employees=601)
    send(house, "U01.xlsx", good, "2026-10-09T09:00:00")
    send(house, "again/U01（再发）.xlsx", good, "2026-10-20T09:00:00")  # the same bytes, late

    send(house, "U02.xlsx", workbook("EQ01", "U02", rd_technical_staff=201), "2026-10-10T09:00:00")
    send(house, "U03-1.xlsx", workbook("EQ01", "U03"), "2026-10-10T09:00:00")
    send(house, "U03-2.xlsx", workbook("EQ01", "U03", employees=0), "2026-10-11T09:00:00")
    send(house, "U04-EQ.xlsx", workbook("EQ01", "U04"), "2026-10-19T08:00:00")
    send(house, "U04-NM.xlsx", workbook("NM01", "U04"), "2026-10-19T08:00:00")
    send(house, "U05-1.xlsx", workbook("NM01", "U05"), "2026-10-10T09:00:00")
    send(house, "U05-2.xlsx", workbook("NM01", "U05", rd_person_years=13), "2026-10-12T09:00:00")
    send(house, "U06.xlsx", workbook("NM01", "U06"), "2026-10-18T23:59:59")
    send(house, "U07.xlsx", workbook("NM01", "U07"), "2026-10-19T00:00:00")
    send(house, "U08.xlsx", workbook("IT01", "U08", rd_spend_wan_cny=801), "2026-10-20T00:00:00")

    not_a_member = workbook("NM01", "U01", expected_of=("EQ01", "U01"))
    send(house, "stranger.xlsx", not_a_member, "2026-10-10T09:00:00")
    send(house, "early.xlsx", workbook("EQ01", "U01", "2026-Q4"), "2026-10-10T09:00:00")
    send(house, "U09.xlsx", b"<html>log in again</html>", "2026-10-10T09:00:00")
    collect(house)
    process(house)


@pytest.fixture(scope="session")
def before_decisions(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Shared: never change it, copy it."""
    house = house_at(tmp_path_factory.mktemp("life") / "before")
    first_round(house)
    return house


@pytest.fixture(scope="session")
def after_decisions(before_decisions: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The same after a release and a rejection. Shared: never change it, copy it."""
    house = copied(before_decisions, tmp_path_factory.mktemp("life") / "after")
    decide(house, sha_of(house, "U04-EQ.xlsx"), "release", "示例处长甲", "已电话核实")
    decide(house, sha_of(house, "U04-NM.xlsx")[:12], "reject", "示例处长甲", "与另一中心所报不符")
    process(house)
    return house


def sha_of(house: House, name: str) -> str:
    (found,) = {one.sha256 for one in house.ledger.arrivals() if one.name == name}
    return found
