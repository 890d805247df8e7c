"""registry + warehouse → template: the workbook a unit fills for a centre and quarter, with what is known filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.form import Sheet
from expectations.frames import table_name
from expectations.quarter import Quarter
from expectations.template import Cell, OpenItem, template_workbook
from tasks.settings import House
from warehouse.build import SQL, definitions_hash
from warehouse.registry import Membership
from warehouse.store import Connection

Record = Mapping[str, Cell]

_RUNNING = {"projects": "status = '在研'", "industrialisation": "true"}
_LAST = """(
    select submission from led_submission where unit = $unit and centre = $centre and quarter < $quarter
    order by quarter desc limit 1
)"""


def prefilled_template(house: House, quarter: str, centre: str, unit: str) -> bytes:
    """The .xlsx; ValueError for a wrong quarter, LookupError if the registry expects no such return.

    Running projects, products and open items are those of the warehouse in force; without one they are left out.
    """
    key = Quarter.parse(quarter)
    for member in house.registry.expected(key):
        if (member.centre, member.unit) == (centre, unit):
            records, open_items = _known(house, member, key)
            records["cover"] = [_cover(house, member, key)]
            remarks = {"centre": house.registry.centre[centre].name}
            return template_workbook(house.form, records, remarks, open_items)
    raise LookupError(f"no return of {unit} for {centre} is expected in {key}")


def _cover(house: House, member: Membership, quarter: Quarter) -> Record:
    known = house.registry.unit[member.unit]
    return {
        "centre": member.centre,
        "unit_name": known.name,
        "uscc": known.uscc,
        "unit_kind": known.kind,
        "role": member.role,
        "quarter": str(quarter),
    }


def _known(
    house: House, member: Membership, quarter: Quarter
) -> tuple[dict[str, list[Record]], list[OpenItem]]:
    """What the unit's earlier returns for this centre say of sheets 3, 6 and 7."""
    if house.store.made_of()[1] != definitions_hash():
        return {}, []  # no warehouse, or one of an earlier form, whose columns may be others
    whose = {"unit": member.unit, "centre": member.centre, "quarter": str(quarter)}
    with house.store.reading() as connection:
        records = {
            name: _carried_on(connection, house.form.by_name[name], which, whose)
            for name, which in _RUNNING.items()
        }
        open_items = [
            OpenItem(*row)
            for row in connection.execute((SQL / "open_items.sql").read_text("utf-8"), whose).fetchall()
        ]
    return records, open_items


def _carried_on(connection: Connection, sheet: Sheet, which: str, whose: Mapping[str, Any]) -> list[Record]:
    """Rows of the last accepted return: the columns the form prefills, for the quarter's own figures are the unit's."""
    names = [column.name for column in sheet.columns if column.prefill]
    columns, table = ", ".join(names), table_name(sheet)
    query = f"select {columns} from {table} join {_LAST} using (submission) where {which} order by row"  # noqa: S608 - names are ours
    rows = connection.execute(query, dict(whose)).fetchall()
    return [
        {name: value for name, value in zip(names, row, strict=True) if value is not None} for row in rows
    ]
