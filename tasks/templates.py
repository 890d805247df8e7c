"""registry → template: the workbook a unit fills for a centre and quarter, with what is known filled in."""

from __future__ import annotations

from expectations.quarter import Quarter
from expectations.template import Cell, template_workbook
from tasks.settings import House


def prefilled_template(house: House, quarter: str, centre: str, unit: str) -> bytes:
    """The .xlsx; ValueError for a wrong quarter, LookupError if the registry expects no such return."""
    key = Quarter.parse(quarter)
    registry = house.registry
    for member in registry.expected(key):
        if (member.centre, member.unit) == (centre, unit):
            known = registry.unit[unit]
            cover: dict[str, Cell] = {
                "centre": centre,
                "unit_name": known.name,
                "uscc": known.uscc,
                "unit_kind": known.kind,
                "role": member.role,
                "quarter": str(key),
            }
            return template_workbook(house.form, {"cover": [cover]}, {"centre": registry.centre[centre].name})
    raise LookupError(f"no return of {unit} for {centre} is expected in {key}")
