"""A return saved by another program is read cell for cell like the one it was made from, and accepted."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from expectations.form import the_form
from expectations.quarter import SHANGHAI
from tasks.parsed import CellRead
from tasks.reader import read_workbook
from tasks.try_files import try_files
from tests.reader.fixtures.make_libreoffice import FIXTURE, saved_by_libreoffice
from tests.returns.filled import changed
from warehouse.registry import Registry

NOW = datetime(2026, 10, 9, 10, tzinfo=SHANGHAI)


def values(content: bytes) -> dict[tuple[str, str], str | None]:
    cells, findings = read_workbook(content, "季报.xlsx", the_form())
    assert findings == []
    return {(cell.sheet, cell.cell): cell.value for cell in cells if cell.found}


def test_the_fixture_is_another_programs_and_says_the_same() -> None:
    assert b"LibreOffice" in _application(FIXTURE)
    assert values(FIXTURE.read_bytes()) == values(changed({}))


def _application(path: Path) -> bytes:
    from zipfile import ZipFile

    with ZipFile(path) as package:
        return package.read("docProps/app.xml")


def test_the_fixture_is_accepted() -> None:
    registry = Registry.read(Path(__file__).parents[2] / "registry")
    (result,) = try_files([FIXTURE], registry, the_form(), NOW)
    assert (result["verdict"], result["findings"]) == ("accepted", [])


def test_a_return_goes_through_libreoffice_unchanged() -> None:
    if shutil.which("soffice") is None:
        pytest.fail("soffice is missing: `make test` installs libreoffice-calc-nogui of packages.txt")
    odd = {"单位情况": {"D8": 36.25, "D9": 1234.86, "D11": 99999.9999}, "技术扩散": {"C7": "𠮷=<b>&amp;"}}
    content = changed(odd)
    before, after = values(content), values(saved_by_libreoffice(content))
    assert after == before
    assert after["unit", "D9"] == "1234.86"


def test_nothing_was_read_as_unreadable() -> None:
    cells: list[CellRead] = read_workbook(FIXTURE.read_bytes(), "季报.xlsx", the_form())[0]
    assert [cell for cell in cells if cell.reason] == []
