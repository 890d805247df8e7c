"""Text out of the data is text everywhere: no markup of HTML, templates, Typst or spreadsheets works."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from reports.annex import render_annex
from reports.blocks import View
from reports.mail import render_mail
from reports.page import render_page
from reports.pdf import render_pdf
from reports.rich import plain, spans
from tests.reports.reading import Html, pdf_text, squeezed
from tests.reports.sample import sample_view

HOSTILE = "=1+1<script>alert(1)</script>{{7*7}}{%x%}#let(x)=$a$@style@@digest@*a*_b_`c`\\n%s**&amp;\"'"
NAME = "示例" + "很长的名称" * 24
_STRUCTURE = {
    "kind",
    "shape",
    "id",
    "code",
    "lang",
    "quarter",
    "format",
    "name",
    "states",
    "legend",
    "drawing",
}


def _spoil(value: Any, text: str) -> Any:
    """Every printed text below ``value`` with ``text`` behind it."""
    if isinstance(value, str):
        return value + text if value else value
    if isinstance(value, dict):
        return {key: part if key in _STRUCTURE else _spoil(part, text) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(_spoil(part, text) for part in value)
    return value


def _spoiled(text: str) -> View:
    whole = sample_view().model_dump()
    return View.model_validate(whole | _spoil({key: whole[key] for key in whole if key != "annex"}, text))


@pytest.fixture(scope="module")
def hostile() -> View:
    return _spoiled(HOSTILE)


def test_page(hostile: View, fonts: Path) -> None:
    html = Html(render_page(hostile, fonts).decode())
    assert not html.tags("script")
    assert html.text.count(squeezed(HOSTILE)) > 100


def test_mail(hostile: View, fonts: Path) -> None:
    mail = render_mail(hostile, fonts)
    html = Html(mail.html)
    assert not html.tags("script")
    assert html.text.count(squeezed(HOSTILE)) > 30
    assert squeezed(mail.text).count(squeezed(HOSTILE)) > 30
    assert "\n" not in mail.subject


def test_pdf(hostile: View, fonts: Path) -> None:
    text = pdf_text(render_pdf(hostile, fonts))
    assert text.count("<script>alert(1)</script>{{7*7}}{%x%}#let(x)=$a$@style@@digest@*a*_b_`c`") > 20


def test_annex(view: View) -> None:
    sheets = tuple(
        sheet.model_copy(update={"title": HOSTILE, "rows": ((HOSTILE, *sheet.rows[0][1:]),)})
        for sheet in view.annex
    )
    book = openpyxl.load_workbook(io.BytesIO(render_annex(view.model_copy(update={"annex": sheets}))))
    for sheet in book:
        assert (sheet["A4"].value, sheet["A4"].data_type) == (HOSTILE, "s")


def test_long_names(fonts: Path) -> None:
    view = _spoiled(NAME)
    assert squeezed(NAME) in Html(render_page(view, fonts).decode()).text
    assert squeezed(NAME) in pdf_text(render_pdf(view, fonts))
    assert squeezed(NAME) in squeezed(render_mail(view, fonts).text)


@pytest.mark.parametrize("text", ["**", "****", "a ** b", "** a **", "***", "**a", "2**3"])
def test_asterisks_that_mark_nothing_stay(text: str) -> None:
    assert plain(text) == text


def test_bold() -> None:
    assert spans("已认定 **2 家**，还差 **3 家**。") == (
        ("已认定 ", False),
        ("2 家", True),
        ("，还差 ", False),
        ("3 家", True),
        ("。", False),
    )
