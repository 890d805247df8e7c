"""Returns as units file them: the prefilled template, a few cells, a time of receipt."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from openpyxl import load_workbook

from expectations.form import the_form
from tasks.decide import decide
from tasks.known import known
from tasks.process import process
from tasks.settings import ROOT, House, Settings
from tasks.templates import prefilled_template

COVER = {
    "nil_return": "是",
    "estimate_share_pct": 0,
    "unit_head": "示例负责甲",
    "statistics_head": "示例统计乙",
    "filler": "示例填表丙",
    "phone": "000-0000111",
    "email": "never@workbook.example",
    "filed_on": date(2026, 10, 9),
}
UNIT = {
    "employees": 200,
    "rd_technical_staff": 60,
    "rd_person_years": 12.5,
    "revenue_wan_cny": 900,
    "value_added_wan_cny": 300,
    "total_cost_wan_cny": 800,
    "rd_spend_wan_cny": 90,
}


@cache
def _template(centre: str, unit: str, quarter: str) -> bytes:
    # A home without a warehouse: what another run left in `var/` must not be filled in here.
    with TemporaryDirectory() as home:
        house = House(Settings(home=Path(home), registry=ROOT / "registry"))
        return prefilled_template(house, quarter, centre, unit)


def workbook(
    centre: str,
    unit: str,
    quarter: str = "2026-Q3",
    *,
    expected_of: tuple[str, str] | None = None,
    **cells: Any,
) -> bytes:
    """A nil return; ``cells`` are columns of the cover or the unit sheet. ``expected_of`` lends another's template."""
    form = the_form()
    book = load_workbook(BytesIO(_template(*(expected_of or (centre, unit)), quarter)))
    values: Mapping[str, Mapping[str, Any]] = {"cover": {**COVER, "centre": centre}, "unit": UNIT}
    for name, filled in values.items():
        sheet = form.by_name[name]
        for column, value in filled.items():
            book[sheet.zh][sheet.address(column, 0)] = cells.get(column, value)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def send(house: House, name: str, content: bytes, received: str) -> Path:
    """Put a file into the inbox as if it had been received at ``received`` (Shanghai time)."""
    path = house.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    at = datetime.fromisoformat(f"{received}+08:00").timestamp()
    os.utime(path, (at, at))
    return path


def address(sheet: str, column: str) -> str:
    return the_form().by_name[sheet].address(column, 0)


def sent_again(
    house: House,
    quarter: str,
    unit: str,
    sheet_name: str,
    column: str,
    change: Callable[[Any], Any],
    reason: str = "",
) -> tuple[Any, Any]:
    """A unit sends its accepted return again, an hour before the house's clock, with one cell changed: the first of the
    column that holds something. Returns the value before and after.
    """
    (before,) = (
        one for one in known(house).in_force if one.judged.quarter == quarter and one.judged.unit == unit
    )
    form = the_form()
    sheet = form.by_name[sheet_name]
    book = load_workbook(BytesIO(house.archive.raw_path(before.judged.sha256).read_bytes()))
    rows = range(sheet.first_row, sheet.first_row + 40) if sheet.layout == "table" else [0]
    cells = (book[sheet.zh][sheet.address(column, row)] for row in rows)
    cell = next(one for one in cells if one.value is not None)
    was, cell.value = cell.value, change(cell.value)
    book["封面"][form.by_name["cover"].address("revision_reason", 0)] = reason or None
    path = house.inbox / f"更正-{unit}-{quarter}-{column}.xlsx"
    book.save(path)
    at = (house.now() - timedelta(hours=1)).timestamp()
    os.utime(path, (at, at))
    return was, cell.value


def release_held(house: House) -> None:
    """The office lets in every return that is held, and they are judged again."""
    for one in house.ledger.verdicts():
        if one.verdict == "held":
            decide(house, one.sha256, "release", "示例处长甲", "已核实")
    process(house)
