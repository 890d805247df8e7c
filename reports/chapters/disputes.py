"""facts → what several units or centres claim: what is open, what was settled and by whom, and how it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reports.blocks import Cell, Table
from reports.changes import ClaimantFact, DisputeFact, DisputeState
from reports.chapters.tables import headings
from reports.dates import day_text, quarter_text
from reports.facts import Facts
from reports.numbers import fraction
from reports.wording import Wording

_STATES: tuple[DisputeState, ...] = ("open", "agreed", "decided")


def disputed(facts: Facts, say: Wording) -> str:
    """How many there are and how they stand, as a sentence; blank if nothing is claimed twice."""
    if not facts.disputes:
        return ""
    return say("quality.disputed", n=len(facts.disputes), states=_counts(facts.disputes, say))


def _counts(found: Sequence[DisputeFact], say: Wording) -> str:
    counts = Counter(one.state for one in found)
    return say.names(say(f"disputes.counts.{state}", n=counts[state]) for state in _STATES if counts[state])


def disputes_table(found: Sequence[DisputeFact], say: Wording, *, new: bool = False) -> Table:
    """One row a dispute, the open ones first; ``new``: only what came up since the edition before."""
    rows = sorted(found, key=lambda one: _STATES.index(one.state))
    return Table(
        title=say("disputes.title_new" if new else "disputes.title", n=len(rows), states=_counts(rows, say)),
        headings=headings(say, "disputes.headings"),
        rows=tuple(_row(one, say) for one in rows),
        note=say("disputes.note_new" if new else "disputes.note"),
    )


def _row(one: DisputeFact, say: Wording) -> tuple[Cell, ...]:
    settled = ""
    if one.settled_on:
        settled = say("disputes.settled", by=one.settled_by, day=day_text(one.settled_on, say))
    claimants = say.names(_named(each, say) for each in one.claimants)
    return (
        Cell(text=say.text(one.kind), sub=one.number),
        Cell(text=claimants, sub=say("disputes.doubtful") if one.doubtful else ""),
        Cell(text=quarter_text(one.since, say)),
        Cell(text=say(f"disputes.states.{one.state}"), sub=settled, strong=one.state == "open"),
        Cell(text=_counting(one, say)),
    )


def _named(one: ClaimantFact, say: Wording) -> str:
    return say("disputes.claimant", unit=say.text(one.unit), centre=say.text(one.centre))


def _counting(one: DisputeFact, say: Wording) -> str:
    """How the province and the centres count it."""
    if one.state == "open" and not one.settled_on:
        return say("disputes.uncredited")
    shares = say.names(
        say("disputes.share", who=_named(each, say), share=fraction(each.credit)) for each in one.claimants
    )
    return say("disputes.reopened" if one.state == "open" else "disputes.credited", shares=shares)
