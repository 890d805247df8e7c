"""Plain text set in columns: full-width characters take two, lines are at most 72 wide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reports.blocks import Table
from reports.lines import break_lines, columns
from reports.rich import plain

WIDTH = 72
_NUMERALS = "一二三四五六七八九十"


def wrap(text: str, indent: int = 0, hang: int | None = None) -> str:
    """Break a sentence; the first line starts at ``indent``, the others at ``hang``."""
    rest = indent if hang is None else hang
    lines = break_lines(plain(text), WIDTH - max(indent, rest), columns)
    return "\n".join(" " * (rest if index else indent) + line for index, line in enumerate(lines))


def pad(text: str, width: int) -> str:
    """Fill up on the right to ``width`` columns."""
    return text + " " * max(width - columns(text), 0)


def flush(text: str, width: int) -> str:
    """Fill up on the left to ``width`` columns."""
    return " " * max(width - columns(text), 0) + text


def grid(rows: list[list[str]], numbers: list[bool], colon: str = "：") -> str:
    """Rows in aligned columns, the first being the header; as labelled lines where they are too wide."""
    widths = [max(columns(row[index]) for row in rows) for index in range(len(numbers))]
    if 2 + sum(widths) + 3 * (len(widths) - 1) > WIDTH:
        return _records(rows, colon)
    lines = [
        "   ".join(
            flush(text, width) if number else pad(text, width)
            for text, width, number in zip(row, widths, numbers, strict=True)
        )
        for row in rows
    ]
    return "\n".join("  " + line.rstrip() for line in lines)


def table(block: Table, lang: str = "zh") -> str:
    """A table as text: second lines follow their cell in brackets."""
    header = [heading.label for heading in block.headings]
    left, right, colon = ("（", "）", "：") if lang == "zh" else (" (", ")", ": ")
    rows = [
        [f"{cell.text}{left}{cell.sub}{right}" if cell.sub else cell.text for cell in row]
        for row in block.rows
    ]
    return grid([header, *rows], [heading.number for heading in block.headings], colon)


def numeral(index: int) -> str:
    """一、二、… for the sections of a Chinese text."""
    return _NUMERALS[index - 1] if index <= len(_NUMERALS) else str(index)


def _records(rows: list[list[str]], colon: str) -> str:
    header, *body = rows
    records = []
    for row in body:
        lines = [wrap(row[0], 2, 4)]
        lines += [
            wrap(f"{label}{colon}{text}", 4, 6)
            for label, text in zip(header[1:], row[1:], strict=True)
            if text
        ]
        records.append("\n".join(lines))
    return "\n\n".join(records)


PLAIN_FILTERS: dict[str, Callable[..., Any]] = {
    "wrap": wrap,
    "grid": grid,
    "text_table": table,
    "numeral": numeral,
}
