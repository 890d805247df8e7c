"""View → PDF/A-2a and PDF/UA-1: what stands together and how wide is decided here; ``report.typ`` sets it.

Everything goes to Typst as JSON data, never as markup.
"""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path
from typing import Any, get_args

import typst

from reports.blocks import (
    Block,
    Chapter,
    Chart,
    Figures,
    Headline,
    Matrix,
    Note,
    Prose,
    State,
    Steps,
    Table,
    View,
)
from reports.charts import draw, natural_height
from reports.fonts import cut_fonts, text_width
from reports.layout import figure_columns, group_columns, matrix_columns, roomy, rows
from reports.marks import blank, mark, mark_svg, sparkline
from reports.rich import spans
from reports.theme import FAMILY, LIGHT, Theme

TEXT_WIDTH, HALF_WIDTH = 499, 236  # points: A4 less margins, and half of that less the gutter
CHART_SIZE = 9.0
SPARK = 38
_TEMPLATE = Path(__file__).with_name("report.typ")
_PACE_HEIGHTS = (
    260,
    245,
    230,
    215,
    200,
    185,
    170,
    150,
)  # the tallest that keeps the overview on one page is taken
_MATRIX_LINES = 38
_TABLE_GAP = 10.0


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
        "family": FAMILY,
        "colours": LIGHT.model_dump(),
        "spark": SPARK,
        "title": view.title,
        "issuer": view.issuer,
        "notice": view.notice,
        "quarter": view.edition.quarter_text,
        "number": view.edition.number_text,
        "known_at": view.edition.known_at_text,
        "date": [known.year, known.month, known.day, known.hour, known.minute, known.second],
        "marks": {state: mark_svg(mark(state, LIGHT)) for state in get_args(State)},
        "blank": mark_svg(blank(LIGHT)),
        "chapters": [_chapter(chapter, folder, index == 0) for index, chapter in enumerate(view.chapters)],
    }


def _chapter(chapter: Chapter, folder: Path, first: bool) -> dict[str, Any]:
    made = []
    for row in rows([block for block in chapter.blocks if block.kind != "contents"]):
        width = TEXT_WIDTH if len(row) == 1 else HALF_WIDTH
        made.append([_block(block, folder, width, flexible=first) for block in row])
    return {"title": chapter.title, "lead": spans(chapter.lead), "rows": made}


def _block(block: Block, folder: Path, width: int, flexible: bool) -> dict[str, Any]:
    match block:
        case Headline() | Note():
            return {"kind": block.kind, "text": spans(block.text)}
        case Prose():
            items = [{"label": item.label, "text": spans(item.text), "who": item.who} for item in block.items]
            return {"kind": "prose", "title": block.title, "numbered": block.numbered, "items": items}
        case Figures():
            return _figures(block)
        case Table():
            return _table(block, folder)
        case Chart():
            return _chart(block, folder, width, flexible)
        case Matrix():
            return _matrix(block, folder)
        case _:
            raise TypeError(f"the PDF has no form for {block.kind}")


def _figures(block: Figures) -> dict[str, Any]:
    figures = [
        {
            "label": figure.label,
            "value": figure.value,
            "unit": figure.unit,
            "changes": [[change.label, change.text] for change in figure.changes],
            "svg": sparkline(figure.series, SPARK, 20, LIGHT),
            "note": spans(figure.note),
        }
        for figure in block.figures
    ]
    columns = figure_columns(len(figures))
    note = spans(block.spark_note + block.note)
    return {"kind": "figures", "title": block.title, "figures": figures, "columns": columns, "note": note}


def _chart(chart: Chart, folder: Path, width: int, flexible: bool) -> dict[str, Any]:
    """One drawing, or for the overview's pace chart several heights, tallest first."""
    theme = Theme(fonts=folder, size=CHART_SIZE)
    tall = isinstance(chart.drawing, Steps)
    heights: tuple[int, ...] = _PACE_HEIGHTS if flexible and tall else (natural_height(chart, width, theme),)
    svgs = [draw(chart, width, theme, height) for height in heights]
    words = {"title": chart.title, "alt": chart.alt, "note": spans(chart.note)}
    return {"kind": "chart", "svgs": svgs, "width": width, **words}


def _table(table: Table, folder: Path) -> dict[str, Any]:
    return {
        "kind": "table",
        "title": table.title,
        "headings": [heading.model_dump() for heading in table.headings],
        "rows": [[cell.model_dump() for cell in row] for row in table.rows],
        "widths": _widths(table, folder),
        "gap": _TABLE_GAP,
        "note": spans(table.note),
    }


def _widths(table: Table, folder: Path) -> list[float]:
    """Points for each column: what its longest text needs; the widest give way if the page is too narrow."""
    needs = []
    for column, heading in enumerate(table.headings):
        texts = [(heading.label, 8.0, 700), (heading.sub, 7.5, 400)]
        for row in table.rows:
            texts += [
                (row[column].text, 9.0, 700 if column == 0 or row[column].strong else 400),
                (row[column].sub, 7.5, 400),
            ]
        needs.append(max(text_width(folder, text, size, weight) for text, size, weight in texts) + 1)
    room = TEXT_WIDTH - _TABLE_GAP * (len(needs) - 1)
    if sum(needs) <= room:
        spare = (room - sum(needs)) / len(needs)
        return [need + spare for need in needs]
    return _squeeze(needs, room)


def _squeeze(needs: list[float], room: float) -> list[float]:
    """Cap the widest columns at one width so that the sum is ``room``; narrow ones keep what they need."""
    cap, left = room, sorted(needs)
    total = 0.0
    for index, need in enumerate(left):
        share = (room - total) / (len(left) - index)
        if need > share:
            cap = share
            break
        total += need
    return [min(need, cap) for need in needs]


def _matrix(matrix: Matrix, folder: Path) -> dict[str, Any]:
    cell = (
        max(text_width(folder, column, 7.5, 700) for column in matrix.columns) + 3 if roomy(matrix) else 12.5
    )
    across = group_columns(matrix, lambda name: text_width(folder, name, 9.0, 700), cell, TEXT_WIDTH, 24)
    pieces = matrix_columns(matrix, across, _MATRIX_LINES)
    return {
        "kind": "matrix",
        "title": matrix.title,
        "columns": matrix.columns,
        "across": across,
        "roomy": roomy(matrix),
        "cell": cell,
        "legend": matrix.legend,
        "names": dict(matrix.legend),
        "pieces": [[[group.model_dump() for group in column] for column in piece] for piece in pieces],
        "note": spans(matrix.note),
    }
