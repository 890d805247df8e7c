"""What comes to light after a report: a return that was missing, one that corrects a figure, one that restates the past."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from expectations.quarter import SHANGHAI, Quarter
from tasks.demo_planted import Address, Arrival, Planted, Settled, address, expecting
from tasks.demo_spoil import Sending, first_with
from tasks.demo_story import Return
from tasks.demo_units import number

_OFFICIAL = "示例处长甲"


def _after(quarter: Quarter, days: int, hour: int, minute: int = 0) -> datetime:
    """An instant so many days after the quarter; its report is issued on the 20th day."""
    return datetime.combine(quarter.end + timedelta(days=days), time(hour, minute), SHANGHAI)


def _settled(quarter: Quarter, reason: str) -> Settled:
    """On the first working days of the second month, all that was held is looked at together."""
    return Settled(_after(quarter, 34, 9), "release", _OFFICIAL, reason)


def _belated(told: Return, clean: Planted, _: Return | None) -> list[Arrival] | None:
    """Nothing by the report's date; days later the return, which is held for its lateness until it is released."""
    if told.member.seats > 1:
        return None
    settled = _settled(told.quarter, "经办人更换、交接延误，已电话核实，准予采用")
    late = replace(clean, received=_after(told.quarter, 23, 10, 20), settled=settled)
    return [expecting(told, late, "belated")]


def _tenfold(told: Return, clean: Planted, before: Return | None) -> list[Arrival] | None:
    """A contract typed ten times too high is accepted and reported; after the report the unit finds out.

    Its correction says that nothing else has changed, and yet a project just finished begins earlier in it than ever before.
    """
    index = first_with(told, "diffusion", "contract_no")
    if index is None or told.member.seats > 1:
        return None
    row = told.sheets["diffusion"][index]
    value = number(row, "contract_value_wan_cny")
    wrong = told.with_cells("diffusion", index, contract_value_wan_cny=round(value * 10, 1))
    settled = _settled(told.quarter, "核对合同原件，更正属实，准予采用")
    named = clean.file.replace(".xlsx", "（更正）.xlsx")
    later = replace(
        clean, file=named, received=_after(told.quarter, 27, 15, 5), fault="reopened", settled=settled
    )
    corrected = told
    if (moved := _begun_earlier(told, before, "已完成")) is not None:
        corrected, cell = moved
        later = replace(later, cells=(cell,))
    reason = f"合同 {row['contract_no']} 的成交额多填一位，误为 {value * 10:.6g} 万元，应为 {value:.6g} 万元；其余与前一版相同。"
    return [expecting(wrong, clean, "tenfold"), Arrival(later, corrected, reason)]


def _restated(told: Return, clean: Planted, before: Return | None) -> list[Arrival] | None:
    """A running project is all at once said to have begun earlier and a level lower, without a word about it."""
    moved = _begun_earlier(told, before)
    return [expecting(moved[0], clean, "restated", "accepted", moved[1])] if moved else None


def _begun_earlier(told: Return, before: Return | None, status: str = "") -> tuple[Return, Address] | None:
    """The return with its first project of last quarter (of a status) begun half a year earlier and a level lower, and the
    cell that says so; None without such a project.
    """
    past = {row["project_no"] for row in before.sheets["projects"]} if before else set()
    for index, row in enumerate(told.sheets["projects"]):
        level, start = number(row, "trl_start"), row["start_date"]
        if (
            row["project_no"] in past
            and (not status or row["status"] == status)
            and level > 1
            and isinstance(start, date)
        ):
            wrong = told.with_cells(
                "projects", index, trl_start=int(level) - 1, start_date=start - timedelta(days=184)
            )
            return wrong, address("projects", "trl_start", index, "R3.7")
    return None


AFTERWARDS: dict[str, Sending] = {"belated": _belated, "tenfold": _tenfold, "restated": _restated}
