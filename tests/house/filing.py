"""Returns as units file them: the prefilled template, a few cells, a time of receipt."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from openpyxl import load_workbook

from expectations.form import the_form
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
