"""The demo's faults, as bad inputs come in practice: what each spoils, and what it must lead to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

from expectations.quarter import SHANGHAI
from tasks.demo_members import dice
from tasks.demo_planted import Arrival, Planted, address, again, expecting
from tasks.demo_story import Return
from tasks.demo_units import number

# What was accepted a quarter ago comes third. Where a fault finds nothing to spoil it is None, and the return clean.
Sending = Callable[[Return, Planted, Return | None], list[Arrival] | None]

_LOGIN_PAGE = """<!DOCTYPE html>
<html lang="zh"><head><meta charset="utf-8"><title>登录已超时</title></head>
<body><p>登录已超时，请重新登录后再导出报表。</p><p>{received:%Y-%m-%d %H:%M}</p></body></html>
"""
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _late(told: Return, clean: Planted, _: Return | None) -> list[Arrival]:
    """In order, but on the morning after the days of grace."""
    received = datetime.combine(told.quarter.end + timedelta(days=19), time(9, 42), SHANGHAI)
    return [expecting(told, replace(clean, received=received), "late", "held", ("", "", "late"))]


def _missing(_: Return, clean: Planted, __: Return | None) -> list[Arrival]:
    return [Arrival(replace(clean, file="", received=None, verdict="missing", fault="missing"), None)]


def _nil(told: Return, clean: Planted, _: Return | None) -> list[Arrival] | None:
    return None if told.sheets["projects"] else [expecting(told.emptied(), clean, "nil")]


def _revised(told: Return, clean: Planted, _: Return | None) -> list[Arrival] | None:
    """A contract ten times too large and fewer person-years; days later the right version."""
    index = first_with(told, "diffusion", "contract_no")
    if index is None or clean.received is None or told.member.seats > 1:
        return None
    value = number(told.sheets["diffusion"][index], "contract_value_wan_cny")
    person_years = number(told.sheets["unit"][0], "rd_person_years")
    wrong = told.with_cells("diffusion", index, contract_value_wan_cny=round(value * 10, 1))
    wrong = wrong.with_cells("unit", 0, rd_person_years=round(person_years * 0.9, 2))
    first = replace(clean, received=clean.received - timedelta(days=clean.received.day - 8))
    said = f"技术扩散表一份合同的成交额误填为 {value * 10:.6g} 万元，应为 {value:.6g} 万元；研发人员投入漏计一个课题组，现补入。"
    return [expecting(wrong, first, "revised"), again(told, clean, "correction", "更正", said)]


def _three_errors(told: Return, clean: Planted, before: Return | None) -> list[Arrival] | None:
    """Two head-counts swapped, a slip in a credit code, a value in words: one cell each, three kinds."""
    coded, signed = (
        first_with(told, "diffusion", "recipient_uscc"),
        first_with(told, "diffusion", "contract_no"),
    )
    if coded is None or signed is None or told.member.seats > 1:
        return None
    unit = told.sheets["unit"][0]
    employees, staff = number(unit, "employees"), number(unit, "rd_technical_staff")
    wrong = told.with_cells("unit", 0, employees=staff, rd_technical_staff=employees)
    wrong = _slip(wrong, coded).with_cells("diffusion", signed, contract_value_wan_cny="约三十万")
    cells = [
        address("unit", "rd_technical_staff", 0, "R2.1"),
        address("diffusion", "recipient_uscc", coded, "bad_credit_code"),
        address("diffusion", "contract_value_wan_cny", signed, "numeral_words"),
    ]
    if before and staff * 3 < number(before.sheets["unit"][0], "employees"):
        cells.append(address("unit", "employees", 0, "R2.5"))
    return [expecting(wrong, clean, "three_errors", "returned", *cells)]


def _no_workbook(told: Return, clean: Planted, _: Return | None) -> list[Arrival]:
    """The page of a login that had run out, saved as .xlsx; the workbook itself follows the next day."""
    page = replace(
        clean, verdict="refused", fault="no_workbook", cells=(("", "", "not_a_workbook"),), nil=False
    )
    content = _LOGIN_PAGE.format(received=clean.received).encode()
    return [Arrival(page, content), again(told, clean, "resent", "重发")]


def _cut_off(told: Return, clean: Planted, _: Return | None) -> list[Arrival]:
    """An upload that broke off, and the whole file the next day."""
    part = replace(clean, verdict="refused", fault="cut_off", cells=(("", "", "truncated"),), nil=False)
    return [Arrival(part, told, cut=True), again(told, clean, "resent", "重发")]


def _password(told: Return, clean: Planted, _: Return | None) -> list[Arrival]:
    """A file saved with a password (an OLE2 container that says who sent it to nobody)."""
    key = f"{told.member.centre} {told.member.unit} {told.quarter}"
    content = _OLE2 + "EncryptedPackage".encode("utf-16-le") + dice(f"password {key}").randbytes(4096)
    refused = replace(clean, verdict="refused", fault="password", cells=(("", "", "password"),), nil=False)
    return [Arrival(refused, content)]


def _error_cell(told: Return, clean: Planted, _: Return | None) -> list[Arrival] | None:
    """A formula that divides by nought, where the costs belong."""
    if told.member.seats > 1:
        return None
    cell = address("unit", "total_cost_wan_cny", 0, "error_value")
    return [replace(expecting(told, clean, "error_cell", "returned", cell), broken=cell[:2])]


def _yuan(told: Return, clean: Planted, before: Return | None) -> list[Arrival] | None:
    """Sheet 2 in yuan where 10 000 yuan are asked for."""
    if told.member.seats > 1 or before is None:
        return None
    names = ("revenue_wan_cny", "value_added_wan_cny", "total_cost_wan_cny", "rd_spend_wan_cny")
    unit = told.sheets["unit"][0]
    yuan = {name: round(number(unit, name) * 10000) for name in names}
    rules = {"total_cost_wan_cny": "R2.7", "revenue_wan_cny": "R2.8", "rd_spend_wan_cny": "R2.9"}
    cells = [address("unit", name, 0, rule) for name, rule in rules.items()]
    for name, rule in (("revenue_wan_cny", "R2.12"), ("total_cost_wan_cny", "R2.13")):
        if yuan[name] > number(unit, "employees") * 10000:
            cells.append(address("unit", name, 0, rule))
    return [expecting(told.with_cells("unit", 0, **yuan), clean, "yuan", "held", *cells)]


def _check_digit(told: Return, clean: Planted, _: Return | None) -> list[Arrival] | None:
    index = first_with(told, "diffusion", "recipient_uscc")
    if index is None:
        return None
    cell = address("diffusion", "recipient_uscc", index, "bad_credit_code")
    return [expecting(_slip(told, index), clean, "check_digit", "returned", cell)]


def _duplicate(told: Return, clean: Planted, _: Return | None) -> list[Arrival] | None:
    """The second record of a sheet carries the number of the first."""
    for sheet, column in (("diffusion", "event_no"), ("outputs", "output_no"), ("finance", "event_no")):
        rows = told.sheets[sheet]
        if len(rows) > 1:
            wrong = told.with_cells(sheet, 1, **{column: rows[0][column]})
            cells = [address(sheet, column, index, "unique") for index in (0, 1)]
            return [expecting(wrong, clean, "duplicate", "returned", *cells)]
    return None


def _two_heads(told: Return, clean: Planted, before: Return | None) -> list[Arrival] | None:
    """A unit of two centres tells this one another head-count than the other: both returns are held."""
    employees = number(told.sheets["unit"][0], "employees")
    return _other_heads(told.with_cells("unit", 0, employees=employees + 12), clean, before)


def _other_heads(told: Return, clean: Planted, _: Return | None) -> list[Arrival] | None:
    if told.member.seats < 2:
        return None
    return [expecting(told, clean, "two_heads", "held", address("unit", "employees", 0, "R2.10"))]


def _full_width(told: Return, clean: Planted, _: Return | None) -> list[Arrival] | None:
    """A head-count typed in full-width digits: accepted, with a note."""
    if told.member.seats > 1:
        return None
    digits = str(told.sheets["unit"][0]["employees"])
    wide = digits.translate({ord(digit): ord("０") + int(digit) for digit in "0123456789"})
    return [expecting(told.with_cells("unit", 0, employees=wide), clean, "full_width")]


def _trl_fell(told: Return, clean: Planted, before: Return | None) -> list[Arrival] | None:
    """A project that stood still is reported a level lower."""
    past = {row["project_no"]: row for row in before.sheets["projects"]} if before else {}
    for index, row in enumerate(told.sheets["projects"]):
        trl = number(row, "trl_now")
        stood_still = row["project_no"] in past and past[row["project_no"]]["trl_now"] == trl
        if stood_still and trl > number(row, "trl_start") and row["stage"] != "首次商业化应用":
            cell = address("projects", "trl_now", index, "R3.4")
            return [
                expecting(
                    told.with_cells("projects", index, trl_now=int(trl) - 1),
                    clean,
                    "trl_fell",
                    "accepted",
                    cell,
                )
            ]
    return None


def _dropped(told: Return, clean: Planted, before: Return | None) -> list[Arrival] | None:
    """A running project is left out, without a word of its end."""
    past = {row["project_no"]: row["status"] for row in before.sheets["projects"]} if before else {}
    rows = told.sheets["projects"]
    running = [row for row in rows if past.get(row["project_no"]) == "在研"]
    if not running or len(rows) < 2:
        return None
    kept = tuple(row for row in rows if row is not running[-1])
    cell = address("projects", "project_no", 0, "R1.7")
    return [expecting(told.with_rows(projects=kept), clean, "dropped", "accepted", cell)]


def _size_differs(told: Return, clean: Planted, _: Return | None) -> list[Arrival] | None:
    index = first_with(told, "diffusion", "declared_size")
    if index is None:
        return None
    other = "微型" if told.sheets["diffusion"][index]["declared_size"] == "小型" else "小型"
    cell = address("diffusion", "declared_size", index, "R5.12")
    wrong = told.with_cells("diffusion", index, declared_size=other)
    return [expecting(wrong, clean, "size_differs", "accepted", cell)]


def _mended(fault: Sending) -> Sending:
    """The same fault, and a file without it the next day."""

    def send(told: Return, clean: Planted, before: Return | None) -> list[Arrival] | None:
        wrong = fault(told, clean, before)
        return [*wrong, again(told, clean, "mended", "更正")] if wrong else None

    return send


def first_with(told: Return, sheet: str, column: str) -> int | None:
    """The first record of a sheet that has a value in a column."""
    return next((index for index, row in enumerate(told.sheets[sheet]) if column in row), None)


def _slip(told: Return, index: int) -> Return:
    code = str(told.sheets["diffusion"][index]["recipient_uscc"])
    return told.with_cells("diffusion", index, recipient_uscc=code[:-1] + ("0" if code[-1] != "0" else "1"))


FAULTS: dict[str, Sending] = {
    "late": _late,
    "missing": _missing,
    "nil": _nil,
    "revised": _revised,
    "three_errors": _three_errors,
    "no_workbook": _no_workbook,
    "cut_off": _cut_off,
    "password": _password,
    "error_cell": _error_cell,
    "yuan": _yuan,
    "check_digit": _check_digit,
    "duplicate": _duplicate,
    "two_heads": _two_heads,
    "other_heads": _other_heads,
    "full_width": _full_width,
    "trl_fell": _trl_fell,
    "dropped": _dropped,
    "size_differs": _size_differs,
    "mended three_errors": _mended(_three_errors),
    "mended error_cell": _mended(_error_cell),
    "mended yuan": _mended(_yuan),
    "mended check_digit": _mended(_check_digit),
    "mended duplicate": _mended(_duplicate),
    "mended password": _mended(_password),
}
