"""The PDF: says everything, declares both standards, brings its fonts, and keeps the overview on one page."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PageObject, PdfReader

from reports.blocks import (
    Block,
    Cell,
    Figure,
    Figures,
    Heading,
    Matrix,
    MatrixGroup,
    MatrixRow,
    Table,
    View,
)
from reports.pdf import render_pdf
from tests.reports.long_sample import long_view
from tests.reports.reading import pdf_text, squeezed, view_texts


def test_every_sentence_and_figure_is_set(pdf: bytes, view: View) -> None:
    text = pdf_text(pdf)
    for sentence in view_texts(view):
        assert squeezed(sentence) in text, sentence


def test_it_declares_archive_and_accessible(pdf: bytes) -> None:
    for mark in (b"pdfaid:part>2<", b"pdfaid:conformance>A<", b"pdfuaid:part>1<"):
        assert mark in pdf
    root = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "zh-CN"


def test_document_data_come_from_the_edition(pdf: bytes, view: View) -> None:
    about = PdfReader(io.BytesIO(pdf)).metadata
    assert about is not None
    assert about.title == "2026年第三季度 全省制造业创新中心建设进展"
    assert about.author == view.issuer
    assert about.creation_date == datetime(2026, 10, 24, 10, 0, tzinfo=UTC)


def test_only_our_fonts_and_all_of_them_inside(pdf: bytes) -> None:
    reader = PdfReader(io.BytesIO(pdf))
    fonts = {
        obj["/BaseFont"]: obj
        for obj in map(reader.get_object, range(1, len(reader.xref[0])))
        if _is_font(obj)
    }
    assert {name.partition("+")[2].partition("-Identity")[0] for name in fonts} <= {
        "BulletinSansSC-Regular",
        "BulletinSansSC-Medium",
        "BulletinSansSC-Bold",
    }


def _is_font(obj: object) -> bool:
    return isinstance(obj, dict) and obj.get("/Type") == "/Font" and "/BaseFont" in obj


def test_the_overview_is_one_page(pdf: bytes) -> None:
    pages = [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]
    assert "本期数据覆盖" in pages[0]
    assert "技术扩散" in pages[1][:60]
    assert len(pages) <= 4


@pytest.fixture(scope="module", params=["zh", "en"])
def long(request: pytest.FixtureRequest, fonts: Path) -> bytes:
    return render_pdf(long_view(request.param), fonts)


def test_both_languages_meet_both_standards(long: bytes, request: pytest.FixtureRequest) -> None:
    for mark in (b"pdfaid:part>2<", b"pdfaid:conformance>A<", b"pdfuaid:part>1<"):
        assert mark in long
    root = PdfReader(io.BytesIO(long)).trailer["/Root"]
    assert root["/Lang"] == {"zh": "zh-CN", "en": "en"}[request.node.callspec.params["long"]]


def test_no_page_is_nearly_empty_and_no_heading_stands_at_its_foot(long: bytes) -> None:
    pages = [_printed(page) for page in PdfReader(io.BytesIO(long)).pages]
    for number, printed in enumerate(pages, 1):
        height, size = min((top, size) for top, size in printed if top > FOOT)
        assert size < 10.9, f"a heading ends page {number}"
        if number < len(pages):
            assert height < 0.5 * PAGE, f"page {number} is filled down to {height:.0f} of {PAGE}"
    assert min(top for top, _ in pages[0] if top > FOOT) < 120, "the overview fills its page"


PAGE, FOOT = 842, 46  # points


def _printed(page: PageObject) -> list[tuple[float, float]]:
    """Height over the page's lower edge and size of every text on it."""
    found: list[tuple[float, float]] = []

    def see(text: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        if text.strip():
            found.append((tm[4] * cm[1] + tm[5] * cm[3] + cm[5], abs(size * tm[3] * cm[3])))

    page.extract_text(visitor_text=see)
    return found


def test_the_outline_leads_to_every_chapter(long: bytes, request: pytest.FixtureRequest) -> None:
    view = long_view(request.node.callspec.params["long"])
    reader = PdfReader(io.BytesIO(long))
    names = {squeezed(str(entry["/Title"])) for entry in _flat(reader.outline)}
    assert {squeezed(chapter.title) for chapter in view.chapters[1:]} <= names
    second = squeezed(reader.pages[1].extract_text())
    assert all(squeezed(chapter.title) in second for chapter in view.chapters[1:])


def _flat(entries: Any) -> Iterator[Any]:
    for entry in entries:
        yield from _flat(entry) if isinstance(entry, list) else [entry]


def test_no_text_is_below_seven_and_a_half_points(long: bytes) -> None:
    for page in PdfReader(io.BytesIO(long)).pages:
        assert min(size for _, size in _printed(page)) >= 7.49


def test_a_long_table_repeats_its_header(view: View, fonts: Path) -> None:
    chapter = next(chapter for chapter in view.chapters if chapter.id == "centres")
    (table,) = (block for block in chapter.blocks if isinstance(block, Table))
    long = table.model_copy(update={"rows": table.rows * 9})
    changed = view.model_copy(
        update={"chapters": (view.chapters[0], chapter.model_copy(update={"blocks": (long,)}))}
    )
    pages = [
        squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(render_pdf(changed, fonts))).pages[1:]
    ]
    assert len(pages) >= 2
    assert all("差距最大项" in page for page in pages if "示例碳纤维创新中心" in page)


