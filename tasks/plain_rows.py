"""sheet XML → the sheet without its rows, if these are nothing but plain cells as programs write them: one match for all."""

from __future__ import annotations

import re

from tasks.package import is_plain

MAX_CELLS = 400_000
MAX_PLAIN = 16 << 20  # a larger table is walked, which ends where it goes too far
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

_LETTERS = rb"[^<&\x00-\x08\x0b\x0c\x0e-\x1f]*+"
_REFERENCES = rb"(?:&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});" + _LETTERS + rb")*+"
_TEXT = rb'<is><t(?: xml:space="preserve")?+>' + _LETTERS + _REFERENCES + rb"</t></is>"
_PLACE = rb"(?:[A-Z]|[A-F][A-Z]|G[A-R])[1-9][0-9]{0,3}"  # well within FAR_ROW and FAR_COLUMN
_CELL = (
    rb'<c r="' + _PLACE + rb'"(?: s="[0-9]{1,5}")?+'
    rb'(?:(?: t="(?:s|n|b)")?+(?: ?/>|>(?:<v>[^<&\x00-\x1f]*</v>)?</c>)'
    rb'| t="inlineStr"(?: ?/>|>' + _TEXT + rb"</c>))"
)
_ATTRIBUTES = rb'(?: (?!r=|xmlns)[A-Za-z0-9:]+="[^"<>&\x00-\x1f]*")*+'
_PLAIN_ROWS = re.compile(
    rb'(?:<row r="[1-9][0-9]{0,3}"' + _ATTRIBUTES + rb" ?(?:/>|>(?:" + _CELL + rb")*+</row>))*+"
)
_OPENING = re.compile(rb'<worksheet xmlns="' + MAIN.encode() + rb'"')
_PLACES = re.compile(rb'<c r="([A-Z0-9]+)"')
_HIDDEN_ROW = re.compile(rb'<row r="([0-9]+)"[^>]* (?:hidden="(?:1|true)"|ht="0(?:\.0*)?")')


def without_plain_rows(part: bytes) -> tuple[bytes, set[int]] | None:
    """The part without its rows, and the numbers of hidden ones, where all are plain and within bounds; None where they
    must be walked.

    No formula, error value, reference or foreign name is in a plain row, so each cell is read as it is seen.
    """
    begin, end = part.find(b"<sheetData>") + len(b"<sheetData>"), part.find(b"</sheetData>")
    head = part[:begin]
    if not is_plain(part) or part.count(b"sheetData") != 2 or begin > end or head.count(b"xmlns=") != 1:
        return None
    if end - begin > MAX_PLAIN or part.count(b"<c ", begin, end) > MAX_CELLS:
        return None
    if not _OPENING.search(head) or not _PLAIN_ROWS.fullmatch(part, begin, end):
        return None
    places = _PLACES.findall(part, begin, end)
    if len(set(places)) != len(places):
        return None
    part[begin:end].decode()  # a ValueError if it is no UTF-8
    hidden: list[bytes] = []
    if part.find(b"hidden=", begin, end) > 0 or part.find(b'ht="0', begin, end) > 0:
        hidden = _HIDDEN_ROW.findall(part, begin, end)
    return head + part[end:], set(map(int, hidden))
