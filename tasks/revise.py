"""What became known after an edition → a revised edition, or a note that nothing in it moved enough to be told."""

from __future__ import annotations

import hashlib

from expectations.quarter import Quarter
from tasks.approve import may_be_drafted
from tasks.known import Known, known
from tasks.load import load
from tasks.report import report
from tasks.restate import FIGURES, figures_issued, figures_known, significant
from tasks.settings import House, one_at_a_time
from warehouse.figures import figures_file
from warehouse.records import AUTHORITY, Assessment, Edition


def revisions_due(house: House, collected: int | None = None) -> list[str]:
    """Quarters whose last edition no longer says what is known, oldest first: a return was let in late, revised or
    withdrawn, a decision or the registry changed what it is made of. What was held against it already is not due again,
    nor what waits for a reviewer (see :func:`tasks.approve.may_be_drafted`).
    """
    if house.ledger.last_seq() == 0:
        return []
    state = known(house)
    held = {(one.quarter, one.number): one for one in house.ledger.assessments()}
    due = []
    for one in _last_editions(house):
        told = held.get((one.quarter, one.number))
        since = max(one.known_seq, told.known_seq if told else 0)
        if state.inputs.seq > since and may_be_drafted(house, one.quarter, AUTHORITY, collected):
            now = _figures_hash(state, one.quarter)
            if now not in {one.outputs.get(FIGURES), told.figures if told else None}:
                due.append(one.quarter)
    return due


def _figures_hash(state: Known, quarter: str) -> str:
    """The hash of the file that an edition of the quarter would keep its figures in."""
    with state.reading() as connection:
        return hashlib.sha256(figures_file(connection, quarter)).hexdigest()


@one_at_a_time("writing")
def revise(house: House, quarter: str) -> str | None:
    """Issue a revised edition of a quarter if anything moved beyond its threshold, and return its folder's name; None
    where the last one stands. Errors as of :func:`assess` and :func:`tasks.report.report`.
    """
    return report(house, quarter) if assess(house, quarter) else None


@one_at_a_time("writing")
def assess(house: House, quarter: str) -> bool:
    """Whether anything in a quarter's last edition moved beyond its threshold; that it did not is written down.

    ValueError for a wrong key, LookupError for a quarter of which nothing was issued.
    """
    key = str(Quarter.parse(quarter))
    last = next((one for one in _last_editions(house) if one.quarter == key), None)
    if last is None:
        raise LookupError(f"{key} has no edition to revise: run `jinchuang report {key}` first")
    load(house)
    state = known(house)
    if significant(figures_issued(house, last), figures_known(state, key)):
        return True
    house.ledger.record_assessment(
        Assessment(key, last.number, state.inputs.seq, _figures_hash(state, key)), house.now()
    )
    return False


def _last_editions(house: House) -> list[Edition]:
    last = {one.quarter: one for one in house.ledger.editions()}
    return [last[quarter] for quarter in sorted(last)]
