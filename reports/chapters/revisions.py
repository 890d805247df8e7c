"""facts → 修订说明: what this edition changes in the one before it and why, and how far first figures have moved so far."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from reports.blocks import Block, Cell, Chapter, Item, Prose, Table
from reports.changes import Cause, ChangedReturn, MovedFigure, Revision, Track
from reports.chapters.disputes import disputes_table
from reports.chapters.restated import restated_cells, restated_table
from reports.chapters.summary import KEY
from reports.chapters.tables import credited, headings, name_cell
from reports.dates import count_text, day_text, instant_text, quarter_text
from reports.facts import Facts, Measure
from reports.numbers import NO_DATA, change, in_table, said, threshold_text
from reports.wording import Wording

_TOLD = 8  # figures that are told in sentences, key figures first, then those that moved most; the rest are a table
_NOT_MAILED = {"mail": False}  # a mail says how many there are; its attachments say which
_NAMED = 5  # disputes that the first sentences name
_CAUSES = 3  # that are told of one figure; the rest are counted


def chapter(facts: Facts, say: Wording) -> Chapter:
    """Said in full by a revised edition; by others only the table of what became of first figures."""
    revised = facts.revision
    blocks: list[Block] = []
    if revised:
        twins = {credited(one.code) for one in revised.moved}  # say again what the figure they weigh says
        told = sorted(revised.moved, key=lambda one: (one.code in twins, one.code not in KEY, -_weight(one)))
        if told:
            items = tuple(_item(facts, one, say) for one in told[:_TOLD])
            key = "revisions.moved_most" if told[_TOLD:] else "revisions.moved"
            blocks.append(Prose(title=say(key, n=len(told), shown=len(items)), items=items))
        if told[_TOLD:]:
            blocks.append(_others(facts, told[_TOLD:], say))
        if revised.returns:
            blocks.append(_returns(revised, say))
        if revised.disputes:
            blocks.append(disputes_table(revised.disputes, say, new=True).model_copy(update=_NOT_MAILED))
        if revised.restated:
            blocks.append(restated_table(revised.restated, say).model_copy(update=_NOT_MAILED))
    if facts.tracks:
        blocks.append(_tracks(facts, say))
    return Chapter(
        id="revisions",
        title=say("chapters.revisions" if revised else "chapters.revised_before"),
        lead=_lead(revised, say) if revised else "",
        mail=revised is not None,
        blocks=tuple(blocks),
    )


def most_moved(facts: Facts, say: Wording) -> str:
    """The figure that moved most, for the mail's subject: ``技术合同成交额 1.32 亿元改为 1.21 亿元``; or that none did."""
    if facts.revision is None or not facts.revision.moved:
        return say("revisions.lead_still").rstrip(say("joints.stop"))
    one = max(facts.revision.moved, key=_weight)
    return say(
        "revisions.subject", name=say.text(facts.measures[one.code].name), **_old_and_new(facts, one, say)
    )


def _weight(one: MovedFigure) -> Decimal:
    """How far a figure moved, as a share of what it was; a share of nothing is all of it."""
    before, now = next(iter(one.values.values()))
    if before is None or now is None:
        return Decimal(1)
    return abs(now - before) / abs(before) if before else Decimal(1)


def _lead(revised: Revision, say: Wording) -> str:
    counts = {
        how: sum(one.how == how for one in revised.returns) for how in ("added", "revised", "withdrawn")
    }
    returns = say.names(say(f"revisions.counts.{how}", n=n) for how, n in counts.items() if n)
    return say.sentences(
        say("revisions.lead", of=revised.of, when=instant_text(revised.known_at, say)),
        say("revisions.lead_returns", returns=returns) if returns else "",
        _disputed(revised, say),
        say("revisions.lead_restated", n=restated_cells(revised.restated)) if revised.restated else "",
        say("revisions.lead_registry") if revised.registry else "",
        say("revisions.lead_definitions") if revised.definitions else "",
        say("revisions.lead_moved" if revised.moved else "revisions.lead_still", n=len(revised.moved)),
    )


def _disputed(revised: Revision, say: Wording) -> str:
    """What is newly claimed by several, by name: a mail has no table of it."""
    named = [f"{say.text(one.kind)} {one.number}" for one in revised.disputes[:_NAMED]]
    if not named:
        return ""
    key = "revisions.lead_disputes_many" if len(revised.disputes) > _NAMED else "revisions.lead_disputes"
    return say(key, n=len(revised.disputes), which=say.names(named))


def _old_and_new(facts: Facts, one: MovedFigure, say: Wording) -> dict[str, str]:
    measure = facts.measures[one.code]
    before, now = next(iter(one.values.values()))
    return {"before": said(before, measure, say), "now": said(now, measure, say)}


