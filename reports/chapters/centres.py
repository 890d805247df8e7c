"""facts → 各中心一览: every centre on one line, and how the recognised ones stand against their build plans."""

from __future__ import annotations

from decimal import Decimal

from reports.blocks import Cell, Chapter, Table
from reports.chapters.tables import (
    centre_cell,
    code_cell,
    code_headings,
    credit_note,
    headings,
    of_all_centres,
)
from reports.chapters.titles import leaders
from reports.dates import month_text
from reports.facts import CentreFact, Facts
from reports.numbers import NO_DATA, percent, plain
from reports.plans import CentrePlan, centre_plans
from reports.targets import status_counts
from reports.wording import Wording

CODES = (
    "rd_spend_wan_cny",
    "invention_patents_granted",
    "smes_served",
    "contract_value_wan_cny",
    "first_applications",
)
_NAMED = 2  # lagging centres where a sentence lists them
_BEFORE = 3  # columns of a row before its figures


def finding(facts: Facts, say: Wording) -> str:
    """Who leads and who lags: the states of the build plans, and the centres that serve most small firms."""
    plans = centre_plans(facts)
    if not any(one.recognised for one in facts.centres):
        return say("centres.none")
    lagging = [one for one in plans if one.status == "behind"]
    text = say("centres.plans", counts=status_counts(plans, say)) if plans else say("centres.no_plans")
    return say.sentences(text, _lagging(facts, lagging, say) if lagging else "", _leading(facts, say))


def _lagging(facts: Facts, lagging: list[CentrePlan], say: Wording) -> str:
    named = (lag_words(facts, one, say) for one in lagging[:_NAMED])
    key = "centres.lagging" if len(lagging) <= _NAMED else "centres.lagging_most"
    return say(key, named=_NAMED, names=say.names(named))


def lag_words(facts: Facts, plan: CentrePlan, say: Wording, path: str = "centres.lag") -> str:
    """``碳纤维（股东资金到位 52%）``: a lagging centre with its largest gap."""
    worst = plan.short[0]
    return say(
        path,
        centre=say.text(plan.centre.short),
        name=say.text(facts.measures[worst.target.indicator].name),
        share=f"{worst.percent}%",
        met=plan.met,
        n=len(plan.known),
    )


def _leading(facts: Facts, say: Wording) -> str:
    """The centres that served most small firms, with their share of what all centres add up to, those in cultivation too.

    Named are only those that no other ties with; blank where none stands out.
    """
    known = [(facts.at_centre("smes_served", one.code) or Decimal(0), one) for one in facts.centres]
    known.sort(key=lambda one: -one[0])
    n = leaders([value for value, _ in known])
    if not n:
        return ""
    names = say.names(say.text(one.short) for _, one in known[:n])
    total = of_all_centres(facts, "smes_served")
    share = percent(sum((value for value, _ in known[:n]), Decimal(0)), total)
    return say("centres.leading", names=names, total=plain(total), share=share)


def chapter(facts: Facts, say: Wording) -> Chapter:
    recognised = sum(one.recognised for one in facts.centres)
    cultivated = sum(bool(one.stage) and not one.recognised for one in facts.centres)
    key = "centres.title" if cultivated else "centres.title_none"
    n = recognised + cultivated
    title = say(key, n=n, recognised=recognised, cultivated=cultivated)
    plans = {one.centre.code: one for one in centre_plans(facts)}
    order = [*plans, *(one.code for one in facts.centres if one.code not in plans and one.stage)]
    by_code = {one.code: one for one in facts.centres}
    rows = [_row(facts, by_code[code], plans.get(code), say) for code in order]
    figures = (row[_BEFORE : _BEFORE + len(CODES)] for row in rows)
    table = Table(
        title=title,
        headings=(
            *headings(say, "centres.headings"),
            *code_headings(facts, say, CODES),
            *headings(say, "centres.returns", 0),
        ),
        rows=tuple(rows),
        note=say.sentences(say("centres.note"), credit_note(figures, say)),
    )
    return Chapter(id="centres", title=say("chapters.centres"), lead=finding(facts, say), blocks=(table,))


def _row(facts: Facts, centre: CentreFact, plan: CentrePlan | None, say: Wording) -> tuple[Cell, ...]:
    due = [one for one in facts.due() if one.centre_code == centre.code]
    used = sum(one.in_use for one in due)
    since = month_text(centre.since, say) if centre.since else ""
    state = Cell(text=NO_DATA)
    if plan:
        items = say("plans.items", met=plan.met, n=len(plan.known)) if plan.known else ""
        state = Cell(text=say(f"plans.{plan.status}"), sub=items, strong=plan.status == "behind")
    return (
        centre_cell(centre, say),
        Cell(text=say.code("centre_stage", centre.stage), sub=since),
        state,
        *(code_cell(facts, say, code, centre.code) for code in CODES),
        Cell(text=f"{used}/{len(due)}", strong=used < len(due)),
    )
