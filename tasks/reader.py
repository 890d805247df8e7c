"""workbook → cells, in a guarded child: untrusted bytes are parsed here and nowhere else."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import python_calamine

from expectations.addresses import place_of
from expectations.findings import Finding, finding
from expectations.form import Form, Sheet, the_form
from expectations.raw import shown
from tasks.guard import serve
from tasks.inspect import Look, inspect
from tasks.layout import Rows, at, extra_sheets, odd_places
from tasks.parsed import CellRead, write_parsed
from tasks.records import read_sheet
from tasks.refusal import Refusal, refuse


def read_workbook(content: bytes, name: str, form: Form) -> tuple[list[CellRead], list[Finding]]:
    """Read one file: its cells in form order, and what is to be said about it. A refused file has no cells.

    A workbook of an earlier version is read as what it is; what that version did not ask for is blank.
    """
    try:
        look = inspect(content, name)
        book = _open(content)
        titles = {sheet.name: _title(sheet, look) for sheet in form.sheets}
        findings = extra_sheets(look, set(titles.values()), lambda title: _rows(book, title))
        edition = _version(_rows(book, titles["cover"]), form)
        if edition is not form:
            findings.append(_old_version(edition, form))
        cells: list[CellRead] = []
        for sheet in edition.sheets:
            title = titles[sheet.name]
            rows = _rows(book, title)
            if title != sheet.zh:
                findings.append(_old_name(sheet, sheet.zh, title))
            findings += check_headings(rows, sheet)
            read, said = read_sheet(rows, sheet, look.sheets[title], date1904=look.date1904)
            cells += _completed(read, sheet, form.by_name[sheet.name])
            findings += said + odd_places(rows, sheet, look.sheets[title])
        _check_form(cells, edition, form)
    except Refusal as refused:
        return [], [refused.finding]
    return cells, findings


def _open(content: bytes) -> python_calamine.CalamineWorkbook:
    try:
        return python_calamine.load_workbook(BytesIO(content))
    except (python_calamine.CalamineError, OSError) as problem:
        raise refuse("corrupt", found=str(problem)[:80]) from problem


def _rows(book: python_calamine.CalamineWorkbook, title: str) -> Rows:
    """Every cell of a sheet from A1 on; a sheet that cannot be read refuses the file."""
    try:
        return book.get_sheet_by_name(title).to_python(skip_empty_area=False)
    except python_calamine.CalamineError as problem:
        raise refuse("corrupt", sheet=title, found=f"{title}：{str(problem)[:80]}") from problem


def _title(sheet: Sheet, look: Look) -> str:
    """What the sheet is called in this workbook: its name, or one it had in an earlier version."""
    for title in (sheet.zh, *sheet.was):
        if title in look.sheets:
            return title
    raise refuse("sheet_missing", sheet=sheet.zh, found=sheet.zh)


def check_headings(rows: Rows, sheet: Sheet) -> list[Finding]:
    """Refuse a sheet whose printed parts are not the form's: headings, column numbers, units. Known old names are told.

    Numbers and units count too: where the row of numbers was deleted, a record would slip into its place unseen, and
    whoever writes 元 over 万元 means it.
    """
    told = []
    for one in sheet.printed:
        try:
            if rows[one.row - 1][one.index - 1] in one.written:
                continue
        except IndexError:
            pass  # the sheet ends earlier
        raw = at(rows, one.row, one.index)
        # A heading may be broken over lines by whoever makes a column narrower.
        found = shown("".join(raw.split()) if isinstance(raw, str) else raw).removesuffix("*")
        known = ["".join(text.split()) for text in one.texts]
        if found not in known:
            where = {"sheet": sheet.zh, "cell": one.address, "column": one.column.zh}
            raise refuse("heading_changed", **where, found=found, expected=one.texts[0])
        if found != known[0]:
            told.append(_old_name(sheet, one.texts[0], found, one.address))
    return told


def _old_name(sheet: Sheet, name: str, found: str, address: str = "") -> Finding:
    return finding("note", "returns.old_name", sheet=sheet.zh, cell=address, found=found, value=name)


def _version(rows: Rows, form: Form) -> Form:
    """The version of the form that the cover says it is, if it is one that is still read."""
    cell = form.by_name["cover"].address("form_version", 0)
    return form.of_version(shown(at(rows, *place_of(cell))).strip())


def _old_version(edition: Form, form: Form) -> Finding:
    cover = form.by_name["cover"]
    where = {"sheet": cover.zh, "cell": cover.address("form_version", 0)}
    column = cover.by_name["form_version"].zh
    return finding(
        "note", "returns.old_version", **where, column=column, found=edition.version, value=form.version
    )


def _completed(cells: list[CellRead], there: Sheet, sheet: Sheet) -> list[CellRead]:
    """With a blank that stands in no cell for each column the version did not have, in every row."""
    later = [column for column in sheet.columns if column.name not in there.by_name]
    rows = dict.fromkeys(cell.row for cell in cells) if later else {}
    return cells + [CellRead(sheet.name, row, one.name, "", "", None, "") for row in rows for one in later]


def _check_form(cells: list[CellRead], edition: Form, form: Form) -> None:
    """Refuse a workbook made from another form or another version than those that are read, naming both."""
    found = {cell.column: cell for cell in cells if cell.sheet == "cover"}
    for name, key in (("form_no", "other_form"), ("form_version", "other_version")):
        column, cell = form.by_name["cover"].by_name[name], found[name]
        if cell.found.strip() != edition.fixed(column):
            raise refuse(
                key,
                sheet=form.by_name["cover"].zh,
                cell=cell.cell,
                column=column.zh,
                found=cell.found,
                expected=form.fixed(column),
            )


def _work(request: dict[str, str]) -> None:
    cells, findings = read_workbook(Path(request["raw"]).read_bytes(), request["name"], the_form())
    write_parsed(Path(request["out"]), cells, findings)


if __name__ == "__main__":
    serve(_work)
