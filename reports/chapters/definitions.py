"""facts → 方法与指标定义: how every indicator is counted, chapter by chapter."""

from __future__ import annotations

from collections.abc import Sequence

from reports.blocks import Cell, Chapter, Table
from reports.breaks import earlier_texts, formula_text
from reports.chapters.tables import headings, name_cell
from reports.facts import Facts, Measure
from reports.wording import Wording


def chapter(facts: Facts, say: Wording) -> Chapter:
    by_chapter: dict[str, list[Measure]] = {}
    for measure in facts.measures.values():
        by_chapter.setdefault(measure.chapter, []).append(measure)
    return Chapter(
        id="definitions",
        title=say("chapters.definitions"),
        lead=say.sentences(
            say("definitions.lead", n=len(facts.measures)),
            say("definitions.changed", n=len(facts.definitions)) if facts.definitions else "",
        ),
        blocks=tuple(_table(facts, one, measures, say) for one, measures in by_chapter.items()),
    )


def _table(facts: Facts, chapter_id: str, measures: Sequence[Measure], say: Wording) -> Table:
    return Table(
        title=say("definitions.title", chapter=say(f"chapters.{chapter_id}"), n=len(measures)),
        headings=headings(say, "definitions.headings"),
        rows=tuple(
            (
                name_cell(one, say),
                Cell(text=_formula(facts, one, say), sub=say.sentences(*earlier_texts(facts, say, one.code))),
                Cell(text=say.text(one.basis)),
            )
            for one in measures
        ),
    )


def _formula(facts: Facts, measure: Measure, say: Wording) -> str:
    """How it is counted now, with the mark it is held against where that has changed."""
    newest = facts.definitions.get(measure.code, ())[-1:]
    return formula_text(measure, newest[0], say) if newest else say.text(measure.formula)
