"""The page: one file, no script, every sentence, landmarks, named pictures, nothing wider than the screen."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from pathlib import Path

import pytest

from reports.blocks import Cell, Heading, Table, View
from reports.mail import LETTERS, PICTURE, render_mail
from reports.page import render_page
from reports.theme import DARK, LIGHT, Palette
from tests.reports.long_sample import long_view
from tests.reports.reading import Html, contrast, pdf_text, squeezed, view_texts

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]


@pytest.fixture(scope="module")
def html(page: str) -> Html:
    return Html(page)


def test_every_sentence_and_figure_is_there(html: Html, view: View) -> None:
    for sentence in view_texts(view):
        assert squeezed(sentence) in html.text, sentence


def test_it_needs_nothing_else(html: Html, page: str) -> None:
    assert not html.tags("script", "link", "iframe", "img", "object")
    assert re.findall(r'(?:href|src)="(?!#)', page) == []
    assert set(re.findall(r"url\((.{10})", page)) == {"data:font/"}


def test_policy_allows_exactly_the_style(page: str) -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src &#39;sha256-{digest}&#39;" in page or f"style-src 'sha256-{digest}'" in page
    assert "default-src 'none'" in page
    assert " style=" not in page


def test_landmarks_and_names(html: Html, view: View) -> None:
    assert (
        len(html.tags("main"))
        == len(html.tags("header"))
        == len(html.tags("footer"))
        == len(html.tags("nav"))
        == 1
    )
    assert len(html.tags("h1")) == 1
    assert html.tags("html")[0]["lang"] == "zh-CN"
    sections = {section["id"] for section in html.tags("section")}
    links = {link["href"] for link in html.tags("a") if link.get("class") != "skip"}
    assert sections == {chapter.id for chapter in view.chapters}
    assert links == {f"#{name}" for name in sections}
    pictures = [attributes for attributes in html.tags("div") if attributes.get("role") == "img"]
    assert [picture["aria-label"] for picture in pictures] == [
        block.alt for chapter in view.chapters for block in chapter.blocks if block.kind == "chart"
    ]
    assert all(header.get("scope") in ("col", "row") for header in html.tags("th"))
    ids = [attributes["id"] for _, attributes in html.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_it_says_whom_to_write_to(html: Html, pdf: bytes, view: View) -> None:
    """There is no mail to reply to on a page, nor on paper."""
    for text in (html.text, pdf_text(pdf)):
        assert squeezed(view.write_to) in text
        assert squeezed(view.contact) not in text


def test_every_figure_has_an_anchor(html: Html, view: View) -> None:
    figures = [
        f.code for chapter in view.chapters for b in chapter.blocks if b.kind == "figures" for f in b.figures
    ]
    ids = {attributes.get("id") for _, attributes in html.elements}
    assert {f"fig-{code}" for code in figures} <= ids


def test_states_are_words_too(html: Html) -> None:
    for word in ("缺报", "退回待报", "待核", "拒收", "零报"):
        assert html.text.count(word) >= 2, word


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_contrast(palette: Palette) -> None:
    for token in ("ink", "sub", "mute", "accent"):
        assert contrast(getattr(palette, token), palette.paper) >= 4.5


@pytest.mark.parametrize("which", ["sample", "zh", "en"])
def test_in_a_browser(which: str, view: View, fonts: Path, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        pytest.fail("chromium is missing: `make test` installs chromium of packages.txt")
    shown_view = {"zh": long_view("zh"), "en": long_view("en")}.get(which, view)
    letters = {"zh": "晋创", "en": "Centre"}.get(which, "晋创")
    file = tmp_path / "page.html"
    file.write_bytes(render_page(shown_view, fonts))
    complaints: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for width in (360, 390, 820, 1080, 1440):
            tab = browser.new_page(viewport={"width": width, "height": 800})
            tab.on("console", lambda message: complaints.append(message.text))
            tab.goto(file.as_uri())
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
            shown = tab.evaluate(_SMALLEST)
            assert shown >= 12, f"text of {shown} px at {width}"
            assert tab.evaluate(f"document.fonts.check('700 16px \"Bulletin Sans SC\"', '{letters}')")
            assert tab.evaluate(_CUT) == [], f"cut at {width}"
            assert tab.evaluate(_BESIDE) == [], f"titles run out of sight at {width}"
        browser.close()
    assert complaints == []


def test_a_phone_shows_that_a_table_goes_on_and_begins_no_line_with_a_mark(
    view: View, fonts: Path, tmp_path: Path
) -> None:
    from playwright.sync_api import sync_playwright

    labels = ("中心", *(f"25年{n}季" for n in range(1, 5)), "上年同期", "同比")
    headings = tuple(Heading(label=label, number=n > 0) for n, label in enumerate(labels))
    subs = ("新一代信息技术·吕梁", "新型功能性食品·太原", "智能制造及高端装备·长治", "新材料·晋中")
    rows = tuple(
        (Cell(text="示例", sub=sub * 2), *[Cell(text="1,234")] * 6) for sub in subs for _ in range(4)
    )
    titles = (
        "1\u00a0家单位的报表改动了以前各季已采用的内容，共 1\u00a0处",
        "示例单位的报表改动以前各季采用内容，两处",
    )
    tables = tuple(Table(title=title, headings=headings, rows=rows) for title in titles)
    second = view.chapters[1].model_copy(update={"blocks": tables})
    file = tmp_path / "page.html"
    file.write_bytes(render_page(view.model_copy(update={"chapters": (view.chapters[0], second)}), fonts))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for width in (360, 390):
            tab = browser.new_page(viewport={"width": width, "height": 800})
            tab.goto(file.as_uri())
            assert tab.evaluate(_PARTED) == [], f"at {width}"
            wide, edges = tab.evaluate(
                "(e => [e.scrollWidth > e.clientWidth, getComputedStyle(e).backgroundAttachment])"
                "(document.querySelector('.tw'))"
            )
            assert wide
            assert edges == "local, scroll", (
                "an edge that the table's own paper hides once its end is in sight"
            )
        browser.close()


# A mark on another line than the letter before it.
_PARTED = """() => { const parted = []; const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walk.nextNode();) for (const pair of node.data.matchAll(/\\S[，。；：、·]/g)) {
    const tops = [0, 1].map(at => { const range = document.createRange();
      range.setStart(node, pair.index + at); range.setEnd(node, pair.index + at + 1);
      return range.getBoundingClientRect().top });
    if (Math.abs(tops[0] - tops[1]) > 9) parted.push(node.data) }
  return parted }"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_mail_breaks_no_word(language: str, fonts: Path) -> None:
    """Names beside four columns of numbers once came out as a column of single letters, and so did sentences."""
    from playwright.sync_api import sync_playwright

    html = render_mail(_told_of_changes(long_view(language)), fonts).html
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for width in (360, 600):
            tab = browser.new_page(viewport={"width": width, "height": 800})
            tab.set_content(html)
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
            assert tab.evaluate(_BROKEN) == [], f"broken at {width}"
            narrowest = tab.evaluate(
                "Math.min(...[...document.querySelectorAll('th[scope=row]')].map(e => e.clientWidth))"
            )
            assert narrowest >= 80
            letters = tab.evaluate("document.querySelector('img').getBoundingClientRect().width") / PICTURE
            assert letters * LETTERS >= 12
        browser.close()


