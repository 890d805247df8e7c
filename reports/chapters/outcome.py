"""facts → 成效: labour productivity, leading enterprises, concentration."""

from __future__ import annotations

from decimal import Decimal

from expectations.codes import code_lists
from reports.blocks import Block, Chapter, Chart
from reports.chapters.drawings import alternative, quarter_columns, unit_note
from reports.chapters.tables import figures_table
from reports.comparisons import brief, figure
from reports.facts import Facts
from reports.numbers import drawn, in_table, said
from reports.shapes import Bar, Bars
from reports.wording import Wording

PRODUCTIVITY, LEADING, CITY = "labour_productivity_wan_cny", "leading_enterprises", "top_city_share"


def finding(facts: Facts, say: Wording) -> str:
    return say("sentence", text=say.clauses(brief(facts, code, say) for code in (PRODUCTIVITY, LEADING)))


def lead(facts: Facts, say: Wording) -> str:
    figures = (say("sentence", text=figure(facts, code, say)) for code in (PRODUCTIVITY, LEADING))
    return say.sentences(*figures)


def chapter(facts: Facts, say: Wording) -> Chapter:
    blocks: tuple[Block, ...] = (
        quarter_columns(facts, say, PRODUCTIVITY, "productivity", say("outcome.productivity_note")),
        *_by_field(facts, say),
        quarter_columns(facts, say, LEADING, "leading", _floor(facts, say)),
        quarter_columns(facts, say, CITY, "concentration", _counted(facts, say)),
        figures_table(facts, say, "outcome"),
    )
    return Chapter(id="outcome", title=say("chapters.outcome"), lead=lead(facts, say), blocks=blocks)


def _by_field(facts: Facts, say: Wording) -> list[Chart]:
    """Labour productivity by field group, highest first; no chart where no field has it."""
    measure = facts.measures[PRODUCTIVITY]
    values = {
        one.code: facts.value(PRODUCTIVITY, level="field", scope=one.code) for one in code_lists()["field"]
    }
    known = sorted(((v, f) for f, v in values.items() if v is not None), reverse=True)
    if not known:
        return []
    bars = tuple(
        Bar(
            label=say.code("field", field),
            value=drawn(value or Decimal(0), measure),
            text=in_table(value, measure, say),
            strong=value == known[0][0],
        )
        for value, field in known
    )
    value = said(known[0][0], measure, say)
    title = say("outcome.by_field", n=len(known), top=say.code("field", known[0][1]), value=value)
    alt = alternative(title, ((bar.label, bar.text) for bar in bars), say)
    note = unit_note(measure, say, say("outcome.by_field_note"))
    return [Chart(name="productivity-fields", title=title, drawing=Bars(bars=bars), alt=alt, note=note)]


def _floor(facts: Facts, say: Wording) -> str:
    """The dated revenue threshold that makes an enterprise a leading one."""
    floor = next((one for one in facts.thresholds if one.indicator == LEADING), None)
    if floor is None:
        return ""
    money = said(floor.value, facts.measures["rd_spend_wan_cny"], say)
    return say("outcome.floor", value=money, source=say.text(floor.source))


def _counted(facts: Facts, say: Wording) -> str:
    found = facts.reading(CITY)
    return say("outcome.concentration_note", n=found.n) if found else ""
