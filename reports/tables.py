"""Tables on paper: how wide each column is and how large its text, decided by what stands in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from reports.blocks import Table
from reports.fonts import text_width
from reports.lines import pieces
from reports.rich import spans

_SIZES = (9.0, 8.5, 8.0)  # points; the first at which every cell stands on one line, else the last
_SUB, _HEAD = 7.5, 8.0
_LEAST = 3.2  # em: a text column is never narrower


def set_table(table: Table, room: float, folder: Path) -> dict[str, Any]:
    """The table as data for Typst, its columns filling ``room`` points."""
    gap = 10.0 if len(table.headings) <= 7 else 7.0
    left = room - gap * (len(table.headings) - 1)
    tried = [(size, _columns(table, size, folder)) for size in _SIZES]
    fits = [one for one in tried if sum(column.body for column in one[1]) <= left]
    size, columns = (fits or tried[-1:])[0]
    return {
        "title": table.title,
        "headings": [heading.model_dump() for heading in table.headings],
        "rows": [[cell.model_dump() for cell in row] for row in table.rows],
        "widths": _widths(columns, left),
        "tight": sum(column.least for column in columns) > left,
        "gap": gap,
        "size": size,
        "note": spans(table.note),
    }


class _Column(NamedTuple):
    """Points a column needs: with nothing broken, with only its heading broken, and so that no word is cut."""

    whole: float
    body: float
    least: float


def _columns(table: Table, size: float, folder: Path) -> list[_Column]:
    found = []
    for at, heading in enumerate(table.headings):
        head = [(heading.label, _HEAD, 700), (heading.sub, _SUB, 400)]
        cells = _cells(table, at, size)
        body = max([_word(folder, *text) for text in head] + [text_width(folder, *text) for text in cells])
        whole = max([body, *(text_width(folder, *text) for text in head)])
        words = body if heading.number else max(_word(folder, *text) for text in [*head, *cells])
        found.append(_Column(whole + 1, body + 1, max(words, min(size * _LEAST, body)) + 1))
    return found


def _cells(table: Table, at: int, size: float) -> list[tuple[str, float, int]]:
    """Every text of a column below its heading, with its size and weight."""
    cells = [row[at] for row in table.rows]
    texts = [(cell.text, size, 700 if at == 0 or cell.strong else 400) for cell in cells]
    return texts + [(cell.sub, _SUB, 400) for cell in cells if cell.sub]


def _word(folder: Path, text: str, size: float, weight: int) -> float:
    """The width of the widest part that a line break may not cut."""
    return max((text_width(folder, piece, size, weight) for piece in pieces(text)), default=0.0)


def _widths(columns: list[_Column], room: float) -> list[float]:
    """What is spare goes to headings first, then to all alike; what is missing is taken from the widest."""
    whole, body, least = zip(*columns, strict=True)
    if sum(whole) <= room:
        return [width + (room - sum(whole)) / len(whole) for width in whole]
    if sum(body) <= room:
        share = (room - sum(body)) / (sum(whole) - sum(body))
        return [low + (high - low) * share for low, high in zip(body, whole, strict=True)]
    if sum(least) >= room:
        return [width * room / sum(least) for width in least]
    low, high = min(least), room
    for _ in range(40):  # the cap at which the sum fits, halved in on until it is exact
        cap = (low + high) / 2
        low, high = (low, cap) if sum(_capped(columns, cap)) > room else (cap, high)
    return _capped(columns, low)


def _capped(columns: list[_Column], cap: float) -> list[float]:
    return [max(min(column.body, cap), column.least) for column in columns]
