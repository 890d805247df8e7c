"""Every figure of the demo's province recounted from the accepted workbooks, and read back from what is issued."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from email import message_from_bytes, policy
from io import BytesIO

import pytest
from pypdf import PdfReader

from expectations.quarter import Quarter
from reports.page import render_page
from reports.pdf import render_pdf
from tasks.edition import AuthorityDraft
from tasks.known import known
from tasks.letters import compose
from tasks.settings import House
from tests import ledgers
from tests.figures.recount import KEY, NUMBERS, Counted, recount
from tests.figures.recount_outputs import NAMED, Chart, Edition
from tests.figures.recount_returns import SCALE, Kept
from tests.figures.recount_shown import is_change, is_native, is_printed, page_tiles, undrawn
from warehouse.indicators import Indicator, indicators

QUARTERS = ("2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3")
ISSUED = QUARTERS[-2:]
LIKE = ("like", "like_before", "like_year", "like_year_before")
PRINTED = ("服务中小企业", "发明专利授权")  # in a sentence of every form, with number and unit


@pytest.fixture(scope="module")
def counted(demo_house: House) -> Counted:
    kept = Kept(demo_house.inbox, ledgers.address(demo_house), demo_house.settings.registry)
    found = recount(kept, QUARTERS)
    levels = {one.code: one.levels for one in indicators().values()}
    told = [
        level in levels.get(code, (level,))
        for code, level in zip(found["indicator"], found["level"], strict=True)
    ]
    return Counted(found[told], {one.code for one in indicators().values() if one.kind == "ratio"})


@pytest.fixture(params=ISSUED)
def quarter(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def edition(demo_house: House, quarter: str) -> Edition:
    newest = demo_house.ledger.editions(quarter)[-1]
    return Edition(demo_house.editions / newest.folder, demo_house.registry, QUARTERS)


def before(quarter: str, back: int) -> str:
    return QUARTERS[QUARTERS.index(quarter) - back]


def test_every_indicator_is_recounted(counted: Counted) -> None:
    assert set(counted.frame["indicator"]) == set(indicators())


def test_the_recount_equals_every_figure_of_the_warehouse(
    demo_house: House, counted: Counted, record_property: Callable[[str, object], None]
) -> None:
    numbers = ", ".join(f"cast({name} * {SCALE} as double) as {name}" for name in NUMBERS[:3])
    with demo_house.store.reading() as connection:
        stored = connection.sql(f"select {', '.join(KEY)}, {numbers}, n from figures").df()
    stored = stored[stored["quarter"].isin(QUARTERS)]
    both = stored.merge(counted.frame, on=KEY, how="outer", suffixes=("", "_recounted"), indicator="where")
    differs = both["where"] != "both"
    for name in NUMBERS:
        differs |= both[name].fillna(-1).astype(float) != both[f"{name}_recounted"].fillna(-1).astype(float)
    assert not differs.any(), both[differs].head(20).to_string()
    record_property("figures compared", len(both))
    print(f"{len(both):,} figures compared")
    assert len(both) == len(stored) == len(counted.frame) > 160_000


def test_every_cell_of_the_annex_is_what_was_recounted(
    edition: Edition, counted: Counted, quarter: str
) -> None:
    shown = set()
    for one, place, cells, made_of in edition.rows():
        found = counted.of(one.code, quarter, **place)
        assert found, (one.code, place)
        values = [found.value, counted.value(one.code, quarter, period="ytd", **place)]
        values += [counted.value(one.code, before(quarter, back), **place) for back in (1, 4)]
        values += [counted.value(one.code, quarter, period=period, **place) for period in LIKE]
        for cell, value in zip(cells, values, strict=True):
            assert is_native(cell, value, one.unit, one.decimals), (one.code, place, cells, values)
        n, numerator, denominator = made_of
        assert (n, numerator) == (found.n, float(found.numerator)), (one.code, place)
        assert denominator == ("—" if found.denominator is None else float(found.denominator)), (
            one.code,
            place,
        )
        shown.add((one.code, *place.values()))
    rows = counted.frame
    rows = rows[(rows["quarter"] == quarter) & (rows["period"] == "quarter") & (rows["level"] != "unit")]
    assert shown == set(rows[["indicator", "level", "scope", "part"]].itertuples(index=False, name=None))
    print(f"{len(shown):,} rows of the annex compared")


def test_the_english_annex_holds_the_same_numbers(edition: Edition) -> None:
    chinese, english = edition.sheet("指标"), edition.sheet("Figures", ".en")
    assert [row[6:] for row in chinese] == [row[6:] for row in english]


def test_what_counts_towards_a_target_is_what_was_recounted(
    edition: Edition, counted: Counted, quarter: str
) -> None:
    targets = list(edition.targets())
    for one, place, by, reached in targets:
        value = counted.value(one.code, quarter, **place)
        if (
            one.kind in {"flow", "distinct"} and not one.from_registry
        ):  # a total of the year the target is for
            last = min(quarter, f"{by.year}-Q{(by.month + 2) // 3}")
            value = counted.value(one.code, last, period="ytd", **place) if last[:4] == str(by.year) else None
        assert is_native(reached, value, one.unit, one.decimals), (one.code, place, by)
    assert len(targets) == len(edition.registry.targets)


def test_every_figure_of_the_page_s_tables_is_what_was_recounted(
    edition: Edition, counted: Counted, quarter: str
) -> None:
    rows = list(edition.figures())
    for one, (now, n, ytd, last, change, ago, of_year) in rows:
        found = counted.of(one.code, quarter)
        assert found
        assert n in {"", str(found.n)}, one.code
        values = [found.value, counted.value(one.code, quarter, period="ytd")]
        values += [counted.value(one.code, before(quarter, back)) for back in (1, 4)]
        for text, value in zip((now, ytd, last, ago), values, strict=True):
            assert is_printed(text, value, one.unit), (one.code, text, value)
        for text, back in ((change, 1), (of_year, 4)):
            pair = compared(counted, one, quarter, back)
            assert is_change(text, *pair, unit=one.unit, places=one.decimals), (one.code, text, pair)
    assert [one.code for one, _ in rows] == list(indicators())


def compared(counted: Counted, one: Indicator, quarter: str, back: int) -> list[Decimal | None]:
    """Both sides of a change: over the returns in use both times; what the registry knows as it is."""
    if one.from_registry:
        return [counted.value(one.code, at) for at in (quarter, before(quarter, back))]
    return [
        counted.value(one.code, quarter, period=period) for period in (LIKE[:2] if back == 1 else LIKE[2:])
    ]


def test_every_figure_of_a_centre_on_the_page_is_what_was_recounted(
    edition: Edition, counted: Counted, quarter: str
) -> None:
    cells = list(edition.of_centres())
    for one, place, text in cells:
        value = counted.value(one.code, quarter, **place)
        assert is_printed(text, value, one.unit), (one.code, place, text, value)
    assert len(cells) > 250


def test_every_chart_of_figures_says_what_was_recounted(
    edition: Edition, counted: Counted, quarter: str
) -> None:
    charts = list(edition.charts())
    untold = [list(one.said) for one in charts if not any(_tells(counted, quarter, one))]
    # All but the steps of the policy's targets and the map of branches: neither shows an indicator.
    targets, branches = untold
    assert targets[0].startswith("规划：")
    assert "大数据" in branches
    assert len(charts) > 25


def _tells(counted: Counted, quarter: str, chart: Chart) -> list[bool]:
    """Of each way a chart may be meant, whether every number it says so is that figure."""
    return [
        all(
            is_printed(chart.said[name], counted.value(one.code, **{"quarter": quarter, **place}), one.unit)
            for name, (one, place) in meant.items()
        )
        for meant in chart.meant
    ]


def test_the_numbers_that_stand_out_are_what_was_recounted(
    edition: Edition, counted: Counted, quarter: str
) -> None:
    tiles = page_tiles(edition.page)
    assert len(tiles) == 8
    for code, (text, unit) in tiles.items():
        assert is_printed(text, counted.value(code, quarter), unit), (code, text, unit)


CHANGED = {"leading_enterprises": "家", "people_trained": "人次"}  # counted otherwise from 2026 on


def test_the_first_report_by_a_new_definition_says_the_quarter_before_by_both(
    demo_house: House, counted: Counted
) -> None:
    """Neither was issued by the demo: drafted now, the report of 2025-Q4 knows of no change, that of 2026-Q1 tells it."""
    state = known(demo_house)
    before, after = (AuthorityDraft(state, Quarter.parse(one), ()).views[0] for one in ("2025-Q4", "2026-Q1"))
    assert "口径调整" not in before.model_dump_json()
    texts = {
        "page": undrawn(render_page(after, demo_house.fonts).decode()),
        "pdf": "".join(
            page.extract_text() for page in PdfReader(BytesIO(render_pdf(after, demo_house.fonts))).pages
        ),
    }
    for code, unit in CHANGED.items():
        old, new = (
            counted.value(code, quarter, period=period)
            for quarter, period in (("2025-Q4", "quarter"), ("2026-Q1", "overlap"))
        )
        assert old != new, "or the demo shows nothing"
        told = f"2025年第四季度旧口径{old:,f}{unit}，新口径{new:,f}{unit}，跨期比较均按新口径。"
        for where, text in texts.items():
            assert told in squeezed(re.sub(r"<[^>]+>", "", text)), (where, told)


def test_page_and_pdf_of_the_newest_edition_draw_the_break(demo_house: House) -> None:
    folder = demo_house.editions / demo_house.ledger.editions(ISSUED[-1])[-1].folder
    for page, text in (("report.html", "口径调整"), ("report.en.html", "Definition changed")):
        drawings = re.findall(r"<svg.*?</svg>", (folder / page).read_text("utf-8"), flags=re.DOTALL)
        broken = [one for one in drawings if text in one]
        assert broken, page
        assert all("stroke-dasharray" in one for one in broken)
    pages = [page.extract_text() for page in PdfReader(folder / "report.pdf").pages]
    assert sum(bool(re.search(r"^口径调整$", one, flags=re.MULTILINE)) for one in pages) == 1


def squeezed(text: str) -> str:
    """Text without any blank: renderings break lines where they like."""
    return re.sub(r"[\s\u00a0]+", "", text)


def test_page_pdf_and_both_parts_of_the_mail_show_what_was_counted(
    demo_house: House, counted: Counted
) -> None:
    folder = demo_house.editions / f"{ISSUED[-1]}-e1"
    letter = next(one for one in demo_house.ledger.letters() if one.subject == folder.name)
    message = message_from_bytes(compose(demo_house, letter).as_bytes(), policy=policy.default)
    texts = {
        "page": (folder / "report.html").read_text("utf-8"),
        "pdf": "".join(page.extract_text() for page in PdfReader(folder / "report.pdf").pages),
    }
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        texts[kind] = part.get_content()
    for where, text in texts.items():
        shown = squeezed(re.sub(r"<[^>]+>", "", undrawn(text)))
        # The mail says below a name, before its number, what the number would come to with those missing.
        shown = re.sub("至少；含缺报约[0-9.,]+.", "", shown)
        for name in PRINTED:
            value = counted.value(NAMED[name].code, ISSUED[-1])
            assert f"{name}{value:f}{NAMED[name].unit}" in shown, (where, name)
