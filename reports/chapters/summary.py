"""facts → 一页看懂: are we on plan, who leads and lags, does it reach small firms, what to decide, how far to trust."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from reports.blocks import Change, Chapter, Chart, Contents, Figure, Figures, Headline, Item, Note, Prose
from reports.breaks import break_note, broken_over
from reports.chapters import centres, diffusion, finance, industrialisation, outcome, quality, rd, system
from reports.chapters.decisions import decisions
from reports.comparisons import QUARTER, YEAR, at_least, beside, in_use, moved, uneven
from reports.dates import count_text, end_text, month_text
from reports.facts import Facts, TargetFact
from reports.numbers import drawn, on_card, said
from reports.plans import gap, next_target, targets_of
from reports.shapes import Step, Steps, Target
from reports.targets import amount, quarters_left
from reports.wording import Wording

# One key figure a chapter, two where a reader asks twice: plan, money, strength, results, reach, contracts, use, leverage.
KEY = (
    "centres_recognised",
    "rd_spend_wan_cny",
    "operating_rd_intensity",
    "invention_patents_granted",
    "smes_served",
    "contract_value_wan_cny",
    "first_applications",
    "nonfiscal_per_fiscal",
)
FINDINGS = (system, rd, diffusion, industrialisation, finance, outcome, centres, quality)


def headline(facts: Facts, say: Wording) -> str:
    """The one sentence: where the plan stands, and how many small firms were served."""
    smes, served = facts.measures["smes_served"], facts.value("smes_served")
    about = say("headline.smes_none")
    if served is not None:
        least = "_least" if at_least(facts, "smes_served", say) else ""
        about = say(f"headline.smes{least}", value=said(served, smes, say))
        moves = moved(facts, "smes_served", say, YEAR) or moved(facts, "smes_served", say, QUARTER)
        about = say("headline.moved", about=about, moves=moves) if moves else about
    return say("headline.all", plan=plan(facts, say), smes=about)


def plan(facts: Facts, say: Wording) -> str:
    """Where the policy's plan stands: ``已认定 12 家，比规划目标少 3 家``."""
    measure, target = facts.measures["centres_recognised"], next_target(facts)
    value = said(facts.value("centres_recognised") or Decimal(0), measure, say)
    missing = gap(facts, target) if target else None
    if missing is None:
        return say("headline.no_target", value=value)
    if missing <= 0:
        return say("headline.target_met", value=value)
    return say("headline.short_of_target", value=value, gap=amount(missing, measure, say))


def chapter(facts: Facts, say: Wording) -> Chapter:
    items = tuple(
        Item(label=say(f"labels.{one.__name__.rpartition('.')[2]}"), text=one.finding(facts, say))
        for one in FINDINGS
    )
    return Chapter(
        id="summary",
        title=say("chapters.summary"),
        mail=True,
        blocks=(
            Contents(),
            Headline(text=headline(facts, say)),
            Prose(title=say("summary.findings"), items=items),
            Prose(title=say("summary.decisions"), numbered=True, items=decisions(facts, say)),
            _figures(facts, say),
            *_pace(facts, say),
            *_coverage(facts, say),
        ),
    )


def _figures(facts: Facts, say: Wording) -> Figures:
    n, like = len(facts.quarters), any(any(uneven(facts, back)) for back in (QUARTER, YEAR))
    like = like or broken_over(facts, KEY, YEAR)
    return Figures(
        title=say("summary.figures", n=count_text(len(KEY), say)),
        figures=tuple(_figure(facts, code, say) for code in KEY),
        note=say.sentences(
            say("summary.figures_note_like" if like else "summary.figures_note"),
            break_note(facts, say, *KEY),
            say("summary.at_least") if any(at_least(facts, code, say) for code in KEY) else "",
        ),
        spark_note=say("summary.spark_note", n=count_text(n, say)) if n > 1 else "",
    )


