"""facts → 数据质量: who sent what, how far the totals can be trusted, and what is claimed twice."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from reports.blocks import Cell, Chapter, Matrix, MatrixGroup, MatrixRow, Note, State, Table
from reports.chapters.coverage import completeness, coverage_block, share_text, totals, worst
from reports.chapters.decided import confirmations_table, exceptions_table
from reports.chapters.disputes import disputed, disputes_table
from reports.chapters.restated import restated_table
from reports.chapters.tables import figures_table, headings
from reports.comparisons import in_use, uneven_note
from reports.dates import quarter_short, quarter_text
from reports.facts import CentreFact, Facts
from reports.numbers import percent
from reports.wording import Wording

# A total is called usable while the returns it lacks, as they last reported, make up less than this share of it.
TRUST_SHARE = Decimal("0.05")
NOT_USED: tuple[State, ...] = ("missing", "returned", "held", "refused")
# The order in which states are explained: what counts, then what does not.
LEGEND: tuple[State, ...] = (
    "accepted",
    "warned",
    "late",
    "nil",
    "returned",
    "held",
    "refused",
    "missing",
    "none",
)


def rest_of(facts: Facts, say: Wording) -> str:
    """``缺报 1 份、退回待报 1 份`` — the returns that are not in use, by state."""
    counts = Counter(one.state for one in facts.due() if not one.in_use)
    return say.names(
        say("trust.state", state=say(f"states.{state}"), n=counts[state])
        for state in NOT_USED
        if counts[state]
    )


def finding(facts: Facts, say: Wording) -> str:
    """How far this can be trusted: how many returns are used, and how much the others may matter."""
    return _trust(facts, say, "trust.brief")


def _trust(facts: Facts, say: Wording, key: str) -> str:
    due = facts.due()
    used = sum(one.in_use for one in due)
    if not due:
        return say("trust.nothing_due")
    if used == len(due):
        return say("trust.all", due=len(due))
    text = say(
        key,
        due=len(due),
        received=sum(one.received for one in due),
        used=used,
        share=percent(used, len(due), 1),
        rest=rest_of(facts, say),
    )
    return say.sentences(text, effect(facts, say))


def effect(facts: Facts, say: Wording) -> str:
    """How much the returns that are not used may matter, by what they last reported; blank if all are used."""
    if all(one.in_use for one in facts.due()):
        return ""
    found = totals(facts)
    if not in_use(facts, facts.quarter):
        return say("trust.useless")
    if not any(in_use(facts, quarter) for quarter in facts.quarters[:-1]):
        return say("trust.first")
    missing = max((one.returns for one in found.values()), default=0)
    unknown = max((one.unknown for one in found.values()), default=0)
    if unknown == missing:
        return say("trust.no_base", n=unknown)
    code, share = worst(found)
    told = say(
        "trust.usable" if share < TRUST_SHARE else "trust.careful",
        share=share_text(share),
        name=say.text(facts.measures[code].name),
        n=len(found),
        heavy=sum(one.share(one.missing) >= TRUST_SHARE for one in found.values()),
    )
    return say.sentences(told, say("trust.unseen", n=unknown) if unknown else "")


def chapter(facts: Facts, say: Wording) -> Chapter:
    blocks: list[Matrix | Note | Table] = [_matrix(facts, say)] if facts.due() else []
    if any(not one.in_use for one in facts.due()):
        blocks.append(_not_used(facts, say))
    if facts.decided.exceptions:
        blocks.append(exceptions_table(facts.decided.exceptions, say))
    if facts.decided.confirmations:
        blocks.append(confirmations_table(facts.decided.confirmations, say))
    blocks += coverage_block(facts, say)
    if facts.disputes:
        blocks.append(disputes_table(facts.disputes, say))
    if facts.restated:
        blocks.append(restated_table(facts.restated, say))
    return Chapter(
        id="quality",
        title=say("chapters.quality"),
        lead=say.sentences(_trust(facts, say, "trust.some"), uneven_note(facts, say), disputed(facts, say)),
        blocks=(
            *blocks,
            *completeness(facts, say),
            figures_table(facts, say, "quality"),
        ),
    )


def _matrix(facts: Facts, say: Wording) -> Matrix:
    due = facts.due()
    used = sum(one.in_use for one in due)
    key = "quality.title_all" if used == len(due) else "quality.title"
    present = {one.state for one in facts.returns} | _absent(facts)
    return Matrix(
        title=say(key, due=len(due), used=used, rest=rest_of(facts, say)),
        columns=tuple(quarter_short(quarter, say) for quarter in facts.quarters),
        groups=tuple(group for centre in facts.centres if (group := _group(facts, centre, say)).rows),
        legend=tuple((state, say(f"legend.{state}")) for state in LEGEND if state in present),
        note=say(
            "quality.note",
            first=quarter_text(facts.quarters[0], say),
            last=quarter_text(facts.quarter, say),
        ),
    )


def _absent(facts: Facts) -> set[State]:
    pairs = {(one.centre_code, one.unit_code) for one in facts.returns}
    return {"none"} if len(pairs) * len(facts.quarters) > len(facts.returns) else set()


def _group(facts: Facts, centre: CentreFact, say: Wording) -> MatrixGroup:
    states: dict[str, dict[object, State]] = {}
    names = {}
    for one in facts.returns:
        if one.centre_code == centre.code:
            states.setdefault(one.unit_code, {})[one.quarter] = one.state
            names[one.unit_code] = say.text(one.unit_short)
    rows = []
    for unit, known in states.items():
        line = tuple(known.get(quarter, "none") for quarter in facts.quarters)
        rows.append(MatrixRow(label=names[unit], states=line, strong=line[-1] in NOT_USED))
    return MatrixGroup(label=say.text(centre.short), rows=tuple(rows))


def _not_used(facts: Facts, say: Wording) -> Table:
    rows = [one for one in facts.due() if not one.in_use]
    return Table(
        title=say("quality.not_used", n=len(rows)),
        headings=headings(say, "quality.headings"),
        rows=tuple(
            (
                Cell(text=say.text(one.unit)),
                Cell(text=say.text(one.centre)),
                Cell(text=say(f"states.{one.state}"), strong=True),
                Cell(text=say.text(one.reason)),
            )
            for one in rows
        ),
        note=say("quality.not_used_note"),
    )
