"""calendar + ledger → what is due: the quarters whose report should be issued now."""

from __future__ import annotations

from tasks.settings import House


def reports_due(house: House) -> list[str]:
    """Quarters whose report date has come and that have no edition yet, oldest first."""
    issued = {one.quarter for one in house.ledger.editions()}
    now = house.now()
    return sorted(
        term.quarter
        for term in house.registry.calendar
        if term.report_at <= now and term.quarter not in issued
    )