def _figure(facts: Facts, code: str, say: Wording) -> Figure:
    measure, found = facts.measures[code], facts.reading(code)
    series = [facts.value(code, quarter) for quarter in facts.quarters]
    changes = []
    for back, label in ((QUARTER, "quarter"), (YEAR, "year")):
        text = beside(facts, code, say, back)[0]
        changes.append(Change(label=say(f"summary.change.{label}"), text=text))
    counted = measure.kind in {"ratio", "median"} and found is not None
    return Figure(
        code=code,
        label=say.text(measure.name),
        **on_card(found.value if found else None, measure, say),
        changes=tuple(changes),
        series=tuple(None if one is None else drawn(one, measure) for one in series),
        note=say(f"summary.cases.{code}", n=found.n)
        if counted and found
        else at_least(facts, code, say, key="summary.least"),
    )


def _pace(facts: Facts, say: Wording) -> tuple[Chart, ...]:
    """What was recognised against what was planned; no chart without a target."""
    target = next_target(facts)
    if target is None:
        return ()
    measure, missing = facts.measures["centres_recognised"], gap(facts, target)
    steps = _steps(facts)
    targets = tuple(
        Target(
            at=one.by,
            value=float(one.value),
            text=say("pace.target", by=end_text(one.by, say), value=said(one.value, measure, say)),
        )
        for one in targets_of(facts, "centres_recognised")
    )
    short = amount(missing, measure, say) if missing is not None and missing > 0 else ""
    now = said(facts.value("centres_recognised") or Decimal(0), measure, say)
    title = _pace_title(facts, short, now, say)
    told = say.clauses(
        say("pace.step", month=month_text(one.at, say), value=f"{one.value:g}") for one in steps
    )
    drawing = Steps(
        steps=steps,
        targets=targets,
        now=facts.quarter.end,
        now_text=say("pace.now", value=now),
        gap_text=say("pace.gap", gap=short) if short else "",
    )
    alt = say("pace.alt", title=title, steps=told, targets=say.clauses(one.text for one in targets))
    return (Chart(name="pace", title=title, drawing=drawing, alt=alt, note=say("pace.note"), mail=True),)


def _pace_title(facts: Facts, short: str, now: str, say: Wording) -> str:
    """What became of the target before, then where the one to be measured by stands."""
    target = next_target(facts)
    assert target is not None
    left, by = quarters_left(facts, target), end_text(target.by, say)
    key = "pace.met" if not short else "pace.ahead" if left > 0 else "pace.overdue" if left else "pace.due"
    stands = say(key, by=by, value=now, gap=short, late=-left)
    return say.clauses((_earlier(facts, target, say), stands))


def _earlier(facts: Facts, target: TargetFact, say: Wording) -> str:
    """Whether the last target before this one was met on its day; blank if there was none."""
    before = [one for one in targets_of(facts, target.indicator) if one.by < target.by]
    if not before or before[-1].by > facts.quarter.end:
        return ""
    last = before[-1]
    reached = sum(
        one.start <= last.by and (one.end is None or one.end >= last.by) for one in facts.recognitions
    )
    by = end_text(last.by, say)
    if reached >= last.value:
        return say("pace.earlier_met", by=by)
    return say(
        "pace.earlier_missed", by=by, gap=amount(last.value - reached, facts.measures[last.indicator], say)
    )


def _steps(facts: Facts) -> tuple[Step, ...]:
    """The number of recognised centres over time, from the plan's start."""
    moves = Counter(one.start for one in facts.recognitions)
    moves.subtract(one.end + timedelta(days=1) for one in facts.recognitions if one.end)
    level, steps = 0, [Step(at=facts.plan_start, value=0)]
    for day in sorted(day for day, move in moves.items() if move and day <= facts.quarter.end):
        level += moves[day]
        steps.append(Step(at=day, value=level))
    return tuple(steps)


def _coverage(facts: Facts, say: Wording) -> tuple[Note, ...]:
    """What the totals of this edition rest on, where coverage differs from a quarter or a year ago."""
    told = []
    for back, key in ((QUARTER, "quarter"), (YEAR, "year")):
        counts = zip(("gone", "come"), uneven(facts, back), strict=True)
        parts = [say(f"summary.coverage.{name}", n=n) for name, n in counts if n]
        if parts:
            told.append(say(f"summary.coverage.{key}", parts=say.names(parts)))
    if not told or not in_use(facts, facts.quarter):
        return ()
    return (Note(text=say("summary.coverage.note", parts=say.clauses(told))),)