def _item(facts: Facts, one: MovedFigure, say: Wording) -> Item:
    """What was said, what is said now, by how much it differs, and because of whom."""
    measure = facts.measures[one.code]
    period = next(iter(one.values))
    texts = [
        say(
            "revisions.figure",
            period=say(f"revisions.periods.{period}"),
            change=_change(one, period, measure, say),
            threshold=threshold_text(measure, say),
            **_old_and_new(facts, one, say),
        )
    ]
    if period == "quarter" and "ytd" in one.values and measure.of_year != "last":
        before, now = one.values["ytd"]
        texts.append(say("revisions.ytd", before=said(before, measure, say), now=said(now, measure, say)))
    # What is claimed twice is credited to nobody until it is settled: to the earlier claimant no longer.
    disputed = one.code.endswith("_credited") and bool(facts.revision and facts.revision.disputes)
    causes = [_cause(cause, measure, say, disputed=disputed) for cause in one.causes[:_CAUSES]]
    if len(one.causes) > _CAUSES:
        causes.append(say("revisions.more", n=len(one.causes) - _CAUSES))
    if causes:
        texts.append(say("revisions.because", causes=say.clauses(causes)))
    return Item(label=say.text(measure.name), text=say.sentences(*texts))


def _others(facts: Facts, found: Sequence[MovedFigure], say: Wording) -> Table:
    rows = []
    for one in found:
        measure, (period, (before, now)) = facts.measures[one.code], next(iter(one.values.items()))
        whose = say.clauses(_done(cause.changed, say) for cause in one.causes[:_CAUSES] if cause.changed)
        rows.append(
            (
                Cell(text=say.text(measure.name), sub=say(f"revisions.periods.{period}")),
                *(Cell(text=said(value, measure, say)) for value in (before, now)),
                Cell(text=change(now, before, measure, say), sub=threshold_text(measure, say), strong=True),
                Cell(text=whose or say("revisions.others")),
            )
        )
    return Table(
        title=say("revisions.rest", n=len(found)),
        headings=headings(say, "revisions.rest_headings"),
        rows=tuple(rows),
        mail=False,
    )


def _change(one: MovedFigure, period: str, measure: Measure, say: Wording) -> str:
    before, now = one.values[period]
    return change(now, before, measure, say)


def _cause(cause: Cause, measure: Measure, say: Wording, *, disputed: bool) -> str:
    """Who, what was done, and — of a sum — what it adds instead of what it added."""
    if cause.changed is None:
        return say("revisions.in_dispute" if disputed else "revisions.others")
    done = _done(cause.changed, say)
    if measure.kind not in {"flow", "stock", "distinct"}:
        return done
    values = {"before": said(cause.before, measure, say), "now": said(cause.now, measure, say)}
    return say("revisions.adds", done=done, **values)


def _done(one: ChangedReturn, say: Wording) -> str:
    return say(
        f"revisions.done.{one.how}",
        unit=say.text(one.unit),
        centre=say.text(one.centre),
        quarter=quarter_text(one.quarter, say),
    )


def _reason(one: ChangedReturn, say: Wording) -> str:
    """The unit's own words; who replaces a return without any is named as silent."""
    return one.reason or (say("revisions.no_reason") if one.how == "revised" else NO_DATA)


def _returns(revised: Revision, say: Wording) -> Table:
    return Table(
        title=say("revisions.returns", n=len(revised.returns)),
        headings=headings(say, "revisions.returns_headings"),
        rows=tuple(
            (
                Cell(text=say.text(one.unit), sub=say.text(one.centre)),
                Cell(text=say(f"revisions.how.{one.how}"), sub=quarter_text(one.quarter, say), strong=True),
                Cell(text=_reason(one, say), sub=day_text(one.received, say)),
                Cell(text=one.decided or NO_DATA, sub=one.submission),
            )
            for one in revised.returns
        ),
        note=say("revisions.returns_note"),
    )


def _tracks(facts: Facts, say: Wording) -> Table:
    """Key figures whose editions differ, newest quarter first: what was told first, second and last."""
    moved = [one for one in facts.tracks if len(set(one.values)) > 1]
    quarters = {one.quarter for one in facts.tracks}
    rows = sorted(moved, key=lambda one: one.quarter, reverse=True)
    return Table(
        title=say("revisions.tracks", quarters=len(quarters), n=len(moved), all=_tracked(say)),
        headings=headings(say, "revisions.tracks_headings", 2),
        rows=tuple(_track(facts, one, say) for one in rows),
        note=say(
            "revisions.tracks_note",
            all=_tracked(say),
            names=say.names(say.text(facts.measures[code].name) for code in KEY),
        ),
        mail=False,
    )


def _tracked(say: Wording) -> str:
    return count_text(len(KEY), say)


def _track(facts: Facts, one: Track, say: Wording) -> tuple[Cell, ...]:
    measure = facts.measures[one.code]
    first, second, last = one.values[0], one.values[1], one.values[-1]
    return (
        Cell(text=quarter_text(one.quarter, say)),
        name_cell(measure, say),
        *(Cell(text=in_table(value, measure, say)) for value in (first, second, last)),
        Cell(text=change(last, first, measure, say), strong=True),
    )
