"""What a template is prefilled with: the last accepted return's running projects and products, and what is still open."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from expectations.form import OPEN_SHEET, the_form
from expectations.frames import table_name
from tasks.settings import House
from tasks.templates import prefilled_template
from tests.conftest import house_at
from warehouse.build import create_tables, definitions_hash
from warehouse.store import Connection

# Returns in force: (id, unit, centre, quarter). The one of 2026-Q3 is the return that is being asked for again.
RETURNS = [
    ("q1", "U02", "EQ01", "2026-Q1"),
    ("q2", "U02", "EQ01", "2026-Q2"),
    ("q3", "U02", "EQ01", "2026-Q3"),
    ("fellow", "U03", "EQ01", "2026-Q2"),
    ("elsewhere", "U04", "NM01", "2026-Q2"),
]
RUNNING = {
    "project_name": "焊接变形控制",
    "field": "EQ",
    "source": "自主",
    "technology_class": "前沿技术",
    "trl_start": 3,
    "trl_now": 5,
    "stage": "技术开发",
    "start_date": date(2025, 3, 1),
    "planned_end_date": date(2027, 2, 28),
    "status": "在研",
    "spend_fiscal_wan_cny": 12,
}
EVENT = {"event_date": date(2026, 2, 3), "technology": "防摇控制", "recipient_name": "示例港口机械厂"}
PAID = {"kind": "到账", "followup_date": date(2026, 6, 1)}
OUTPUT = {"kind": "发明专利授权", "title": "一种焊接方法", "output_date": date(2026, 1, 20)}
ROWS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "projects": [
        ("q1", {**RUNNING, "project_no": "P-dropped"}),
        ("q2", {**RUNNING, "project_no": "P-2"}),
        ("q2", {**RUNNING, "project_no": "P-1", "partner_units": "示例理工大学"}),
        ("q2", {**RUNNING, "project_no": "P-ended", "status": "已完成"}),
        ("q3", {**RUNNING, "project_no": "P-now"}),
        ("fellow", {**RUNNING, "project_no": "P-fellow"}),
    ],
    "industrialisation": [
        ("q1", {"product": "旧产品", "first_sale_date": date(2024, 1, 5)}),
        ("q2", {"product": "控制器", "output_no": "O-sold", "first_sale_date": date(2026, 5, 5), "sales_wan_cny": 9}),
    ],
    "diffusion": [
        ("q1", {**EVENT, "event_no": "E-part", "contract_value_wan_cny": Decimal("60.0001")}),
        ("q1", {**EVENT, "event_no": "E-paid", "contract_value_wan_cny": 10}),
        ("q1", {**EVENT, "event_no": "E-ended", "contract_value_wan_cny": 10}),
        ("q1", {**EVENT, "event_no": "E-training"}),
        ("q2", {**EVENT, "event_no": "E-unpaid", "contract_value_wan_cny": 80, "event_date": date(2026, 5, 2)}),
        ("q3", {**EVENT, "event_no": "E-now", "contract_value_wan_cny": 10}),
        ("fellow", {**EVENT, "event_no": "E-fellow", "contract_value_wan_cny": 10}),
    ],
    "followup": [
        ("q2", {**PAID, "subject_no": "E-part", "amount_wan_cny": 20}),
        ("fellow", {**PAID, "subject_no": "E-part", "amount_wan_cny": Decimal("0.5")}),
        ("elsewhere", {**PAID, "subject_no": "E-part", "amount_wan_cny": 30}),
        ("q2", {**PAID, "subject_no": "E-paid", "amount_wan_cny": 10}),
        ("q2", {**PAID, "subject_no": "E-ended", "kind": "终止"}),
        ("q2", {**PAID, "subject_no": "O-used", "kind": "首次应用"}),
        ("q3", {**PAID, "subject_no": "O-open", "kind": "首次应用"}),
    ],
    "outputs": [("q1", {**OUTPUT, "output_no": no}) for no in ("O-open", "O-used", "O-sold")],
}  # fmt: skip


def build(connection: Connection) -> None:
    form = the_form()
    create_tables(connection, form)
    for id_, unit, centre, quarter in RETURNS:
        connection.execute(
            "insert into led_submission (submission, unit, centre, quarter) values (?, ?, ?, ?)",
            [id_, unit, centre, quarter],
        )
    for sheet, rows in ROWS.items():
        for number, (id_, row) in enumerate(rows, start=7):
            names, marks = ", ".join(row), ", ".join("?" * len(row))
            connection.execute(
                f"insert into {table_name(form.by_name[sheet])} (submission, row, {names}) values (?, ?, {marks})",
                [id_, number, *row.values()],
            )
    connection.execute("create table generation as select 1 as seq, ? as definitions", [definitions_hash()])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = house_at(tmp_path_factory.mktemp("prefill"))
    house.store.publish("warehouse-00000001.duckdb", build)
    return house


@pytest.fixture(scope="module")
def book(house: House) -> Workbook:
    return load_workbook(BytesIO(prefilled_template(house, "2026-Q3", "EQ01", "U02")))


def told(book: Workbook, name: str) -> list[dict[str, Any]]:
    """The filled rows of a sheet, blanks left out."""
    sheet = the_form().by_name[name]
    rows = book[sheet.zh].iter_rows(min_row=sheet.first_row, max_col=len(sheet.columns), values_only=True)
    named = [dict(zip(sheet.by_name, row, strict=True)) for row in rows]
    return [{k: v for k, v in row.items() if v is not None} for row in named if any(row.values())]


def test_running_projects_of_the_last_return_stand_in_their_order(book: Workbook) -> None:
    assert [row["project_no"] for row in told(book, "projects")] == ["P-2", "P-1"]


def test_what_the_quarter_must_tell_anew_is_left_blank(book: Workbook) -> None:
    assert told(book, "projects")[1] == {
        "project_no": "P-1",
        "project_name": "焊接变形控制",
        "field": "EQ 智能制造及高端装备",
        "source": "自主",
        "technology_class": "前沿技术",
        "trl_start": 3,
        "stage": "技术开发",
        "start_date": datetime(2025, 3, 1),  # noqa: DTZ001 - a cell has no zone
        "planned_end_date": datetime(2027, 2, 28),  # noqa: DTZ001
        "partner_units": "示例理工大学",
    }


def test_products_keep_their_name_output_and_first_sale(book: Workbook) -> None:
    first_sale = datetime(2026, 5, 5)  # noqa: DTZ001 - a cell has no zone
    assert told(book, "industrialisation") == [
        {"product": "控制器", "output_no": "O-sold", "first_sale_date": first_sale}
    ]


def test_open_are_contracts_not_paid_in_full_and_outputs_not_in_use(book: Workbook) -> None:
    """Not open: paid (E-paid), terminated, without a contract, in use, sold, another unit's, this quarter's own."""
    rows = book[OPEN_SHEET].iter_rows(min_row=5, values_only=True)
    assert [(row[0], *row[5:]) for row in rows] == [
        ("E-unpaid", 80, 0, 80),
        ("E-part", 60.0001, 20.5, 39.5001),
        ("O-open", "—", "—", "—"),
    ]


def test_sheets_without_anything_known_are_blank(book: Workbook) -> None:
    for name in ("outputs", "diffusion", "followup", "finance", "unit"):
        sheet = the_form().by_name[name]
        if sheet.layout == "table":
            assert told(book, name) == []
        else:
            assert {book[sheet.zh][sheet.address(column, 0)].value for column in sheet.by_name} == {None}


def test_before_the_first_return_only_the_cover_is_known(house: House) -> None:
    book = load_workbook(BytesIO(prefilled_template(house, "2026-Q1", "EQ01", "U02")))
    assert told(book, "projects") == told(book, "industrialisation") == []
    assert OPEN_SHEET not in book.sheetnames
    cover = the_form().by_name["cover"]
    assert book[cover.zh][cover.address("quarter", 0)].value == "2026-Q1"


def test_without_a_warehouse_the_template_is_just_less_prefilled(tmp_path: Path) -> None:
    book = load_workbook(BytesIO(prefilled_template(house_at(tmp_path / "new"), "2026-Q3", "EQ01", "U02")))
    assert told(book, "projects") == []
    cover = the_form().by_name["cover"]
    assert book[cover.zh][cover.address("unit_name", 0)].value == "示例重型机械集团有限公司"


def test_a_warehouse_of_another_form_is_not_asked(tmp_path: Path) -> None:
    house = house_at(tmp_path / "old")
    house.store.publish(
        "warehouse-00000001.duckdb",
        lambda connection: connection.execute(
            "create table generation as select 1 as seq, 'old' as definitions"
        ),
    )
    assert told(load_workbook(BytesIO(prefilled_template(house, "2026-Q3", "EQ01", "U02"))), "projects") == []
