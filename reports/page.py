"""View → one HTML file that needs nothing else: fonts, charts and marks inside, no script, light and dark."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import get_args

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.blocks import Block, Cell, Chart, Figure, Matrix, State, Table, View
from reports.charts import draw, shared_height
from reports.fonts import cut_fonts, text_width, web_font
from reports.layout import figure_columns, group_columns, roomy, rows, wordy
from reports.lines import columns
from reports.marks import mark, sparkline
from reports.rich import html, trusted
from reports.shapes import Drawing, Steps, Tiles
from reports.theme import DARK, FAMILY, LIGHT, STACK, Theme
from reports.tiles import MAP

PHONE, HALF, FULL, DESK = 340, 480, 760, 1120  # pixels at which charts are drawn
_DESK_HEIGHT = 360
_CARDS, _NARROW = 12, 4  # rows and columns
_FACES = (400, 700)
_PHONE_COLUMNS = 36  # terminal columns of a title on a narrow phone: 18 Chinese characters
_DOTTED = re.compile(r"(\S·)")
_CLAUSES = re.compile(r" |(?<=[，。；：、])")
_BREAKS = re.compile(r"(?<=[；。])(?=.)")


def render_page(view: View, fonts: Path) -> bytes:
    """The page as UTF-8. ``fonts`` is the folder of the cut fonts, filled on first use."""
    folder = cut_fonts(fonts)
    page = _environment(folder)
    body = page.get_template("page.html.j2").render(
        view=view,
        language={"zh": "zh-CN", "en": "en"}[view.lang],
        words=_WORDS[view.lang],
        rows=rows,
        figure_columns=figure_columns,
        marks=Markup("").join(_symbol(state) for state in get_args(State)),
        states=_states(view),
        proof=_Proofs({one.code: one.title for one in view.evidence}),
    )
    style = page.get_template("page.css.j2").render(
        faces=_faces(folder, body), light=LIGHT.model_dump(), dark=DARK.model_dump(), stack=trusted(STACK)
    )
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return body.replace("@digest@", digest, 1).replace("@style@", style, 1).encode()


_WORDS = {
    "zh": {
        "skip": "跳到正文",
        "contents": "目录",
        "unit": "单位",
        "evidence": "数字的构成",
        "of": "查看构成：",
        "formula": "算法",
        "basis": "依据",
        "made": "构成",
        "close": "关闭",
    },
    "en": {
        "skip": "Skip to the text",
        "contents": "Contents",
        "unit": "Unit",
        "evidence": "What the figures are made of",
        "of": "Made of: ",
        "formula": "Counted",
        "basis": "Basis",
        "made": "Made of",
        "close": "Close",
    },
}


@lru_cache(maxsize=4)
def _environment(folder: Path) -> Environment:
    page = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.filters |= {
        "rich": html,
        "clauses": clauses,
        "tied": tied,
        "chart": lambda chart, row: _chart(chart, row, folder),
        "sparkline": _sparkline,
        "wordy": wordy,
        "across": lambda matrix: _across(matrix, folder),
    }
    page.tests |= {"strong_row": _strong_row, "fixed": _stays, "running": _runs}
    return page


def clauses(text: str) -> Markup:
    """A headline that breaks between clauses first."""
    return Markup("").join(Markup("<span>{}</span>").format(html(part)) for part in _BREAKS.split(text))


def tied(text: str) -> Markup:
    """A text whose middle dots stand with the letter before them: a browser lets one begin a line."""
    parts = _DOTTED.split(text)
    return Markup("").join(
        Markup('<span class="nb">{}</span>').format(part) if at % 2 else Markup("{}").format(part)
        for at, part in enumerate(parts)
    )


def _runs(title: str) -> bool:
    """Whether a clause is longer than a phone is wide: kept whole it would break before its comma."""
    return any(columns(part) > _PHONE_COLUMNS for part in _CLAUSES.split(title))


def _chart(chart: Chart, row: Sequence[Block], folder: Path) -> Markup:
    """Drawn at each width it is shown at; the stylesheet shows one and maps colours to the scheme.

    Only a time axis and a matrix gain from a whole desk's width: bars that long would be harder to compare.
    """
    wide, narrow = Theme(fonts=folder, size=15), Theme(fonts=folder, size=13)
    beside = [block for block in row if isinstance(block, Chart)]
    width = FULL if len(row) == 1 else HALF
    drawn = {
        "phone": draw(chart, PHONE, narrow),
        "wide": draw(chart, width, wide, shared_height(beside, width, wide)),
    }
    if len(row) == 1 and _gains(chart.drawing):
        drawn["desk"] = draw(chart, DESK, wide, _DESK_HEIGHT)
    pictures = [Markup('<div class="{}">{}</div>').format(name, trusted(svg)) for name, svg in drawn.items()]
    return Markup('<div class="drawn has-{}">{}</div>').format([*drawn][-1], Markup("").join(pictures))


def _gains(drawing: Drawing) -> bool:
    return isinstance(drawing, Steps) or (isinstance(drawing, Tiles) and drawing.columns > MAP)


def _sparkline(figure: Figure) -> Markup:
    return trusted(sparkline(figure.series, 112, 34, LIGHT))


def _symbol(state: State) -> Markup:
    inside = trusted(mark(state, LIGHT))
    return Markup('<symbol id="m-{}" viewBox="0 0 18 18">{}</symbol>').format(state, inside)


def _states(view: View) -> dict[str, str]:
    """What each state is called, for readers who hear the matrix."""
    legends = (
        block.legend for chapter in view.chapters for block in chapter.blocks if block.kind == "matrix"
    )
    return {state: text for legend in legends for state, text in legend}


class _Proofs:
    """Links from figures to what they are made of. The first of each indicator is where closing it leads back to."""

    def __init__(self, titles: dict[str, str]) -> None:
        self.titles = titles
        self.linked: set[str] = set()

    def __call__(self, code: str, text: str, of: str) -> Markup:
        """``text`` as a link to the evidence of an indicator, or as it is where there is none."""
        if code not in self.titles:
            return Markup("{}").format(text)
        here = Markup("") if code in self.linked else Markup(' id="at-{}"').format(code)
        self.linked.add(code)
        title = f"{of}{self.titles[code]}"
        return Markup('<a class="pf"{} href="#ev-{}" title="{}">{}</a>').format(here, code, title, text)


def _stays(table: Table) -> bool:
    """Whether a phone shows the table as it is, moved sideways if need be, and not as a card for each row.

    Narrow ones fit, many cards never end, and numbers are compared down a column; but sentences are read as cards.
    """
    if any(wordy(table)[1:]):
        return False
    numbers = all(heading.number for heading in table.headings[1:])
    return numbers or len(table.headings) <= _NARROW or len(table.rows) > _CARDS


def _across(matrix: Matrix, folder: Path) -> int:
    cell = 60 if roomy(matrix) else 23
    return group_columns(matrix, lambda name: text_width(folder, name, 15.0, 700) + 10, cell, 1160, 48)


def _strong_row(row: tuple[Cell, ...]) -> bool:
    return any(cell.strong for cell in row)


def _faces(folder: Path, body: str) -> Markup:
    """Web fonts of exactly the characters on the page."""
    text = "".join(sorted(set(body)))
    packed = {weight: base64.b64encode(web_font(folder, weight, text)).decode() for weight in _FACES}
    faces = [
        f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};font-display:block;'
        f'src:url(data:font/woff;base64,{data}) format("woff")}}'
        for weight, data in packed.items()
    ]
    return trusted("".join(faces))
