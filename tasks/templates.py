"""registry + warehouse → template: the workbook a unit fills for a centre and quarter, with what is known filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.form import Sheet
from expectations.frames import table_name
from expectations.quarter import Quarter
from expectations.template import Cell, OpenItem, template_workbook
from tasks.settings import House
from warehouse.build import definitions_hash
from warehouse.registry import Membership
from warehouse.store import Connection

Record = Mapping[str, Cell]

# The last return accepted before the quarter, and all of them: what is said of them is asked of both.
_EARLIER = """
with mine as (
    select submission, quarter from led_submission where unit = $unit and centre = $centre and quarter < $quarter
), last as (
    select submission from mine where quarter = (select max(quarter) from mine)
)
"""
_RUNNING = {"projects": "status = '在研'", "industrialisation": "true"}

# 到账 of a contract may be reported by any unit of the centre; first use is a first application or a first sale.
_OPEN = """,
told as (
    select f.* from stg_return__followup f join led_submission s using (submission)
    where s.centre = $centre and s.quarter < $quarter
), sold as (
    select i.output_no from stg_return__industrialisation i join led_submission s using (submission)
    where s.centre = $centre and s.quarter < $quarter
), events as (
    select
        e.event_no as number, '技术扩散事项' as what, e.technology as name, e.event_date as happened,
        e.recipient_name as with_whom, e.contract_value_wan_cny as value,
        coalesce(
            (select sum(t.amount_wan_cny) from told t where t.subject_no = e.event_no and t.kind = '到账'), 0
        ) as received
    from stg_return__diffusion e join mine using (submission)
    where e.contract_value_wan_cny > 0
), outputs as (
    select
        o.output_no as number, '研发产出' as what, o.title as name, o.output_date as happened,
        o.kind as with_whom, null as value, null as received
    from stg_return__outputs o join mine using (submission)
    where not exists (select 1 from sold where sold.output_no = o.output_no)
        and not exists (select 1 from told t where t.subject_no = o.output_no and t.kind = '首次应用')
)
select number, what, name, happened, with_whom, value, received
from (from events where received < value union all from outputs) o
where not exists (select 1 from told t where t.subject_no = o.number and t.kind = '终止')
order by value is null, happened desc, number
"""


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
        open_items = [OpenItem(*row) for row in connection.execute(_EARLIER + _OPEN, whose).fetchall()]
    return records, open_items


def _carried_on(connection: Connection, sheet: Sheet, which: str, whose: Mapping[str, Any]) -> list[Record]:
    """Rows of the last accepted return: the columns the form prefills, for the quarter's own figures are the unit's."""
    names = [column.name for column in sheet.columns if column.prefill]
    columns, table = ", ".join(names), table_name(sheet)
    query = (
        f"{_EARLIER} select {columns} from {table} join last using (submission) where {which} order by row"  # noqa: S608 - names are ours
    )
    rows = connection.execute(query, dict(whose)).fetchall()
    return [
        {name: value for name, value in zip(names, row, strict=True) if value is not None} for row in rows
    ]
