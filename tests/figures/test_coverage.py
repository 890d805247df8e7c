"""Coverage of every total of the demo, recounted from the workbooks as sent, and read back from what is issued."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest

from tasks.settings import House
from tests import ledgers
from tests.figures.recount_coverage import TOLD, WHERE, coverage
from tests.figures.recount_outputs import LEVELS, NAMED, Edition
from tests.figures.recount_returns import SCALE, Frame, Kept
from tests.figures.recount_shown import is_native, is_printed, page_tables, text_of
from tests.figures.test_recount import ISSUED, QUARTERS
from warehouse.indicators import indicators

HEADINGS = ["指标", "已报|下限", "参考值|含缺报", "采用|无提示", "采用|有提示", "缺报|按最近报数"]
WORTH = {"亿元": 10_000, "万元": 1}
Counted = dict[tuple[str, ...], dict[str, Decimal]]


@pytest.fixture(scope="module")
def recounted(demo_house: House) -> Frame:
    return coverage(Kept(demo_house.inbox, ledgers.address(demo_house), demo_house.settings.registry))


@pytest.fixture(scope="module")
def stored(demo_house: House) -> Frame:
    sums = ", ".join(f"cast({name} * {SCALE} as bigint) as {name}" for name in TOLD[:3])
    with demo_house.store.reading() as connection:
        return connection.sql(f"select {', '.join(WHERE)}, {sums}, returns, unknown from coverage").df()


@pytest.fixture(scope="module")
def counted(recounted: Frame) -> Counted:
    found: Counted = {}
    for row in recounted.to_dict("records"):
        sums = {name: Decimal(row[name]) / (SCALE if name in TOLD[:3] else 1) for name in TOLD}
        sums["reported"] = sums["plain"] + sums["warned"]
        sums["indication"] = sums["reported"] + sums["missing"]
        found[tuple(row[name] for name in WHERE)] = sums
    return found


@pytest.fixture(params=ISSUED)
def edition(request: pytest.FixtureRequest, demo_house: House) -> Edition:
    newest = demo_house.ledger.editions(request.param)[-1]
    return Edition(demo_house.editions / newest.folder, demo_house.registry, QUARTERS)


def quarter_of(edition: Edition) -> str:
    return edition.folder.name[:7]


def matters(one: dict[str, Decimal]) -> bool:
    """Whether what is missing is a hundredth of what was reported or more."""
    return one["missing"] > 0 and one["missing"] * 100 >= one["reported"]


def test_the_recount_equals_the_coverage_of_every_total(stored: Frame, recounted: Frame) -> None:
    both = stored.merge(recounted, on=WHERE, how="left", suffixes=("", "_recounted"))
    differs = sum((both[name] != both[f"{name}_recounted"]).astype(int) for name in TOLD) > 0
    assert not differs.any(), both[differs].head(20).to_string()
    assert len(both) == len(stored) > 4_500
    # Nothing is left out: every total with a figure has its coverage (tests/sql holds the two together), and here are
    # quarters with all there, with a return missing, held, and of a unit that never reported.
    whole = both[both["level"] == "province"].groupby("quarter")[["returns", "unknown"]].max()
    assert whole["returns"].to_dict() == dict(zip(QUARTERS, (0, 1, 2, 0, 1, 1, 0, 11), strict=True))
    assert whole["unknown"].sum() > 0
    assert (both["missing"] > 0).sum() > 300
    print(f"{len(both):,} totals compared")


def test_every_row_of_the_annex_s_coverage_is_what_was_recounted(edition: Edition, counted: Counted) -> None:
    rows = edition.sheet("覆盖")
    shown = set()
    for _, name, level, place, _, *cells in rows:
        one, where = NAMED[name], LEVELS[level]
        key = (one.code, quarter_of(edition), where, edition.scopes[where][place])
        found = counted[key]
        names = ("reported", *TOLD[:3], "indication")
        for cell, told in zip(cells[:5], names, strict=True):
            assert is_native(cell, found[told], one.unit, one.decimals), (key, told, cell)
        for cell, told in zip(cells[5:8], TOLD[:3], strict=True):
            share = found[told] / found["indication"] if found["indication"] else Decimal(0)
            assert is_printed(str(cell), share * 100, ""), (key, told, cell)
        assert [*map(int, cells[8:10])] == [found["returns"], found["unknown"]]
        assert cells[10] == ("是" if matters(found) else "否")
        shown.add(key)
    assert len(shown) == len(rows) > 500
    assert [row[5:15] for row in edition.sheet("Coverage", ".en")] == [row[5:15] for row in rows]


def main_totals(edition: Edition) -> Iterator[list[str]]:
    for table in page_tables(edition.page):
        if table.headings == HEADINGS:
            yield from table.rows


def test_the_page_s_table_of_coverage_is_what_was_recounted(edition: Edition, counted: Counted) -> None:
    rows = list(main_totals(edition))
    for name, reported, indication, *shares in rows:
        one = NAMED[re.sub("（[^（]*）$", "", name)]
        found = counted[one.code, quarter_of(edition), "province", "province"]
        assert is_printed(reported, found["reported"], "")
        assert is_printed(indication, found["indication"], "") if matters(found) else not indication
        for text, told in zip(shares, TOLD[:3], strict=True):
            assert is_printed(text.rstrip("%"), found[told] / found["indication"], "%"), (name, told)
    # The quarter that all returns of are in use has a sentence instead.
    assert len(rows) == (9 if quarter_of(edition) == "2026-Q3" else 0)
    assert ("各项合计没有缺口" in edition.page) == (not rows)


def test_a_tile_says_what_its_figure_would_come_to(edition: Edition, counted: Counted) -> None:
    tiles = re.findall(
        r'id="fig-(\w+)">(.*?</ul></div>\s*(?:<p class="note">(.*?)</p>)?)', edition.page, re.DOTALL
    )
    told = {code: text_of(note) for code, _, note in tiles if "至少" in note}
    expected = {}
    for code, *_ in tiles:
        found = counted.get((code, quarter_of(edition), "province", "province"))
        if indicators()[code].bounded and found and matters(found):
            expected[code] = found["indication"]
    assert told.keys() == expected.keys()
    assert len(told) == (5 if quarter_of(edition) == "2026-Q3" else 0)
    for code, text in told.items():
        number, unit = re.fullmatch(r"至少；含缺报约 ([\d.,]+) ?(\D*)", text).groups()  # type: ignore[union-attr]
        assert is_printed(number, expected[code], unit), (code, text)
