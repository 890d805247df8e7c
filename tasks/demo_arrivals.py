"""How the demo's returns come in: one file each, clean and in time, but for the last quarter's faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Literal

from expectations.form import the_form
from expectations.quarter import SHANGHAI
from tasks.demo_facts import Cell, Member, Row, dice, members
from tasks.demo_story import LAST, Return, story

Fault = Literal[
    "", "late", "missing", "nil", "revised", "correction", "three_errors", "no_workbook", "resent"
]
Address = tuple[str, str, str]  # sheet as printed, cell, rule


@dataclass(frozen=True)
class Planted:
    """What the story expects of one file: its verdict, and the cells that warnings and errors must name.

    A return that never comes has a blank ``file``, no ``received`` and the verdict ``missing``. A revised
    return is accepted first and superseded by its correction.
    """

    file: str
    quarter: str
    unit: str
    centre: str
    received: datetime | None
    verdict: Literal["accepted", "returned", "held", "refused", "missing"]
    fault: Fault = ""
    cells: tuple[Address, ...] = ()


@dataclass(frozen=True)
class Arrival:
    """One file on its way: what it should lead to, and what is in it (None: a saved web page)."""

    planted: Planted
    content: Return | None


def arrivals(registry: Path) -> list[Arrival]:
    """Every file of the story and every return that never comes, by quarter and membership."""
    return [arrival for told in story(members(registry)) for arrival in _sent(told)]


def _sent(told: Return) -> list[Arrival]:
    """How a return comes in: once, in time and clean, unless the last quarter has a fault for it."""
    member, quarter = told.member, told.quarter
    opening = datetime.combine(quarter.end, time(), SHANGHAI)
    minutes = dice(f"receipt {member.centre} {member.unit} {quarter}").randint(0, 9 * 60)
    day = 9 + (member.position * 2 + quarter.number) % 5  # the 9th to the 13th: the deadline is the 15th
    received = opening + timedelta(days=day, hours=8, minutes=30 + minutes)
    clean = Planted(
        _file_name(member, told),
        str(quarter),
        member.unit,
        member.centre,
        received,
        "accepted",
        cells=_unknown_size(told),
    )
    fault = _FAULTS.get((member.centre, member.unit)) if quarter == LAST else None
    return fault(told, clean) if fault else [Arrival(clean, told)]


def _file_name(member: Member, told: Return) -> str:
    """File names as people choose them, each unit in its own way."""
    return (
        f"{member.unit_name}（{member.centre_short}）{told.quarter.zh}报表.xlsx",
        f"{member.centre}_{member.unit_short}_{told.quarter}.xlsx",
        f"{told.quarter.zh}季报-{member.unit_name}-{member.centre}.xlsx",
    )[member.position % 3]


def _unknown_size(told: Return) -> tuple[Address, ...]:
    """The cells where an enterprise's head-count is left out (a warning: its size stays unknown)."""
    left_out = [
        index
        for index, row in enumerate(told.diffusion)
        if row["recipient_kind"] == "企业" and "recipient_employees" not in row
    ]
    return tuple(_address("diffusion", "recipient_employees", index, "R5.10") for index in left_out)


def _address(sheet_name: str, column: str, index: int, rule: str) -> Address:
    sheet = the_form().by_name[sheet_name]
    return sheet.zh, sheet.address(column, sheet.first_row + index), rule


def _late(told: Return, clean: Planted) -> list[Arrival]:
    """In order, but on the morning after the days of grace."""
    received = datetime.combine(told.quarter.end + timedelta(days=19), time(), SHANGHAI)
    late = replace(clean, received=received.replace(hour=9, minute=42), verdict="held", fault="late")
    return [Arrival(late, told)]


def _missing(told: Return, clean: Planted) -> list[Arrival]:
    return [
        Arrival(replace(clean, file="", received=None, verdict="missing", fault="missing", cells=()), told)
    ]


def _nil(told: Return, clean: Planted) -> list[Arrival]:
    return [Arrival(replace(clean, fault="nil"), told)]


def _revised(told: Return, clean: Planted) -> list[Arrival]:
    """A first version, then the right one days later: other R&D person-years and another contract value."""
    assert clean.received is not None
    index = next(index for index, row in enumerate(told.diffusion) if "contract_no" in row)
    person_years, value = told.unit["rd_person_years"], told.diffusion[index]["contract_value_wan_cny"]
    assert isinstance(person_years, float)
    assert isinstance(value, int | float)
    before = replace(told, unit={**told.unit, "rd_person_years": round(person_years - 7.5, 2)})
    before = replace(before, diffusion=_with(told.diffusion, index, contract_value_wan_cny=value + 60))
    first = replace(clean, received=clean.received - timedelta(days=clean.received.day - 9), fault="revised")
    again = replace(clean, file=clean.file.replace(".xlsx", "（更正）.xlsx"), fault="correction")
    again = replace(again, received=clean.received + timedelta(days=14 - clean.received.day, minutes=-17))
    return [Arrival(first, before), Arrival(again, told)]


def _three_errors(told: Return, clean: Planted) -> list[Arrival]:
    """Two head-counts swapped, a slip in a credit code, a value in words: one cell each, three kinds."""
    staff, employees = told.unit["rd_technical_staff"], told.unit["employees"]
    code = str(told.diffusion[0]["recipient_uscc"])
    index = next(index for index, row in enumerate(told.diffusion) if index and "contract_no" in row)
    rows = _with(told.diffusion, 0, recipient_uscc=code[:-1] + ("0" if code[-1] != "0" else "1"))
    wrong = replace(
        told,
        unit={**told.unit, "employees": staff, "rd_technical_staff": employees},
        diffusion=_with(rows, index, contract_value_wan_cny="约三十万"),
    )
    cells = (
        _address("unit", "rd_technical_staff", 0, "R2.1"),
        _address("diffusion", "recipient_uscc", 0, "bad_credit_code"),
        _address("diffusion", "contract_value_wan_cny", index, "numeral_words"),
    )
    return [Arrival(replace(clean, verdict="returned", fault="three_errors", cells=cells), wrong)]


def _no_workbook(told: Return, clean: Planted) -> list[Arrival]:
    """The page of a login that had run out, saved as .xlsx; the workbook itself follows the next day."""
    assert clean.received is not None
    page = replace(clean, verdict="refused", fault="no_workbook", cells=(("", "", "not_a_workbook"),))
    again = replace(clean, file=clean.file.replace(".xlsx", "（重发）.xlsx"), fault="resent")
    again = replace(again, received=clean.received + timedelta(days=1, minutes=-41))
    return [Arrival(page, None), Arrival(again, told)]


def _with(rows: tuple[Row, ...], index: int, **cells: Cell) -> tuple[Row, ...]:
    return (*rows[:index], {**rows[index], **cells}, *rows[index + 1 :])


_FAULTS: dict[tuple[str, str], Callable[[Return, Planted], list[Arrival]]] = {
    ("EQ01", "U02"): _revised,
    ("EQ01", "U03"): _three_errors,
    ("NM01", "U06"): _late,
    ("NM01", "U07"): _nil,
    ("IT01", "U08"): _no_workbook,
    ("IT01", "U09"): _missing,
}
