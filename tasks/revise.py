"""What became known after an edition → a revised edition, or a note that nothing in it moved enough to be told."""

from __future__ import annotations

from expectations.quarter import Quarter
from tasks.edition import SCOPE
from tasks.known import known
from tasks.load import load
from tasks.report import report
from tasks.restate import figures_issued, figures_known, significant
from tasks.settings import House, one_at_a_time
from warehouse.records import Assessment, Edition


def revisions_due(house: House) -> list[str]:
    """Quarters whose last edition no longer says what is known, oldest first: a return was let in late, revised or
    withdrawn, a decision or the registry changed what it is made of. What was held against it already is not due again.
    """
    if house.ledger.last_seq() == 0:
        return []
    state = known(house)
    held = {(one.quarter, one.number): one.known_seq for one in house.ledger.assessments()}
    return [
        one.quarter
        for one in _last_editions(house)
        if state.inputs.seq > max(one.known_seq, held.get((one.quarter, one.number), 0))
        and figures_issued(house, one) != figures_known(state, one.quarter)
    ]


@one_at_a_time("writing")
def revise(house: House, quarter: str) -> str | None:
    """Issue a revised edition of a quarter if anything moved beyond its threshold, and return its folder's name; else
    write down that the last one stands, and return None.

    ValueError for a wrong key, LookupError for a quarter of which nothing was issued.
    """
    key = str(Quarter.parse(quarter))
    last = next((one for one in _last_editions(house) if one.quarter == key), None)
    if last is None:
        raise LookupError(f"{key} has no edition to revise: run `jinchuang report {key}` first")
    load(house)
    state = known(house)
    if significant(figures_issued(house, last), figures_known(state, key)):
        return report(house, key)
    house.ledger.record_assessment(Assessment(key, last.number, state.inputs.seq), house.now())
    return None


def _last_editions(house: House) -> list[Edition]:
    last = {one.quarter: one for one in house.ledger.editions() if one.scope == SCOPE}
    return [last[quarter] for quarter in sorted(last)]
