"""The public edition as people get it, and a centre's: what stands in it, and what does not."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from expectations.quarter import Quarter
from reports.annex import render_annex
from reports.blocks import Table, View
from reports.page import render_page
from reports.wording import wording
from tasks.public import Issues, earlier, keep, public_issues, public_views
from tasks.settings import House
from tests.conftest import house_at
from warehouse.public import printed, public_tables
from warehouse.records import Edition

AT = datetime(2026, 7, 24, 10, tzinfo=UTC)
QUARTER = Quarter(2026, 2)


@pytest.fixture(scope="module")
def issues(demo_house: House) -> list[Issues]:
    """The first two public editions of the year."""
    found: list[Issues] = []
    for number in (1, 2):
        found.append(public_issues(demo_house, Quarter(2026, number), found))
    return found


@pytest.fixture(scope="module")
def views(demo_house: House, issues: list[Issues]) -> list[View]:
    return public_views(demo_house, QUARTER, issues[-1], 1, AT)


@pytest.fixture(scope="module")
def own(demo_house: House, issues: list[Issues]) -> list[View]:
    return public_views(demo_house, QUARTER, issues[-1], 1, AT, centre="EQ01")


def tables(view: View) -> list[Table]:
    return [block for chapter in view.chapters for block in chapter.blocks if isinstance(block, Table)]


def test_a_mark_stands_for_each_number_withheld_and_for_no_other(views, issues):
    withheld = sum(len(one.withheld) for one in issues[-1].values())
    assert withheld > 0
    for view in views:
        mark = wording(view.lang)("public.mark")
        assert sum(cell.text == mark for one in tables(view) for row in one.rows for cell in row) == withheld
        assert sum(value == mark for sheet in view.annex for row in sheet.rows for value in row) == withheld
        assert all(
            mark in one.note for one in tables(view) if any(c.text == mark for row in one.rows for c in row)
        )


def test_what_is_printed_is_what_may_be(views, issues):
    """Every number of the annex, against what the edition holds; totals stand last in row and column."""
    for sheet, (code, issued) in zip(views[0].annex, issues[-1].items(), strict=True):
        found = [value for row in sheet.rows for value in row[2:]]
        numbers = printed(public_tables()[code], issued)
        assert sorted(round(one) for one in numbers.values() if one is not None) == pytest.approx(
            sorted(one for one in found if isinstance(one, Decimal)), abs=1
        )
        assert found.count("＊") == len(issued.withheld)


def test_shares_come_only_from_printed_numbers(views):
    for one in tables(views[0]):
        total = one.rows[-1][-1].text
        for row in one.rows:
            share = row[-1].sub
            assert not (share and "＊" in (row[-1].text, total))
            if share:
                value, whole = (int(text.replace(",", "")) for text in (row[-1].text, total))
                assert int(share.rstrip("%")) == pytest.approx(100 * value / whole, abs=1)


def test_the_public_edition_names_no_unit_no_centre_and_no_code(views, demo_house):
    registry = demo_house.registry
    # A centre's short name may be a word of its own field (信息安全): its full name and code may not.
    secret = {one.name for one in registry.units} | {one.uscc for one in registry.units}
    secret |= {one.name for one in registry.centres} | {one.centre for one in registry.centres}
    for view in views:
        said = view.model_dump_json() + render_page(view, demo_house.fonts).decode()
        said += "".join(cells_of(render_annex(view)))
        assert [
            one for one in sorted(secret) if re.search(rf"(?<![0-9A-Za-z]){one}(?![0-9A-Za-z])", said)
        ] == []


def cells_of(annex: bytes) -> list[str]:
    book = openpyxl.load_workbook(io.BytesIO(annex))
    return [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]


def test_a_centre_sees_itself_and_the_same_totals(own, views, demo_house):
    """One row more a table; everything else, marks included, is the public edition."""
    for mine, everybodys in zip(tables(own[0]), tables(views[0]), strict=True):
        assert mine.rows[:-1] == everybodys.rows
        assert mine.rows[-1][0].text == "其中本中心（重型机械）"
    spend = tables(own[0])[0].rows[-1][-1].text
    with demo_house.store.reading() as connection:
        (value,) = connection.execute(
            "select value from figures where indicator = 'rd_spend_wan_cny' and quarter = '2026-Q2' "
            "and period = 'quarter' and level = 'centre' and scope = 'EQ01' and part = ''"
        ).fetchall()[0]
    assert int(spend.replace(",", "")) == round(value)


def test_the_same_edition_comes_out_twice(demo_house, issues, views):
    again = public_issues(demo_house, QUARTER, issues[:1])
    assert again == issues[-1]
    assert public_views(demo_house, QUARTER, again, 1, AT) == views


def test_what_was_printed_is_kept_and_read_again(issues, tmp_path):
    """In the order of the ledger, which alone says what was issued."""
    house = house_at(tmp_path / "house")
    assert earlier(house) == []
    for number, one in enumerate(issues, 1):
        folder = f"2026-Q{number}-p1"
        assert keep(house, folder, one).parent.name == "public"
        house.ledger.record_edition(edition(number, folder), [], house.now())
    keep(house, "never-issued", issues[0])
    assert earlier(house) == issues
    assert not house.editions.exists()  # no part of an edition
    record: dict[str, Any] = json.loads((house.home / "public" / "2026-Q1-p1.json").read_text("utf-8"))
    assert set(record) == set(public_tables())


def edition(number: int, folder: str) -> Edition:
    return Edition(f"2026-Q{number}", "public", 1, folder, number, AT, folder, {})
