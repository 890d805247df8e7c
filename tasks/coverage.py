"""warehouse → coverage of a quarter's totals, as a report is told of it."""

from __future__ import annotations

from expectations.quarter import Quarter
from reports.coverage import CoverageKey, Covered
from tasks.known import Known
from warehouse.coverage import coverage


def covered(known: Known, quarter: Quarter) -> dict[CoverageKey, Covered]:
    """Every total of returns of the quarter, by indicator, level and scope."""
    with known.reading() as connection:
        found = coverage(connection, str(quarter))
    return {
        (one.indicator, one.level, one.scope): Covered(
            one.plain, one.warned, one.missing, one.returns, one.unknown, one.significant
        )
        for one in found
    }
