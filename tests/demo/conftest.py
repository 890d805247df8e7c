"""The demo's province as it is told (values), and the small demo as it lies in the inbox (files read back)."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from expectations.form import Sheet, the_form
from expectations.quarter import Quarter
from tasks.demo import write_returns
from tasks.demo_arrivals import arrivals
from tasks.demo_planted import Arrival
from tasks.demo_story import Return
from warehouse.registry import Registry

REGISTRY = Path(__file__).parents[2] / "registry"
QUARTERS = [str(Quarter(2024, 4).shift(step)) for step in range(8)]
Record = dict[str, Any]
Table = Callable[[str], list[dict[str, str]]]


@pytest.fixture(scope="session")
def registry() -> Table:
    def table(name: str) -> list[dict[str, str]]:
        with (REGISTRY / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    return table


@pytest.fixture(scope="session")
def province() -> list[Arrival]:
    """Every file of the demo and every return that never comes, by quarter and membership."""
    return list(arrivals(Registry.read(REGISTRY)))


@pytest.fixture(scope="session")
def in_force(province: list[Arrival]) -> list[Return]:
    """What counts in the end: of each return the version accepted last, in the order of quarters."""
    last: dict[tuple[str, str, str], Return] = {}
    for one in province:
        if one.told and one.planted.verdict == "accepted":
            last[one.planted.quarter, one.planted.centre, one.planted.unit] = one.told
    return list(last.values())


@pytest.fixture(scope="session")
def small(small_registry: Path) -> list[Arrival]:
    return list(arrivals(Registry.read(small_registry)))


@pytest.fixture(scope="session")
def small_inbox(tmp_path_factory: pytest.TempPathFactory, small_registry: Path) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    write_returns(folder, small_registry)
    return folder


def rows(returns: list[Return], sheet: str, quarter: str = "") -> Iterator[tuple[Return, Record]]:
    """Every record of a sheet with its return, of one quarter or of all."""
    for one in returns:
        if quarter in {"", str(one.quarter)}:
            yield from ((one, dict(row)) for row in one.sheets[sheet])


def records(path: Path) -> dict[str, list[Record]]:
    """A workbook read back, knowing only the form: records by sheet and column, blank ones left out."""
    book = CalamineWorkbook.from_path(str(path))
    return {
        sheet.name: _records(sheet, book.get_sheet_by_name(sheet.zh).to_python(skip_empty_area=False))
        for sheet in the_form().sheets
    }


def _records(sheet: Sheet, rows: list[list[Any]]) -> list[Record]:
    if sheet.layout == "record":
        return [
            {column.name: _plain(rows[sheet.first_row - 1 + n][3]) for n, column in enumerate(sheet.columns)}
        ]
    found = [
        {column.name: _plain(cell) for column, cell in zip(sheet.columns, row, strict=False)}
        for row in rows[sheet.first_row - 1 :]
    ]
    return [row for row in found if any(cell is not None for cell in row.values())]


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    return None if cell == "" else cell
