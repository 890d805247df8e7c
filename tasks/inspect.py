"""bytes → a look: what a workbook is made of, before any parser touches it.

Parsers forgive too much: error cells come back empty, macros pass unseen, a crafted cell address asks for 512 GiB.
So package and XML are walked first, with bounds; what breaks one is refused with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass

from tasks.formulas import LONGEST, is_active
from tasks.package import DAMAGED, elements, open_package, parser_of
from tasks.refusal import refuse
from tasks.styles import odd_styles
from tasks.walk import SheetLook, walk_sheet

_RELATIONSHIP_ID = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"


@dataclass
class Look:
    """Sheets by name in workbook order, and whether dates count from 1904."""

    sheets: dict[str, SheetLook]
    date1904: bool


def inspect(content: bytes, name: str) -> Look:
    """Look at a file; raises Refusal. Memory is bounded whatever the file claims about itself."""
    try:
        parts = open_package(content, name)
        look = _workbook(parts)
        _names(parts)
        odd = odd_styles(parts)
        for sheet_name, sheet in look.sheets.items():
            walk_sheet(parts[sheet.path], sheet_name, sheet, odd)
        return look
    except DAMAGED as problem:
        raise refuse("corrupt", found=str(problem)[:80]) from problem


def _names(parts: dict[str, bytes]) -> None:
    """Refuse a defined name that is active: the cells that use it only hold the name."""
    text = ""

    def start(*_: object) -> None:
        nonlocal text
        text = ""

    def characters(more: str) -> None:
        nonlocal text
        text += more[: LONGEST + 1 - len(text)]

    def end(_: str) -> None:
        if is_active(text):
            raise refuse("active_content", found=f"={text[:80]}")

    parser = parser_of("xl/workbook.xml")
    parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = start, characters, end
    parser.Parse(parts["xl/workbook.xml"], True)


def _workbook(parts: dict[str, bytes]) -> Look:
    targets = {
        attributes["Id"]: attributes["Target"]
        for tag, attributes in elements(parts, "xl/_rels/workbook.xml.rels")
        if tag == "Relationship" and "Id" in attributes
    }
    look = Look({}, date1904=False)
    paths: set[str] = set()
    for tag, attributes in elements(parts, "xl/workbook.xml"):
        if tag == "workbookPr":
            look.date1904 = attributes.get("date1904") in {"1", "true"}
        if tag == "sheet":
            target = targets.get(attributes.get(_RELATIONSHIP_ID, ""), "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            title = attributes.get("name", "")
            if path not in parts:
                raise refuse("bad_package", found=f"{title}（{path}）")
            if title in look.sheets or path in paths:
                raise refuse("bad_package", found=title)
            paths.add(path)
            look.sheets[title] = SheetLook(path, attributes.get("state", "visible") != "visible")
    return look
