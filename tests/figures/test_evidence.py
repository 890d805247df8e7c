"""What the figures of an edition are made of, as the edition itself shows it: on the page, in the annex, in a browser."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from expectations.form import the_form
from expectations.quarter import Quarter
from tasks.evidence_told import evidence_of
from tasks.known import known
from tasks.settings import House
from warehouse.basis import REGISTERED
from warehouse.figures import Figures
from warehouse.indicators import indicators
from warehouse.trace import Traces

CHROMIUM = shutil.which("chromium")
QUARTER = "2026-Q3"


@pytest.fixture(scope="module")
def folder(small_house: House) -> Path:
    return small_house.editions / small_house.ledger.editions(QUARTER)[-1].folder


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return (folder / "report.html").read_text("utf-8")


def test_the_rows_of_a_quarter_add_up_to_every_figure_of_it(demo_house: House) -> None:
    with demo_house.store.reading() as connection:
        rows = Traces(connection).of_quarter(QUARTER)
        figures = [one for one in Figures(connection).of(QUARTER) if one.period == "quarter"]
    added: dict[tuple[str, str, str, str | None], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for indicator, part, row, levels in rows:
        scopes = {"province": "province", "field": row.field, "city": row.city, "centre": row.centre}
        for level in levels:
            sums = added[indicator, part, level, scopes[level]]
            more = (row.numerator, row.denominator or Decimal(0), row.n)
            added[indicator, part, level, scopes[level]] = [a + b for a, b in zip(sums, more, strict=True)]
    compared = 0
    for one in figures:
        if indicators()[one.indicator].top:
            continue  # the strongest city's rows are told apart by `jinchuang trace`
        sums = added[one.indicator, one.part, one.level, one.scope]
        assert sums == [one.numerator, one.denominator or 0, one.n], one
        compared += 1
    assert compared > 3000


def test_every_figure_that_can_be_opened_has_its_panel_and_a_way_back(page: str) -> None:
    opened = set(re.findall(r'href="#ev-([a-z_]+)"', page))
    panels = set(re.findall(r'id="ev-([a-z_]+)"', page))
    assert opened == panels
    assert len(panels) > 60
    assert set(re.findall(r'href="#at-([a-z_]+)"', page)) == panels
    back = re.findall(r'id="at-([a-z_]+)"', page)
    assert sorted(back) == sorted(panels)


def panel(page: str, code: str) -> str:
    start = page.index(f'id="ev-{code}"')
    return page[start : page.index("</article>", start)]


def test_a_panel_names_units_files_sheets_and_cells(page: str, small_house: House) -> None:
    said = panel(page, "contract_value_wan_cny")
    with small_house.store.reading() as connection:
        figure = Figures(connection).get("contract_value_wan_cny", QUARTER)
        assert figure is not None
        rows = [one for one in Traces(connection).of([figure])[0] if one.stands]
    elsewhere = said.count("（全省已计入另一行）")
    assert said.count("<li>") - elsewhere == len(rows) == figure.n
    sent = {one.sha256[:12]: one.name for one in small_house.ledger.arrivals()}
    for one in rows:
        assert sent[one.source.submission or ""] in said
        assert f"R{one.source.row}＝{one.numerator.normalize():f}" in said


def test_the_english_page_shows_the_same_rows(folder: Path, page: str) -> None:
    english = (folder / "report.en.html").read_text("utf-8")
    for code in ("contract_value_wan_cny", "smes_served", "returns_expected"):
        assert panel(english, code).count("<li>") == panel(page, code).count("<li>") > 0


def test_each_figure_of_the_annex_leads_to_its_rows(folder: Path, small_house: House) -> None:
    book = load_workbook(folder / "annex.xlsx")
    figures = book["指标"]
    followed = 0
    for row in figures.iter_rows(min_row=4):
        name, part, n = row[1].value, row[2].value, row[14].value
        if row[1].hyperlink is None:
            assert n == 0, (name, part)  # nothing happened: there is no row to lead to
            continue
        sheet, _, cell = row[1].hyperlink.location.partition("!")
        first = book[sheet.strip("'")][cell]
        assert (first.value, first.offset(column=1).value) == (name, part)
        followed += 1
    assert followed > 1000


def test_rows_of_the_annex_add_up_to_the_province_s_figure(folder: Path) -> None:
    book = load_workbook(folder / "annex.xlsx")
    rows = [
        row
        for row in book["证据 技术扩散"].iter_rows(min_row=4, values_only=True)
        if row[0] == "技术合同成交额"
    ]
    table = book["指标"].iter_rows(min_row=4, values_only=True)
    (figure,) = (row for row in table if row[1] == "技术合同成交额" and not row[2] and row[3] == "全省")
    assert sum(Decimal(str(row[8])) for row in rows if row[4] == 1) == Decimal(str(figure[15])) > 0


@pytest.mark.parametrize("width", [390, 1280])
def test_evidence_is_opened_read_and_closed_by_keyboard_from_a_folder_on_disk(
    folder: Path, width: int
) -> None:
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        pytest.fail("chromium is missing: `make test` installs chromium of packages.txt")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": width, "height": 800}, offline=True)
        tab.goto((folder / "report.html").as_uri())
        shown = tab.locator("#ev-smes_served")
        assert not shown.is_visible()
        tab.locator("#at-smes_served").focus()
        tab.keyboard.press("Enter")
        assert shown.is_visible()
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        box = shown.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        tab.keyboard.press("Tab")  # to the way out
        assert tab.evaluate("document.activeElement.className") == "x"
        tab.keyboard.press("Tab")  # to the first centre
        assert tab.evaluate("document.activeElement.tagName") == "SUMMARY"
        row = shown.locator("li").first
        assert not row.is_visible()
        tab.keyboard.press("Enter")
        assert row.is_visible()
        assert "技术扩散" in row.inner_text()
        tab.keyboard.press("Shift+Tab")
        tab.keyboard.press("Enter")
        assert not shown.is_visible()
        assert tab.locator("#at-smes_served").is_visible()
        browser.close()


def test_sheets_registers_and_their_columns_are_called_as_people_know_them(demo_house: House) -> None:
    """In both languages, wherever a row stands and whatever it hangs on."""
    facts = evidence_of(known(demo_house), Quarter.parse(QUARTER))
    told = {(one.code, one.sheet.zh): one for one in facts}
    stage = told["field_groups_covered", "中心阶段登记"]
    assert re.fullmatch(r"第\d+行 自＝[0-9-]{10}、至＝空、中心＝[A-Z0-9]{4}、阶段＝省级", stage.cells.zh)
    assert re.fullmatch(r"中心登记 第\d+行 中心＝[A-Z0-9]{4}、领域＝[A-Z]{2}", stage.rests_on.zh)
    assert re.fullmatch(
        r"register of centres line \d+: centre = [A-Z0-9]{4}, field = [A-Z]{2}", stage.rests_on.en
    )
    assert told["returns_on_time", "报送台账"].cells.zh in {"按时＝是", "按时＝否"}
    sheets = [one.zh for one in the_form().sheets]
    for one in facts:
        assert not any(f"{name} " in one.rests_on.en for name in sheets)
        assert not any(f"{table} " in one.sheet.zh + one.rests_on.zh for table in REGISTERED)
