"""The public edition as people get it, and a centre's: what stands in it, what does not, and when it is issued."""

from __future__ import annotations

import io
import json
import re
from decimal import Decimal

import openpyxl
import pytest

from expectations.quarter import Quarter
from reports.annex import render_annex
from reports.blocks import Table, View
from reports.page import render_page
from reports.wording import wording
from tasks.as_of import draft_of, report_as_of
from tasks.known import known
from tasks.public_record import Issues, read_record
from tasks.publish import publish
from tasks.settings import House
from tasks.verify import NotEqual, verify
from warehouse.claims import disputes
from warehouse.grid import Mark
from warehouse.public import ALL_COLUMNS, ALL_ROWS, printed, public_tables
from warehouse.records import PUBLIC, Edition

NEWEST = "2026-Q3"


@pytest.fixture(scope="module")
def edition(demo_house: House) -> Edition:
    """The newest public edition that the demo issued."""
    return demo_house.ledger.editions(NEWEST, scope=PUBLIC)[-1]


@pytest.fixture(scope="module")
def issues(demo_house: House, edition: Edition) -> Issues:
    return read_record(demo_house, edition)


@pytest.fixture(scope="module")
def views(demo_house: House, edition: Edition) -> list[View]:
    return draft_of(demo_house, edition).views


@pytest.fixture(scope="module")
def own(demo_house: House) -> list[View]:
    return draft_of(demo_house, demo_house.ledger.editions(NEWEST, scope="EQ01")[-1]).views


def tables(view: View) -> list[Table]:
    return [block for chapter in view.chapters for block in chapter.blocks if isinstance(block, Table)]


def test_a_mark_stands_for_each_number_withheld_and_for_no_other(views, issues):
    withheld = sum(len(one.withheld) for one in issues.values())
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
    for sheet, (code, issued) in zip(views[0].annex, issues.items(), strict=True):
        found = [value for row in sheet.rows for value in row[2:]]
        numbers = printed(public_tables()[code], issued)
        assert sorted(round(one) for one in numbers.values() if one is not None) == pytest.approx(
            sorted(one for one in found if isinstance(one, Decimal)), abs=1
        )
        assert found.count("＊") == len(issued.withheld)


def test_shares_come_only_from_printed_numbers(views):
    for one in tables(views[0]):
        total = one.rows[-1][1].text
        for row in one.rows:
            share = row[1].sub
            assert not (share and "＊" in (row[1].text, total))
            if share:
                value, whole = (int(text.replace(",", "")) for text in (row[1].text, total))
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
    spend = tables(own[0])[0].rows[-1][1].text
    with demo_house.store.reading() as connection:
        (value,) = connection.execute(
            "select value from figures where indicator = 'rd_spend_wan_cny' and quarter = '2026-Q3' "
            "and period = 'quarter' and level = 'centre' and scope = 'EQ01' and part = ''"
        ).fetchall()[0]
    assert int(spend.replace(",", "")) == round(value)


def test_the_files_say_what_may_be_said(demo_house, edition, issues):
    """The annex that went out: as many marks as numbers withheld, and every total of the province."""
    cells = cells_of((demo_house.editions / edition.folder / "annex.xlsx").read_bytes())
    assert cells.count("＊") == sum(len(one.withheld) for one in issues.values()) > 0
    for code, one in issues.items():
        total = printed(public_tables()[code], one)[Mark("quarter", ALL_ROWS, ALL_COLUMNS)]
        assert str(round(total)) in cells


def test_readers_get_the_edition_of_their_class_and_no_other(demo_house):
    registry = demo_house.registry
    for scope in ("authority", "public", "EQ01", "NM01"):
        folders = {one.folder for one in demo_house.ledger.editions(scope=scope)}
        letters = [
            one for one in demo_house.ledger.letters() if one.kind == "report" and one.subject in folders
        ]
        asked = {one.email for one in registry.recipients if one.scope == scope}
        assert {one.recipients[0] for one in letters} == asked
        assert len(letters) == len(folders) * len(asked) > 0


def test_it_tells_what_officials_were_told_and_nothing_after(demo_house):
    for one in demo_house.ledger.editions(scope=PUBLIC):
        told = demo_house.ledger.editions(one.quarter, upto=one.seq)[-1]
        assert (one.known_seq, one.known_at) == (told.known_seq, told.known_at)


