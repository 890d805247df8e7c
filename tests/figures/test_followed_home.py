"""Every figure made of returns can be walked home: from its parts to the cells of the workbooks as they were received."""

from __future__ import annotations

from decimal import Decimal

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from expectations.form import the_form
from tasks.settings import House
from warehouse.figures import Figures
from warehouse.indicators import indicators

# The form column whose cell a part is, where a part is one cell as it stands.
CELL_OF = {"rd_person_years": "rd_person_years", "contract_value_wan_cny": "contract_value_wan_cny"}


def parts(house: House, indicator: str, quarter: str) -> list[tuple[str, str, int, Decimal]]:
    with house.store.reading() as connection:
        return connection.execute(
            "select sha256, sheet, row, numerator from parts join led_submission using (submission) "
            "where indicator = ? and part = '' "
            # a contract counts in the first quarter that names it, once
            "qualify row_number() over (partition by key, parts.quarter order by by_centre, by_unit, row) = 1 "
            "and parts.quarter = ? and (? or parts.quarter = min(parts.quarter) over (partition by key))",
            [indicator, quarter, not indicators()[indicator].ever],
        ).fetchall()


def sheet_of(house: House, sha256: str, name: str) -> Worksheet:
    with house.archive.raw_path(sha256).open("rb") as handle:
        return load_workbook(handle, data_only=True)[the_form().by_name[name].zh]


@pytest.mark.parametrize("code", CELL_OF)
def test_the_cells_add_up_to_the_figure(demo_house: House, code: str) -> None:
    found = parts(demo_house, code, "2026-Q3")
    total = Decimal(0)
    for sha256, name, row, numerator in found:
        address = the_form().by_name[name].address(CELL_OF[code], row)
        cell = Decimal(str(sheet_of(demo_house, sha256, name)[address].value))
        assert cell == numerator, (sha256, address)
        total += cell
    with demo_house.store.reading() as connection:
        stored = connection.execute(
            "select value from figures "
            "where indicator = ? and quarter = '2026-Q3' and period = 'quarter' and level = 'province' and part = ''",
            [code],
        ).fetchone()
    assert stored == (total,)


def test_a_served_sme_is_named_in_the_row_it_came_from(demo_house: House) -> None:
    rows = parts(demo_house, "smes_served", "2026-Q3")
    with demo_house.store.reading() as connection:
        served = Figures(connection).value("smes_served", "2026-Q3")
    assert len(rows) == served > 0
    sheet = the_form().by_name["diffusion"]
    codes = {
        sheet_of(demo_house, sha256, "diffusion")[sheet.address("recipient_uscc", row)].value
        for sha256, _, row, _ in rows
    }
    assert len(codes) == served


def test_every_part_of_a_return_has_its_place(demo_house: House) -> None:
    # How complete a return is rests on all its cells; a risk fund's opening balance stands in the registry.
    with demo_house.store.reading() as connection:
        homeless = connection.execute(
            "select distinct indicator from parts where submission is null or sheet is null or row is null"
        ).fetchall()
    known = {code for code, one in indicators().items() if one.from_registry}
    assert {code for (code,) in homeless} <= known | {"content_completeness", "risk_fund_balance_wan_cny"}
