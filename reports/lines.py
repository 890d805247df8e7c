"""Line breaking for Chinese and English where no layout engine does it: chart labels and the text mail.

A number stays with its unit, closing marks never open a line, opening marks never end one; words stay whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

_CLOSING = "，。、；：？！）》〉」』】〕”’％%,.;:?!)]}·…—–"
_OPENING = "（《〈「『【〔“‘([{"
_WORD = r"[\x21-\x7e\u00c0-\u024f\u2019\u2013]"
_HYPHENED = rf"{_WORD}*?[a-z]{{2}}-(?=[a-z]{{2}})"  # new-/generation, but never 2024-Q4
_PIECE = re.compile(
    rf"[0-9][0-9,.%]*(?:[^\x00-\x7f\s\u2013\u2019]|(?!{_WORD}))|{_HYPHENED}|{_WORD}+|\s|.", re.DOTALL
)
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
    """As many lines as ``break_lines``, of nearly the same width: no single character is left on the last."""
    lines = break_lines(text, limit, measure)
    parts = pieces(text)
    if len(lines) == 1 or max(map(measure, parts)) > limit:
        return lines
    return _balance(parts, len(lines), limit, measure)


def _balance(parts: list[str], count: int, limit: float, measure: Callable[[str], float]) -> list[str]:
    """``parts`` on ``count`` lines, the squares of what they leave free being least; spaces and marks break first."""
    best: dict[int, tuple[float, list[str]]] = {0: (0.0, [])}
    for _ in range(count):
        longer: dict[int, tuple[float, list[str]]] = {}
        for start, (cost, before) in best.items():
            for end in range(start + 1, len(parts) + 1):
                line = "".join(parts[start:end]).strip(" ")
                free = limit - measure(line)
                if free < 0:
                    break
                inside = end < len(parts) and parts[end] != " " and line[-1:] not in _CLOSING + " "
                price = cost + free * free + (limit * limit / 9 if inside else 0)
                if line and (end not in longer or price <= longer[end][0]):
                    longer[end] = (price, [*before, line])
        best = longer
    return best[len(parts)][1]


@lru_cache(maxsize=2**16)  # an annex asks for the same names and addresses thousands of times
def columns(text: str) -> int:
    """How many terminal columns ``text`` takes: full-width characters take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def _cut(lines: list[str], piece: str, limit: float, measure: Callable[[str], float]) -> None:
    for char in piece:
        if lines[-1] and measure(lines[-1] + char) > limit:
            lines.append("")
        lines[-1] += char
