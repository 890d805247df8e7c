"""View → PDF/A-2a and PDF/UA-1: what stands together and how wide is decided here; ``report.typ`` sets it.

Everything goes to Typst as JSON data, never as markup.
"""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path
from typing import Any, get_args

import typst

from reports.blocks import Block, Chapter, Chart, Figures, Headline, Matrix, Note, Prose, State, Table, View
from reports.charts import draw, shared_height
from reports.fonts import cut_fonts, text_width
from reports.layout import figure_columns, group_columns, parts, roomy, rows
from reports.marks import mark, mark_svg, sparkline
from reports.rich import spans
from reports.shapes import Steps
from reports.tables import set_table
from reports.theme import FAMILY, LIGHT, Theme

TEXT_WIDTH, HALF_WIDTH = 499, 236  # points: A4 less margins, and half of that less the gutter
CHART_SIZE = 9.0
SPARK = 38
_TEMPLATE = Path(__file__).with_name("report.typ")
_PACE_HEIGHTS = tuple(range(260, 99, -15))  # points; the tallest that keeps the overview on one page is taken
_MATRIX_LINES = 36  # rows of a group on one page
_WORDS = {"zh": {"contents": "目录"}, "en": {"contents": "Contents"}}


def render_pdf(view: View, fonts: Path) -> bytes:
    """The whole edition on A4. Raises ``typst.TypstError`` if it would not meet the two standards."""
    folder = cut_fonts(fonts)
    data = _document(view, folder)
    made = typst.compile(
        _TEMPLATE,
        format="pdf",
        font_paths=[folder],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(view.edition.known_at.timestamp()),
    )
    assert isinstance(made, bytes)  # a PDF is one file, not a list of pages
    return made


def _document(view: View, folder: Path) -> dict[str, Any]:
    known = view.edition.known_at.astimezone(UTC)
    return {
        "lang": view.lang,
        "words": _WORDS[view.lang],
        "family": FAMILY,
        "colours": LIGHT.model_dump(),
        "spark": SPARK,
        "title": view.title,
        "issuer": view.issuer,
        "notice": view.notice,
        "write_to": view.write_to,
        "quarter": view.edition.quarter_text,
        "number": view.edition.number_text,
        "known_at": view.edition.known_at_text,
        "one_head": text_width(folder, view.issuer + view.notice, 8.5) < TEXT_WIDTH - 12,
        "one_foot": text_width(folder, _foot(view), 8.0) < TEXT_WIDTH - 60,
        "date": [known.year, known.month, known.day, known.hour, known.minute, known.second],
        "marks": {state: mark_svg(mark(state, LIGHT)) for state in get_args(State)},
        "chapters": [_chapter(chapter, folder, index == 0) for index, chapter in enumerate(view.chapters)],
    }


def _foot(view: View) -> str:
    return view.issuer + view.edition.number_text + view.edition.known_at_text


def _chapter(chapter: Chapter, folder: Path, first: bool) -> dict[str, Any]:
    made = [
        [_block(block, folder, row, flexible=first) for block in row]
        for row in rows([block for block in chapter.blocks if block.kind != "contents"])
    ]
    return {"title": chapter.title, "lead": spans(chapter.lead), "rows": made}


def _block(block: Block, folder: Path, row: tuple[Block, ...], flexible: bool) -> dict[str, Any]:
    match block:
        case Headline() | Note():
            return {"kind": block.kind, "text": spans(block.text)}
        case Prose():
            return _prose(block)
        case Figures():
            return _figures(block)
        case Table():
            return {"kind": "table", **set_table(block, TEXT_WIDTH, folder)}
        case Chart():
            return _chart(block, folder, row, flexible)
        case Matrix():
            return _matrix(block, folder)
        case _:
            raise TypeError(f"the PDF has no form for {block.kind}")


def _prose(block: Prose) -> dict[str, Any]:
    items = [{"label": item.label, "text": spans(item.text), "who": item.who} for item in block.items]
    return {
        "kind": "prose",
        "title": block.title,
        "numbered": block.numbered,
        "items": items,
    }


def _figures(block: Figures) -> dict[str, Any]:
    figures = [
        {
            "label": figure.label,
            "value": figure.value,
            "unit": figure.unit,
            "sign": figure.sign,
            "changes": [[change.label, change.text] for change in figure.changes],
            "svg": sparkline(figure.series, SPARK, 20, LIGHT),
            "note": spans(figure.note),
        }
        for figure in block.figures
    ]
    columns = figure_columns(len(figures))
    note = spans(block.spark_note + block.note)
    return {"kind": "figures", "title": block.title, "figures": figures, "columns": columns, "note": note}


def _chart(chart: Chart, folder: Path, row: tuple[Block, ...], flexible: bool) -> dict[str, Any]:
    """One drawing, or for the overview's pace chart several heights, tallest first."""
    theme = Theme(fonts=folder, size=CHART_SIZE)
    charts = [block for block in row if isinstance(block, Chart)]
    width = TEXT_WIDTH if len(row) == 1 else HALF_WIDTH
    tall = flexible and isinstance(chart.drawing, Steps)
    heights: tuple[int, ...] = _PACE_HEIGHTS if tall else (shared_height(charts, width, theme),)
    return {
        "kind": "chart",
        "svgs": [draw(chart, width, theme, height) for height in heights],
        "heights": heights if tall else (),
        "width": width,
        "title": chart.title,
        "alt": chart.alt,
        "note": spans(chart.note),
    }


def _matrix(matrix: Matrix, folder: Path) -> dict[str, Any]:
    cell = (
        max(text_width(folder, column, 7.5, 700) for column in matrix.columns) + 3 if roomy(matrix) else 12.5
    )
    across = group_columns(matrix, lambda name: text_width(folder, name, 9.0, 700), cell, TEXT_WIDTH, 24)
    return {
        "kind": "matrix",
        "title": matrix.title,
        "columns": matrix.columns,
        "across": across,
        "roomy": roomy(matrix),
        "cell": cell,
        "legend": matrix.legend,
        "names": dict(matrix.legend),
        "groups": [part.model_dump() for group in matrix.groups for part in parts(group, _MATRIX_LINES)],
        "note": spans(matrix.note),
    }
