"""Which of the demo's returns has which fault."""

from __future__ import annotations

from expectations.quarter import Quarter
from tasks.demo_after import AFTERWARDS
from tasks.demo_members import LAST, Member, dice, pick
from tasks.demo_planted import Arrival, Planted
from tasks.demo_spoil import FAULTS
from tasks.demo_story import Return

_BY_CHANCE: dict[str, float] = {
    "no_workbook": 3,
    "cut_off": 2,
    "mended password": 1,
    "revised": 2,
    "full_width": 2,
    "late": 1,
    "missing": 1,
    "mended three_errors": 2,
    "mended error_cell": 2,
    "mended yuan": 2,
    "mended check_digit": 3,
    "mended duplicate": 2,
    "trl_fell": 2,
    "dropped": 2,
    "size_differs": 3,
}
# What came to light when the report of the quarter before the last was out.
_BEFORE: dict[tuple[str, str], str] = {("NM01", "U05"): "belated", ("IT01", "U12"): "tenfold"}
_LAST: dict[tuple[str, str], str] = {
    ("EQ01", "U02"): "revised",
    ("EQ01", "U03"): "three_errors",
    ("EQ01", "U80"): "restated",
    ("NM01", "U06"): "late",
    ("NM01", "U07"): "nil",
    ("IT01", "U08"): "no_workbook",
    ("IT01", "U09"): "missing",
    ("EQ02", "U15"): "yuan",
    ("EQ02", "U16"): "full_width",
    ("EQ03", "U22"): "cut_off",
    ("EQ03", "U24"): "trl_fell",
    ("NM02", "U32"): "mended check_digit",
    ("NM03", "U35"): "password",
    ("NM03", "U36"): "two_heads",
    ("NM03", "U37"): "dropped",
    ("BA02", "U36"): "other_heads",
    ("IT02", "U41"): "size_differs",
    ("IT03", "U47"): "error_cell",
    ("EM01", "U53"): "check_digit",
    ("EM02", "U61"): "duplicate",
    ("EM03", "U66"): "missing",
}


def sending(told: Return, clean: Planted, before: Return | None) -> list[Arrival]:
    """How a return comes in: as one clean file in time, unless a fault is planted and finds something to spoil."""
    fault = _fault(told.member, told.quarter)
    return ((FAULTS | AFTERWARDS)[fault](told, clean, before) if fault else None) or [Arrival(clean, told)]


def lost(member: Member, quarter: Quarter) -> bool:
    """Whether what a return tells never comes in force."""
    return _fault(member, quarter) in {"late", "missing"}


def _fault(member: Member, quarter: Quarter) -> str:
    """The last quarter's faults are named; before it one return in twenty has one by chance, nearly all mended."""
    if quarter == LAST:
        return _LAST.get(member.key, "")
    if quarter == LAST.shift(-1) and member.key in _BEFORE:
        return _BEFORE[member.key]
    rng = dice(f"fault 285 {member.centre} {member.unit} {quarter}")
    return pick(rng, _BY_CHANCE) if rng.random() < 0.06 else ""
