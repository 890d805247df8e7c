"""What the demo's revised edition says it changes, held against both editions recounted from the workbooks as sent."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from expectations.quarter import Quarter
from reports.changes import Revision
from tasks.demo import planted
from tasks.demo_planted import Fault, Planted
from tasks.draft import PAGE
from tasks.known import known
from tasks.restate import revision
from tasks.settings import House
from tests import ledgers
from tests.figures.recount import Counted, recount
from tests.figures.recount_returns import Kept
from tests.figures.test_recount import QUARTERS
from warehouse.indicators import indicators
from warehouse.records import Edition

REVISED = "2026-Q2"


@pytest.fixture(scope="module")
def editions(demo_house: House) -> tuple[Edition, Edition]:
    first, second = demo_house.ledger.editions(REVISED)
    return first, second


@pytest.fixture(scope="module")
def recounted(demo_house: House, editions: tuple[Edition, Edition]) -> tuple[Counted, Counted]:
    """All figures as of each of the two editions, by another program."""
    ratios = {one.code for one in indicators().values() if one.kind == "ratio"}
    where = (demo_house.inbox, ledgers.address(demo_house), demo_house.settings.registry)
    opened = [one for one in QUARTERS if one <= REVISED]
    first, second = (Counted(recount(Kept(*where, upto=one.known_seq), opened), ratios) for one in editions)
    return first, second


@pytest.fixture(scope="module")
def note(demo_house: House, editions: tuple[Edition, Edition]) -> Revision:
    first, second = editions
    return revision(known(demo_house, second.known_seq), Quarter.parse(REVISED), first)


def value(counted: Counted, code: str, period: str) -> Decimal | None:
    found = counted.of(code, REVISED, period=period)
    return found.value if found else None


def test_it_names_exactly_what_moved_beyond_its_threshold(
    note: Revision, recounted: tuple[Counted, Counted]
) -> None:
    moved = {}
    for one in indicators().values():
        if "province" not in one.levels or one.from_registry:
            continue
        for period in ("quarter", "ytd"):
            before, now = (value(counted, one.code, period) for counted in recounted)
            if one.is_significant(before, now):
                moved[one.code, period] = (before, now)
    told = {(one.code, period): pair for one in note.moved for period, pair in one.values.items()}
    assert told.keys() == moved.keys()
    for key, (before, now) in moved.items():
        pairs = zip(told[key], (before, now), strict=True)
        assert all(a == b if None in (a, b) else abs(a - b) < Decimal("0.0001") for a, b in pairs), key  # type: ignore[operator]
    assert len(moved) > 20


def planted_as(house: House, fault: Fault) -> Planted:
    (found,) = [
        one for one in planted(house.settings.registry) if one.fault == fault and one.quarter == REVISED
    ]
    return found


def contract_values(house: House, told: Planted) -> Decimal:
    """What a workbook of the inbox says its contracts are worth, read cell by cell."""
    sheet = load_workbook(house.inbox / told.quarter / told.file, data_only=True)["技术扩散"]
    headings = {re.sub(r"[（*].*", "", str(cell.value).replace("\n", "")): cell.column for cell in sheet[5]}
    column, number = headings["合同成交额"], headings["合同编号"]
    rows = [row for row in sheet.iter_rows(min_row=7) if row[number - 1].value]
    return sum((Decimal(str(row[column - 1].value)) for row in rows if row[column - 1].value), Decimal(0))


def test_the_headline_moved_by_what_the_late_and_the_corrected_return_say(
    demo_house: House, note: Revision
) -> None:
    (moved,) = (one for one in note.moved if one.code == "contract_value_wan_cny")
    before, now = moved.values["quarter"]
    assert before is not None
    assert now is not None
    wrong, right, late = (
        contract_values(demo_house, planted_as(demo_house, fault))
        for fault in ("tenfold", "reopened", "belated")
    )
    assert now - before == right - wrong + late
    causes = {one.changed.unit.zh: one.now - one.before for one in moved.causes if one.changed}
    names = {
        demo_house.registry.unit[planted_as(demo_house, fault).unit].name: more
        for fault, more in (("reopened", right - wrong), ("belated", late))  # type: ignore[list-item]
    }
    assert causes == names


def test_it_names_the_changed_returns_with_reason_and_decision(demo_house: House, note: Revision) -> None:
    told = {one.how: one for one in note.returns}
    assert set(told) == {"added", "revised"}
    late, corrected = planted_as(demo_house, "belated"), planted_as(demo_house, "reopened")
    assert told["added"].unit.zh == demo_house.registry.unit[late.unit].name
    assert told["revised"].unit.zh == demo_house.registry.unit[corrected.unit].name
    assert "多填一位" in told["revised"].reason
    assert late.settled is not None
    assert told["added"].decided == f"{late.settled.by}：{late.settled.reason}"


def projects_sheet(house: House, sha256: str) -> Any:
    content = house.archive.raw_path(sha256).read_bytes()
    return load_workbook(BytesIO(content), data_only=True)["研发项目"]


def project_says(house: House, sha256: str, number: str) -> dict[str, Any]:
    """What a workbook says of a project, by heading, read from the archived file."""
    sheet = projects_sheet(house, sha256)
    names = [re.sub(r"[（*].*", "", str(cell.value).replace("\n", "")) for cell in sheet[5]]
    (row,) = (
        [cell.value for cell in line]
        for line in sheet.iter_rows(min_row=7)
        if any(cell.value == number for cell in line)
    )
    return dict(zip(names, row, strict=True))


def test_it_names_what_the_correction_restates_without_a_word(demo_house: House, note: Revision) -> None:
    """The unit says that all else is as before; a project of its begins earlier and lower than it told a quarter before."""
    told = planted_as(demo_house, "reopened")
    (said,) = note.restated
    assert said.unit.zh == demo_house.registry.unit[told.unit].name
    assert (said.sheet.zh, said.cell) == told.cells[0][:2]
    in_force = {
        one.judged.quarter: one.judged.sha256
        for one in known(demo_house).in_force
        if (one.judged.unit, one.judged.centre) == (told.unit, told.centre)
    }
    row = int(said.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    sheet = projects_sheet(demo_house, in_force[REVISED])
    number = next(cell.value for cell in sheet[row] if cell.value)
    now, before = (project_says(demo_house, in_force[one], number) for one in (REVISED, "2026-Q1"))
    level = "立项时技术成熟度"
    assert now[level] == before[level] - 1
    cells = {one.column.zh: one for one in said.cells}
    assert list(cells) == [level, "立项日期"]
    assert (cells[level].now, cells[level].before) == (str(now[level]), str(before[level]))
    assert (cells[level].cell, str(cells[level].quarter)) == (said.cell, "2026-Q1")
    there = projects_sheet(demo_house, in_force["2026-Q1"])[cells[level].there]
    assert there.value == before[level]
    assert "其余与前一版相同" in next(one for one in note.returns if one.how == "revised").reason


def test_it_names_the_patent_that_is_claimed_twice_since(demo_house: House, note: Revision) -> None:
    (dispute,) = note.disputes
    late = planted_as(demo_house, "belated")
    assert (dispute.kind.zh, dispute.state) == ("发明专利授权", "open")
    assert demo_house.registry.unit[late.unit].short in {one.unit.zh for one in dispute.claimants}
    assert len(dispute.claimants) == 2


def test_all_of_it_is_said_in_page_and_mail(
    demo_house: House, note: Revision, editions: tuple[Edition, Edition]
) -> None:
    folder = demo_house.editions / editions[1].folder
    page = (folder / PAGE).read_text("utf-8")
    mail = json.loads((folder / "mail.json").read_text("utf-8"))
    text = "".join(mail["text"].split())
    for said in (page, text):
        assert "修订说明" in said
        for one in note.returns:
            assert one.unit.zh in said
        assert note.disputes[0].number in said
    assert "技术合同成交额" in mail["subject"]
    assert mail["subject"].startswith("【修订版】")