def _told_of_changes(view: View) -> View:
    """The view with a table of sentences in a chapter that the mail carries."""
    labels = ("Unit", "Change", "What the unit says", "Decision")
    cells = (
        Cell(text="示例煤机装备创新中心有限公司 Example Innovation Centre for Machinery", sub="工业大数据"),
        Cell(text="Revised", sub="2026-Q2"),
        Cell(
            text="合同 HT-IT01-26-005 的成交额多填一位，误为 2322 万元，应为 232.2 万元 " * 2,
            sub="2026年7月27日",
        ),
        Cell(text="核对合同原件，更正属实，准予采用", sub="79040df56dfc"),
    )
    table = Table(title="2", headings=tuple(Heading(label=one) for one in labels), rows=(cells, cells))
    first, *others = view.chapters
    told = first.model_copy(update={"blocks": (*first.blocks, table)})
    return view.model_copy(update={"chapters": (told, *others)})


# Words (of Latin letters and figures) that stand on more than one line.
_BROKEN = """() => { const broken = []; const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walk.nextNode();) for (const word of node.data.matchAll(/[A-Za-z0-9]{2,}/g)) {
    const range = document.createRange();
    range.setStart(node, word.index); range.setEnd(node, word.index + word[0].length);
    if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) broken.push(word[0]) }
  return broken }"""
# Words that reach out of the box they stand in: no scroller of its own, and not hidden on purpose.
_CUT = """() => [...document.querySelectorAll('h1,h2,h3,h4,p,li,td,th,figure')].filter(e =>
  e.getClientRects().length && !e.closest('.tw,.sr,.cards thead') && e.scrollWidth > e.clientWidth + 1 &&
  getComputedStyle(e).display !== 'inline').map(e => e.textContent.slice(0, 40))"""
# A wide table moves under its title, which stays in sight.
_BESIDE = """() => [...document.querySelectorAll('caption h3')].filter(e =>
  e.getClientRects().length && e.getBoundingClientRect().right > innerWidth).map(e => e.textContent)"""
_SMALLEST = """() => Math.min(...[...document.querySelectorAll('body *')].filter(e =>
  e.getClientRects().length && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).map(e => {
  const svg = e.closest('svg'); const scale = svg && svg.getAttribute('width') ?
    svg.getBoundingClientRect().width / parseFloat(svg.getAttribute('width')) : 1;
  return parseFloat(getComputedStyle(e).fontSize) * scale }))"""
