"""styles → the cell styles whose number format shows another number than the one stored."""

from __future__ import annotations

import re

from tasks.package import elements

_PART = "xl/styles.xml"
_PERCENT = {"9", "10"}  # 0% and 0.00%, which every workbook has built in
_LITERAL = re.compile(r'"[^"]*"|\\.|!.|_.|\*.|\[[^\]]*\]')
# A comma behind the last digit divides by a thousand. `0!.0,` shows yuan in units of 10 000.
_SCALED = re.compile(r"[0#?](?:\.[0#?]*)?,+(?![0#?,])")
# `0!.0000` sets a point of its own between the digits: 123456 is shown as 12.3456.
_POINT_OF_ITS_OWN = re.compile(r"[0#?](?:[!\\]\.|\"\.\")[0#?]")


def odd_styles(parts: dict[str, bytes]) -> dict[str, str]:
    """Cell style (its number as cells name it) → ``percent`` or ``scaled``; usual styles are not in it."""
    if _PART not in parts:
        return {}
    kinds = dict.fromkeys(_PERCENT, "percent")
    found: dict[str, str] = {}
    number, in_cells = 0, False
    for tag, attributes in elements(parts, _PART):
        if tag == "numFmt":
            kinds[attributes.get("numFmtId", "")] = _kind(attributes.get("formatCode", ""))
        elif tag in {"cellXfs", "cellStyleXfs", "cellStyles"}:
            in_cells = tag == "cellXfs"
        elif tag == "xf" and in_cells:
            kind = kinds.get(attributes.get("numFmtId", "0"), "")
            if kind:
                found[str(number)] = kind
            number += 1
    return found


def _kind(code: str) -> str:
    """What a format code does to the number: ``percent``, ``scaled``, or blank for nothing."""
    positive = code.split(";", maxsplit=1)[0]
    if _POINT_OF_ITS_OWN.search(positive):
        return "scaled"
    plain = _LITERAL.sub("", positive)
    if "%" in plain:
        return "percent"
    return "scaled" if _SCALED.search(plain) else ""
