"""facts → 研发供给: who pays for research, how strongly centres engage in it, and what comes out."""

from __future__ import annotations

from decimal import Decimal

from reports.blocks import Chapter, Chart, Table
from reports.chapters.drawings import (
    centre_bars,
    mix_bars,
    part_bars,
    part_label,
    part_value,
    quarter_columns,
    quarter_stacks,
)
from reports.chapters.tables import (
    centre_cell,
    code_cell,
    code_headings,
    figures_table,
    headings,
    of_all_centres,
    unlisted_note,
)
from reports.chapters.titles import no_data
from reports.comparisons import brief, figure, trend
from reports.facts import Facts
from reports.numbers import percent, said
from reports.wording import Wording

SPEND, CLASSES = "rd_spend_wan_cny", ("projects_common_key", "projects_frontier", "projects_applicable")
CREDITED = ("outputs", "invention_patents_granted", "standards_led", "key_breakthroughs")
# A stack has three parts at most: the largest sources, then the rest.
_SOURCES = 2


def finding(facts: Facts, say: Wording) -> str:
    return say(
        "sentence", text=say.clauses((brief(facts, SPEND, say), _intensity(facts, say, "rd.intensity_brief")))
    )


def _intensity(facts: Facts, say: Wording, path: str = "rd.intensity") -> str:
    found, measure = facts.reading("operating_rd_intensity"), facts.measures["operating_rd_intensity"]
    if found is None or found.value is None:
        return say("rd.intensity_none")
    return say(path, value=said(found.value, measure, say), n=found.n)


def lead(facts: Facts, say: Wording) -> str:
    spend = say.clauses((figure(facts, SPEND, say), _intensity(facts, say)))
    patents = figure(facts, "invention_patents_granted", say)
    return say.sentences(say("sentence", text=spend), say("sentence", text=patents))


def chapter(facts: Facts, say: Wording) -> Chapter:
    blocks = (
        _sources(facts, say),
        centre_bars(facts, say, "operating_rd_intensity", "intensity", say("rd.operating_note")),
        centre_bars(facts, say, "operating_rd_staff_share", "staff", say("rd.operating_note")),
        part_bars(facts, say, "projects_active", "stage", "stages"),
        _classes(facts, say),
        centre_bars(facts, say, "projects_common_key", "common-key"),
        quarter_columns(facts, say, "trl_advances", "trl", say("rd.trl_note")),
        part_bars(facts, say, "outputs", "kind", "outputs", say("rd.outputs_note")),
        part_bars(facts, say, "standards_led", "level", "standards"),
        _credited(facts, say),
        figures_table(facts, say, "rd"),
    )
    return Chapter(id="rd", title=say("chapters.rd"), lead=lead(facts, say), blocks=blocks)


def _sources(facts: Facts, say: Wording) -> Chart:
    """R&D spend over the quarters by who pays: the two largest sources and the rest."""
    sums = {
        member: [part_value(facts, SPEND, f"fund:{member}", quarter) for quarter in facts.quarters]
        for member in facts.parts(SPEND, "fund")
    }
    ranked = sorted(sums, key=lambda one: -sum(value or Decimal(0) for value in sums[one]))
    parts, rest = {}, [sums[one] for one in ranked[_SOURCES:]]
    if rest:
        parts[say("rd.other_sources")] = [_total(values) for values in zip(*rest, strict=True)]
    # The largest source stands on top, where the eye falls.
    for one in reversed(ranked[:_SOURCES]):
        parts[part_label(facts.measures[SPEND], f"fund:{one}", say)] = sums[one]
    title = _sources_title(facts, parts, say)
    return quarter_stacks(facts, say, SPEND, "sources", title, parts, say("rd.sources_note"))


def _total(values: tuple[Decimal | None, ...]) -> Decimal | None:
    known = [one for one in values if one is not None]
    return sum(known, Decimal(0)) if known else None


def _sources_title(facts: Facts, parts: dict[str, list[Decimal | None]], say: Wording) -> str:
    measure, now = facts.measures[SPEND], facts.value(SPEND)
    if now is None:
        return no_data(facts, SPEND, say)
    value, name = said(now, measure, say), say.text(measure.name)
    largest = max(parts, key=lambda one: parts[one][-1] or Decimal(0), default="")
    whole = sum((values[-1] or Decimal(0) for values in parts.values()), Decimal(0))
    if not whole:
        return say("titles.answer", name=name, value=value)
    share = percent(parts[largest][-1] or Decimal(0), whole)
    return say("titles.parts", name=name, value=value, top=largest, share=share)


def _classes(facts: Facts, say: Wording) -> Chart:
    measure, now = facts.measures["projects_active"], facts.value("projects_active")
    common = facts.value("projects_common_key")
    if now is None or common is None:
        title = no_data(facts, "projects_active", say)
    else:
        share = percent(common, now) if now else said(common, measure, say)
        title = say("rd.classes", value=said(now, measure, say), share=share)
    moves = trend(facts, "projects_common_key", say)
    note = say("rd.classes_note", moves=moves) if moves else ""
    return mix_bars(facts, say, CLASSES, "classes", title, note)


def _credited(facts: Facts, say: Wording) -> Table:
    """Results of each centre, and below what it is credited with by agreed shares."""
    outputs, whole = facts.measures["outputs"], facts.value("outputs")
    total = of_all_centres(facts, "outputs")
    key = "rd.credited" if whole is not None and total != whole else "rd.credited_same"
    title = say(key, total=said(total, outputs, say), value=said(whole, outputs, say))
    return Table(
        title=no_data(facts, "outputs", say) if whole is None else title,
        headings=(*headings(say, "tables.centre"), *code_headings(facts, say, CREDITED)),
        rows=tuple(
            (centre_cell(one, say), *(code_cell(facts, say, code, one.code) for code in CREDITED))
            for one in facts.centres
            if one.recognised
        ),
        note=say.sentences(say("rd.credited_note"), unlisted_note(facts, say, "outputs", "rd.unlisted")),
    )
