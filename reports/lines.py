"""Line breaking for Chinese text where no layout engine does it: chart labels and the text mail.

A number stays with its unit, closing marks never open a line, opening marks never end one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_CLOSING = "，。、；：？！）》〉」』】〕”’％%,.;:?!)]}·…—"
_OPENING = "（《〈「『【〔“‘([{"
_PIECE = re.compile(r"[0-9][0-9,.%]*[^\x00-\x7f\s]?|[\x21-\x7e\u00c0-\u024f]+|\s|.", re.DOTALL)
_GLUE = "\u00a0"


def pieces(text: str) -> list[str]:
    """Cut ``text`` where a line may break; a lone space marks a break that vanishes at a line end."""
    found: list[str] = []
    for piece in _PIECE.findall(text):
        glued = bool(found) and (
            piece[0] in _CLOSING + _GLUE
            or found[-1][-1] in _OPENING + _GLUE
            or (piece == "\u2011" or found[-1][-1] in "\u2011−+")
        )
        if glued and found[-1] != " ":
            found[-1] += piece
        else:
            found.append(piece)
    return found


def break_lines(text: str, limit: float, measure: Callable[[str], float]) -> list[str]:
    """Break ``text`` into lines no wider than ``limit`` by ``measure``; a wider piece is cut anywhere."""
    lines = [""]
    for piece in pieces(text):
        if measure((lines[-1] + piece).rstrip(" ")) <= limit or (not lines[-1] and len(piece) == 1):
            lines[-1] += piece
        elif piece == " ":
            lines.append("")
        elif measure(piece) <= limit:
            lines.append(piece)
        else:
            _cut(lines, piece, limit, measure)
    return [line.strip(" ") for line in lines if line.strip(" ")] or [""]


def even_lines(text: str, limit: float, measure: Callable[[str], float]) -> list[str]:
    """As ``break_lines``, but lines of nearly the same width: no single character left on the last."""
    lines = break_lines(text, limit, measure)
    if len(lines) == 1:
        return lines
    narrow = limit
    step = max(limit / 24, 0.5)
    while narrow > step and len(break_lines(text, narrow - step, measure)) == len(lines):
        narrow -= step
    return break_lines(text, narrow, measure)


def columns(text: str) -> int:
    """How many terminal columns ``text`` takes: full-width characters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def _cut(lines: list[str], piece: str, limit: float, measure: Callable[[str], float]) -> None:
    for char in piece:
        if lines[-1] and measure(lines[-1] + char) > limit:
            lines.append("")
        lines[-1] += char
