"""calendar + ledger → what is due: the quarters whose report should be issued now."""

from __future__ import annotations

from tasks.settings import House


def reports_due(house: House) -> list[str]:
    """Quarters whose report date has come and that have no edition yet, oldest first.

    A house that starts with past quarters reports the last of them; older ones were reported by whatever was there
    before, and are issued by hand where somebody wants them.
    """
    issued = {one.quarter for one in house.ledger.editions()}
    now = house.now()
    begun = house.ledger.known_at(1) if house.ledger.last_seq() else now
    calendar = sorted(house.registry.calendar, key=lambda term: term.report_at)
    since = max((term.report_at for term in calendar if term.report_at <= begun), default=begun)
    return [
        term.quarter for term in calendar if since <= term.report_at <= now and term.quarter not in issued
    ]
