"""A return that was opened and saved again is other bytes that say the same (bad-inputs S08): told once, judged never."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from tasks.collect import collect
from tasks.load import load
from tasks.process import process
from tasks.settings import House
from tasks.status import status
from tests.conftest import house_at
from tests.house.conftest import sha_of
from tests.house.filing import send, workbook


def saved_again(content: bytes, width: int) -> bytes:
    book = load_workbook(BytesIO(content))
    book["封面"].column_dimensions["E"].width = width
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = house_at(tmp_path_factory.mktemp("saved") / "house")
    first = workbook("EQ01", "U01")
    send(house, "U01.xlsx", first, "2026-10-10T09:00:00")
    collect(house)
    assert process(house) == {"accepted": 1}
    send(house, "U01-2.xlsx", saved_again(first, 50), "2026-10-11T09:00:00")
    send(house, "U01-late.xlsx", saved_again(first, 60), "2026-10-25T09:00:00")
    other = workbook("EQ01", "U01", employees=201)
    send(house, "U01-other-late.xlsx", other, "2026-10-25T10:00:00")
    assert len(collect(house)) == 3
    assert process(house) == {"accepted": 2, "held": 1}
    load(house)
    return house


def rules(house: House, name: str) -> list[tuple[str, str]]:
    return [(one.severity, one.rule) for one in house.ledger.findings(sha_of(house, name))]


@pytest.mark.parametrize("name", ["U01-2.xlsx", "U01-late.xlsx"])
def test_s08_it_is_told_so_and_nothing_else_is_said(house: House, name: str) -> None:
    assert rules(house, name) == [("note", "saved_again")]
    (found,) = house.ledger.findings(sha_of(house, name))
    assert found.found in {sha_of(house, one)[:12] for one in ("U01.xlsx", "U01-2.xlsx")}
    assert len([one for one in house.ledger.letters() if one.subject == sha_of(house, name)]) == 1


def test_s08_another_number_is_another_return(house: House) -> None:
    assert ("hold", "late") in rules(house, "U01-other-late.xlsx")


def test_s08_the_unit_stays_on_time_and_nothing_is_judged_twice(house: House) -> None:
    (row,) = (one for one in status(house, "2026-Q3") if (one["centre"], one["unit"]) == ("EQ01", "U01"))
    assert (row["state"], row["on_time"]) == ("accepted", True)
    assert process(house) == {}
