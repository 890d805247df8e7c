"""View → e-mail: chapters marked for mail in full, as HTML that stands without pictures and as plain text.

The two parts say the same. Pictures are attached by content id: nothing is fetched when the mail is opened.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict

from reports.blocks import Chapter, Chart, Figure, Figures, Table, View
from reports.charts import png
from reports.fonts import cut_fonts
from reports.layout import wordy
from reports.plain import PLAIN_FILTERS
from reports.rich import html, plain, trusted
from reports.shapes import Steps
from reports.steps import goal, level
from reports.theme import DARK, LIGHT, MAIL_STACK, Theme

PICTURE, LETTERS = (
    480,
    19,
)  # pixels: most of the mail's width; scaled down to a 360 px phone, letters are of 12
_COLUMNS = 3  # of a table; one with more, or with sentences in it, is set as entries
_MOST_CELLS = 24
_NOT_IN_MAIL = ("contents", "matrix")
_WORDS = {
    "zh": {"figure": "指标", "now": "本季", "and": "；", "gap": "\u3000", "is": "："},
    "en": {"figure": "Indicator", "now": "Now", "and": "; ", "gap": "\u2002", "is": ": "},
}


class Mail(BaseModel):
    """What the sender needs. ``inline`` maps content ids (without angle brackets) to PNG bytes."""

    model_config = ConfigDict(frozen=True)

    subject: str
    text: str
    html: str
    inline: dict[str, bytes]


def render_mail(view: View, fonts: Path) -> Mail:
    """The mail of an edition. ``fonts`` is the folder of the cut fonts, for the pictures."""
    chapters = [_for_mail(chapter) for chapter in view.chapters if chapter.mail]
    charts = [
        block for chapter in chapters for block in chapter.blocks if isinstance(block, Chart) and block.mail
    ]
    theme = Theme(fonts=cut_fonts(fonts), size=LETTERS)
    context = {
        "view": view,
        "chapters": chapters,
        "words": _WORDS[view.lang],
        "cids": {chart.name: _cid(view, chart) for chart in charts},
        "preview": next((b.text for c in chapters for b in c.blocks if b.kind == "headline"), view.title),
        "light": LIGHT,
        "dark": DARK,
        "stack": trusted(MAIL_STACK),
        "language": {"zh": "zh-CN", "en": "en"}[view.lang],
        "picture": PICTURE,
    }
    return Mail(
        subject=" ".join(view.subject.split()),
        text=_environment(False).get_template("mail.txt.j2").render(context),
        html=_environment(True).get_template("mail.html.j2").render(context),
        inline={_cid(view, chart): png(chart, PICTURE, theme) for chart in charts},
    )


@lru_cache(maxsize=2)
def _environment(as_html: bool) -> Environment:
    mail = Environment(
        loader=PackageLoader("reports"),
        autoescape=as_html,  # noqa: S701 the other template is plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    mail.filters |= {"plain": plain, "rich": html, "split_unit": _split_unit, "progress": _progress}
    mail.tests["stacked"] = _stacked
    mail.filters |= {"comparisons": _comparisons, "change": _change, **PLAIN_FILTERS}
    return mail


def _for_mail(chapter: Chapter) -> Chapter:
    """The chapter without what a mail cannot show: chapter links, the matrix, charts and tables not meant for mail."""
    kept = [
        b
        for b in chapter.blocks
        if b.kind not in _NOT_IN_MAIL and not (isinstance(b, Chart | Table) and not b.mail)
    ]
    return chapter.model_copy(update={"blocks": tuple(kept)})


def _stacked(table: Table) -> bool:
    """Whether a table is set as entries of labelled lines: in 600 pixels its columns would cut words."""
    return len(table.headings) > _COLUMNS or any(wordy(table)[1:])


def _cid(view: View, chart: Chart) -> str:
    """Fixed by edition and chart: the same edition makes the same mail."""
    name = "".join(char if char.isascii() and char.isalnum() else "-" for char in chart.name)
    return f"{name}.{view.edition.quarter}.{view.edition.number}@jinchuang"


def _split_unit(text: str) -> tuple[str, str]:
    """A number and a unit too long to stand beside it in a narrow cell (个百分点, points); else the text as it is."""
    number, glue, unit = text.replace("\u00a0", " ").partition(" ")
    return (number, unit) if glue and len(unit) > 2 else (text, "")


def _comparisons(block: Figures) -> list[str]:
    """The heads of the comparison columns: as the first figure that has one in that place names it."""
    most = max((len(figure.changes) for figure in block.figures), default=0)
    return [
        next(figure.changes[place].label for figure in block.figures if len(figure.changes) > place)
        for place in range(most)
    ]


def _change(figure: Figure, place: int, head: str) -> tuple[str, str]:
    """A comparison as (its own name where it differs from the column's head, what it says)."""
    if place >= len(figure.changes):
        return "", "—"
    change = figure.changes[place]
    return ("" if change.label == head else change.label), change.text


def _progress(chart: Chart) -> dict[str, Any] | None:
    """The goal as cells, filled and empty (none where they could not be counted), and the same in words."""
    drawing = chart.drawing
    if not isinstance(drawing, Steps) or (target := goal(drawing)) is None:
        return None
    here, whole = level(drawing), target.value
    words = [text for text in (drawing.now_text, target.text, drawing.gap_text) if text]
    if whole != int(whole) or here != int(here) or not 0 < whole <= _MOST_CELLS:
        return {"done": 0, "left": 0, "words": words}
    done = min(int(here), int(whole))
    return {"done": done, "left": int(whole) - done, "words": words}
