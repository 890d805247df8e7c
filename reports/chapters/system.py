"""facts → 体系建设: centres against the policy, what they cover, who belongs to them, and each build plan."""

from __future__ import annotations

from decimal import Decimal

from reports.blocks import Block, Cell, Chapter, Chart, Table
from reports.chapters.drawings import alternative, part_bars
from reports.chapters.tables import centre_cell, figures_table, headings
from reports.chapters.tiles import CITY_PLACES, branch_tiles, centre_tiles
from reports.dates import end_text
from reports.facts import Facts
from reports.numbers import plain, said
from reports.plans import CentrePlan, Progress, centre_plans, next_target
from reports.shapes import Tiles
from reports.targets import outcome_words, status_counts, target_words
from reports.wording import Wording


def finding(facts: Facts, say: Wording) -> str:
    """How many centres there are, against the policy."""
    measure, now = facts.measures["centres_recognised"], facts.value("centres_recognised") or Decimal(0)
    new = sum(facts.quarter.start <= one.start <= facts.quarter.end for one in facts.recognitions)
    text = say(
        "system.recognised",
        value=said(now, measure, say),
        new=say("system.new", n=new) if new else say("system.none_new"),
    )
    target = next_target(facts)
    return say.sentences(text, target_words(facts, target, say) if target else "")


def _covered(facts: Facts, say: Wording) -> str:
    codes = ("field_branches_covered", "cities_with_centre")
    branches, cities = (facts.value(code) for code in codes)
    if branches is None or cities is None:
        return ""
    return say("system.covered", branches=plain(branches), cities=plain(cities), all=len(CITY_PLACES))


def chapter(facts: Facts, say: Wording) -> Chapter:
    plans = centre_plans(facts)
    blocks: list[Block] = [
        _branches(facts, say),
        _cities(facts, say),
        part_bars(facts, say, "member_units", "kind", "members", say("system.members_note")),
        *policy(facts, say),
        *([build_plans(facts, plans, say)] if plans else []),
        figures_table(facts, say, "system"),
    ]
    return Chapter(
        id="system",
        title=say("chapters.system"),
        lead=say.sentences(finding(facts, say), _covered(facts, say)),
        blocks=tuple(blocks),
    )


def _branches(facts: Facts, say: Wording) -> Chart:
    drawing = branch_tiles(facts, say)
    branches = sum(tile.column > 0 for tile in drawing.tiles)
    covered = len({one.branch for one in facts.centres if one.recognised})
    groups = len({one.field for one in facts.centres if one.recognised})
    title = say("system.branches", branches=branches, covered=covered, groups=groups)
    return _tile_chart("branches", title, drawing, say("system.branches_note"), say)


def _cities(facts: Facts, say: Wording) -> Chart:
    with_centre = {one.city for one in facts.centres if one.recognised}
    empty = [say.code("city", city) for city in CITY_PLACES if city not in with_centre]
    n = len(CITY_PLACES) - len(empty)
    title = say("system.cities_all", n=n)
    if empty:
        title = say("system.cities", n=n, all=len(CITY_PLACES), none=len(empty))
    return _tile_chart("centre-cities", title, centre_tiles(facts, say), say("system.cities_note"), say)


def _tile_chart(name: str, title: str, drawing: Tiles, note: str, say: Wording) -> Chart:
    alt = alternative(title, ((tile.label, tile.text) for tile in drawing.tiles), say)
    return Chart(name=name, title=title, drawing=drawing, alt=alt, note=note)


def policy(facts: Facts, say: Wording) -> list[Table]:
    """Every target of the policy, by date."""
    mine = sorted((one for one in facts.targets if one.scope == "province"), key=lambda one: one.by)
    mine = [one for one in mine if one.indicator in facts.measures]
    if not mine:
        return []
    states = [outcome_words(facts, one, say) for one in mine]
    rows = tuple(
        (
            Cell(text=say.text(facts.measures[one.indicator].name), sub=say.text(one.source)),
            Cell(text=end_text(one.by, say)),
            Cell(text=said(one.value, facts.measures[one.indicator], say)),
            Cell(text=state.now),
            Cell(text=state.state, sub=state.need, strong=not state.met),
        )
        for one, state in zip(mine, states, strict=True)
    )
    met = sum(state.met for state in states)
    title = say("system.policy", n=len(mine), met=met)
    return [Table(title=title, headings=headings(say, "system.policy_headings"), rows=rows)]


def build_plans(facts: Facts, plans: list[CentrePlan], say: Wording) -> Table:
    """Centres against their own plans, worst first, each with its largest gap."""
    return Table(
        title=say("system.plans", counts=status_counts(plans, say), n=len(plans)),
        headings=headings(say, "system.plan_headings"),
        rows=tuple(_plan_row(facts, one, say) for one in plans),
        note=say("system.plans_note"),
    )


def _plan_row(facts: Facts, plan: CentrePlan, say: Wording) -> tuple[Cell, ...]:
    state = say(f"plans.{plan.status}")
    counted = say("plans.items", met=plan.met, n=len(plan.known)) if plan.known else say("plans.no_items")
    worst = plan.short[0] if plan.short else None
    others = say.names(_short(facts, one, say) for one in plan.short[1:])
    return (
        centre_cell(plan.centre, say),
        Cell(text=state, sub=counted, strong=plan.status == "behind"),
        Cell(text=_short(facts, worst, say), sub=_against(facts, worst, say))
        if worst
        else Cell(text=say("plans.too_few" if plan.status == "unrated" else "plans.all_met")),
        Cell(text=others),
    )


def _short(facts: Facts, item: Progress, say: Wording) -> str:
    """``服务中小企业 78%``."""
    name = say.text(facts.measures[item.target.indicator].name)
    return say("plans.short", name=name, share=f"{item.percent}%")


def _against(facts: Facts, item: Progress, say: Wording) -> str:
    measure = facts.measures[item.target.indicator]
    return say("plans.against", actual=said(item.actual, measure, say), due=said(item.due, measure, say))