def _pages(view: View, fonts: Path) -> list[PageObject]:
    return [*PdfReader(io.BytesIO(render_pdf(view, fonts))).pages]


def _with(view: View, *blocks: Block) -> View:
    """The view with a second chapter of just these blocks."""
    second = view.chapters[1].model_copy(update={"blocks": blocks})
    return view.model_copy(update={"chapters": (view.chapters[0], second)})


def test_a_long_notice_has_a_line_of_its_own(fonts: Path) -> None:
    """It once wrapped behind a long name of the office, and its first line ran over the margin."""
    issuer = (
        "Technology Innovation Division, Example Provincial Department of Industry and Information Technology"
    )
    notice = "Example data: units, centres and figures are all invented"
    view = long_view("en").model_copy(update={"issuer": issuer, "notice": notice})
    lines = _pages(view, fonts)[0].extract_text().split("\n")
    assert [line.strip() for line in lines if "Example data" in line] == [notice]


def test_numbers_of_a_row_stand_on_one_line(view: View, fonts: Path) -> None:
    names = ("SMEs served", "Other funds raised for every unit of fiscal money, so far")
    figures = tuple(Figure(code=f"c{n}", label=name, value=f"{n}") for n, name in enumerate(names * 2))
    (page,) = _pages(_with(view, Figures(figures=figures)), fonts)[1:]
    title, *numbers = sorted(
        {round(top, 1) for top, size in _printed(page) if round(size) == 21}, reverse=True
    )
    assert len(numbers) == 1, title


def test_quarters_are_named_on_every_page_of_the_matrix(view: View, fonts: Path) -> None:
    quarters = tuple(f"Q{n}" for n in range(8))
    row = MatrixRow(label="Example Unit", states=("none", *["accepted"] * 7))
    groups = tuple(MatrixGroup(label=f"Example {n}", rows=(row,) * (3 + n % 5)) for n in range(40))
    legend = (("accepted", "used"), ("none", "not a member then"))
    pages = _pages(
        _with(view, Matrix(title="Returns", columns=quarters, groups=groups, legend=legend)), fonts
    )[1:]
    pages = [page for page in pages if "Example Unit" in page.extract_text()]
    assert len(pages) >= 3
    for page in pages:
        lines = page.extract_text().split("Example Unit")[0]
        assert "Q0" in lines
        assert "Q7" in lines
    texts = "".join(page.extract_text() for page in pages)
    assert texts.count("Example Unit") == sum(len(group.rows) for group in groups)


def test_words_of_a_table_are_not_hyphenated(view: View, fonts: Path) -> None:
    """Where every word has room, "This quar-/ter" stood for the looks of two lines."""
    names = ("Indicator", "This quarter", "Cases", "Year to date", "Previous quarter", "On quarter")
    names += ("A year earlier", "On year")
    headings = tuple(Heading(label=name, number=n > 0) for n, name in enumerate(names))
    lines = (
        "Sales of new products (CNY million)",
        "66.79",
        "",
        "185.19",
        "67.72",
        "+12.2%",
        "53.25",
        "+42.1%",
    )
    share = ("Share of sales to SMEs (%)", "31.4", "45", "33.1", "34.2", "−1.1 points", "35.3", "−2.7 points")
    rows = tuple(tuple(Cell(text=text) for text in line) for line in (lines, share))
    english = _with(view, Table(title="Table", headings=headings, rows=rows)).model_copy(
        update={"lang": "en"}
    )
    words = " ".join(page.extract_text() for page in _pages(english, fonts)).split()
    assert words.count("quarter") == 3
    assert words.count("earlier") == 1


def test_no_page_holds_only_a_row_or_two_of_a_long_table(view: View, fonts: Path) -> None:
    headings = (Heading(label="Name"), Heading(label="Number", number=True))
    for count in (23, 25, 26, 27, 52):
        rows = tuple((Cell(text="Example Row", sub="second line"), Cell(text="1")) for _ in range(count))
        pages = _pages(_with(view, Table(title="Table", headings=headings, rows=rows)), fonts)[1:]
        on_page = [page.extract_text().count("Example Row") for page in pages]
        assert sum(on_page) == count
        assert min(found for found in on_page if found) >= 4, on_page
