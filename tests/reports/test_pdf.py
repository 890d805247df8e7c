"""The PDF: says everything, declares both standards, brings its fonts, and keeps the overview on one page."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from pypdf import PdfReader

from reports.blocks import Table, View
from reports.pdf import render_pdf
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
    assert len(pages) == 3


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
