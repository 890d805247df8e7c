"""The English edition: says everything in every form, and no Chinese letter or mark comes from a renderer."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest

from reports.annex import render_annex
from reports.blocks import View
from reports.lines import columns
from reports.mail import Mail, render_mail
from reports.page import render_page
from reports.pdf import render_pdf
from reports.plain import table
from tests.reports.long_sample import LongSample, long_view
from tests.reports.reading import Html, pdf_text, squeezed, view_texts

CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")


@pytest.fixture(scope="module")
def english() -> View:
    return long_view("en")


@pytest.fixture(scope="module")
def english_page(english: View, fonts: Path) -> str:
    return render_page(english, fonts).decode()


@pytest.fixture(scope="module")
def english_mail(english: View, fonts: Path) -> Mail:
    return render_mail(english, fonts)


def test_page(english: View, english_page: str) -> None:
    html = Html(english_page)
    assert html.tags("html")[0]["lang"] == "en"
    for sentence in view_texts(english):
        assert squeezed(sentence) in html.text, sentence
    body = english_page[english_page.index("</style>") :]
    assert CHINESE.findall(body) == []
    assert "Skip to the text" in body


def test_pdf(english: View, fonts: Path) -> None:
    text = pdf_text(render_pdf(english, fonts)).replace("\u00ad", "")
    for sentence in view_texts(english):
        assert squeezed(sentence).replace("-", "") in text.replace("-", ""), (
            sentence
        )  # hyphens of broken words
    assert CHINESE.findall(text) == []


def test_mail(english: View, english_mail: Mail) -> None:
    assert CHINESE.findall(english_mail.subject + english_mail.text) == []
    assert CHINESE.findall(english_mail.html) == []
    assert "1. Findings" in english_mail.text
    assert max(columns(line) for line in english_mail.text.split("\n")) <= 72
    for sentence in view_texts(english, mail=True):
        assert squeezed(sentence) in Html(english_mail.html).text, sentence


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_mail_is_not_clipped(lang: str, fonts: Path) -> None:
    """Gmail shows no more than 102 KB of a mail."""
    mail = render_mail(long_view("zh" if lang == "zh" else "en"), fonts)
    assert len(mail.html.encode()) < 100_000
    assert len(mail.inline) == 1


def test_annex(english: View) -> None:
    book = openpyxl.load_workbook(io.BytesIO(render_annex(english)))
    for sheet in book:
        for row in sheet.iter_rows(values_only=True):
            assert CHINESE.findall(" ".join(str(value) for value in row)) == []


def test_a_table_as_text_has_english_marks() -> None:
    wide = table(LongSample("en").wide(2, 6), "en")
    assert "Status: behind (2/6)" in wide
    assert "状态：落后（2/6）" in table(LongSample("zh").wide(2, 6), "zh")
