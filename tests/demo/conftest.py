"""The demo as it lies in the inbox: every workbook read back cell by cell, knowing only the form."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from expectations.form import Sheet, the_form
from tasks.demo import planted, write_returns
from tasks.demo_arrivals import Planted

REGISTRY = Path(__file__).parents[2] / "registry"
Record = dict[str, Any]


@dataclass(frozen=True)
class Filed:
    """One file: what the story expects of it, and its records by sheet and column (none: no workbook)."""

    planted: Planted
    path: Path
    sheets: dict[str, list[Record]]

    def __getitem__(self, sheet: str) -> list[Record]:
        return self.sheets[sheet]


def _plain(cell: Any) -> Any:
    return cell.date() if isinstance(cell, datetime) else cell


def _records(sheet: Sheet, page: Worksheet) -> list[Record]:
    last = sheet.first_row if sheet.layout == "record" else page.max_row
    rows = [
        {column.name: _plain(page[sheet.address(column.name, row)].value) for column in sheet.columns}
        for row in range(sheet.first_row, last + 1)
    ]
    return [row for row in rows if any(cell is not None for cell in row.values())]


def read_filed(expected: Planted, path: Path) -> Filed:
    if not path.read_bytes().startswith(b"PK"):
        return Filed(expected, path, {})
    book = load_workbook(path)
    return Filed(expected, path, {sheet.name: _records(sheet, book[sheet.zh]) for sheet in the_form().sheets})


@pytest.fixture(scope="session")
def expected() -> list[Planted]:
    return planted(REGISTRY)


@pytest.fixture(scope="session")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    write_returns(folder, REGISTRY)
    return folder


@pytest.fixture(scope="session")
def filed(inbox: Path, expected: list[Planted]) -> list[Filed]:
    """Every file of the demo, in the order in which it is received."""
    sent = [one for one in expected if one.file]
    return [
        read_filed(one, inbox / one.quarter / one.file)
        for one in sorted(sent, key=lambda one: (one.quarter, one.received))
    ]


@pytest.fixture(scope="session")
def in_force(filed: list[Filed]) -> list[Filed]:
    """What counts in the end: accepted returns, without the version that a correction replaced."""
    return [one for one in filed if one.planted.verdict == "accepted" and one.planted.fault != "revised"]


@pytest.fixture(scope="session")
def with_fault(filed: list[Filed]) -> Callable[[str], Filed]:
    def find(fault: str) -> Filed:
        (one,) = (one for one in filed if one.planted.fault == fault)
        return one

    return find


@pytest.fixture(scope="session")
def registry() -> Callable[[str], list[dict[str, str]]]:
    def table(name: str) -> list[dict[str, str]]:
        with (REGISTRY / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    return table