def test_what_one_late_return_adds_is_not_published(demo_house, issues):
    """Officials got a revised edition of the second quarter; what it adds is the difference of two editions, so the public
    edition stands, and the third quarter's year to date takes the second quarter as it was printed, and says so.
    """
    first, revised = demo_house.ledger.editions("2026-Q2")
    (public,) = demo_house.ledger.editions("2026-Q2", scope=PUBLIC)
    assert public.known_seq == first.known_seq < revised.known_seq
    printed_then = read_record(demo_house, public)
    for code, one in issues.items():
        assert one.as_printed == ("2026-Q2",)
        assert one.known["2026-Q2"] == printed_then[code].known["2026-Q2"]
        assert not [mark for mark in one.withheld if (mark.row, mark.column) == (ALL_ROWS, ALL_COLUMNS)]


def test_it_says_which_quarters_are_told_as_they_were_printed(views, own):
    for view in (*views, *own):
        quarter = {"zh": "2026年第二季度按已公布数计", "en": "takes the second quarter of 2026 as published"}[
            view.lang
        ]
        notes = [one.note for one in tables(view)]
        assert [quarter in note for note in notes] == [False, True] * len(public_tables())


def test_unchanged_contents_make_no_new_edition(house_copy):
    before = house_copy.ledger.editions(scope=None)
    assert publish(house_copy, NEWEST) == [f"{NEWEST}-public-e1", f"{NEWEST}-EQ01-e1", f"{NEWEST}-NM01-e1"]
    assert house_copy.ledger.editions(scope=None) == before


@pytest.mark.parametrize("scope", ["public", "EQ01"])
def test_as_of_the_day_it_was_issued_it_comes_out_byte_for_byte(house_copy, scope):
    for edition in house_copy.ledger.editions(scope=scope):
        made = report_as_of(house_copy, edition.quarter, str(edition.seq), scope)
        assert (made.edition, made.differing) == (edition, ())


def test_nothing_is_published_before_officials_are_told(house_copy):
    with pytest.raises(LookupError, match="jinchuang report 2026-Q4"):
        publish(house_copy, "2026-Q4")
    with pytest.raises(LookupError, match="no such class of readers: XX99"):
        report_as_of(house_copy, NEWEST, str(house_copy.ledger.last_seq()), "XX99")


def test_the_record_of_what_was_printed_is_guarded(house_copy):
    """Without it the next edition could give away what this one withheld: nothing is published until it is restored."""
    first = house_copy.ledger.editions(scope=PUBLIC)[0]
    path = house_copy.home / "public" / f"{first.folder}.json"
    assert set(json.loads(path.read_text("utf-8"))) == set(public_tables())
    path.write_bytes(path.read_bytes().replace(b"firm:", b"form:", 1))
    with pytest.raises(NotEqual, match=f"record of edition {first.folder}"):
        verify(house_copy)
    draft = draft_of(house_copy, house_copy.ledger.editions(NEWEST, scope=PUBLIC)[-1])
    with pytest.raises(ValueError, match=f"restore public/{first.folder}.json"):
        _ = draft.views


def test_the_tables_may_change_only_with_the_year(house_copy, monkeypatch):
    draft = draft_of(house_copy, house_copy.ledger.editions(NEWEST, scope=PUBLIC)[-1])
    monkeypatch.setattr("tasks.public.tables_hash", lambda: "another")
    with pytest.raises(ValueError, match="only with the calendar year"):
        _ = draft.views


def test_it_says_how_many_returns_it_is_made_of(views, demo_house):
    """So that nobody takes a total with returns missing for the whole."""
    state = known(demo_house)
    due = len(state.registry.expected(Quarter.parse(NEWEST)))
    used = sum(one.judged.quarter == NEWEST for one in state.in_force)
    assert 0 < used < due
    zh, en = (view.model_dump_json() for view in views)
    assert f"按采用的 {used} 份报表计（应报 {due} 份）" in zh.replace("\u00a0", " ")
    assert f"{used} of the {due} returns due" in en.replace("\u00a0", " ")


def test_a_centre_is_told_what_of_its_own_is_missing_and_in_dispute(own, demo_house):
    first = own[0].chapters[0].model_dump_json().replace("\u00a0", " ")
    state = known(demo_house)
    due = [one for one in state.registry.expected(Quarter.parse(NEWEST)) if one.centre == "EQ01"]
    used = sum((one.judged.quarter, one.judged.centre) == (NEWEST, "EQ01") for one in state.in_force)
    assert used < len(due)
    assert f"本中心应报 {len(due)} 份，采用 {used} 份" in first
    with demo_house.store.reading() as connection:
        found = [
            one.written
            for one in disputes(connection)
            if one.state == "open" and ("EQ01", "2026") in {(c.centre, c.quarter[:4]) for c in one.claimants}
        ]
    assert found
    assert all(f"{one}" in first for one in found)


def test_a_year_to_date_that_is_not_told_anew_says_so_where_it_is_first_seen(views, issues):
    assert any(one.as_printed for one in issues.values())
    assert "实际累计与此不同" in views[0].chapters[0].model_dump_json()
