"""facts → 方法与指标定义: how every indicator is counted, chapter by chapter."""

from __future__ import annotations

from collections.abc import Sequence

from reports.blocks import Cell, Chapter, Table
from reports.chapters.tables import headings
from reports.facts import Facts, Measure
from reports.numbers import heading_unit
from reports.wording import Wording


def chapter(facts: Facts, say: Wording) -> Chapter:
    by_chapter: dict[str, list[Measure]] = {}
    for measure in facts.measures.values():
        by_chapter.setdefault(measure.chapter, []).append(measure)
    return Chapter(
        id="definitions",
        title=say("chapters.definitions"),
        lead=say("definitions.lead", n=len(facts.measures)),
        blocks=tuple(_table(one, measures, say) for one, measures in by_chapter.items()),
    )


def _table(chapter_id: str, measures: Sequence[Measure], say: Wording) -> Table:
    return Table(
        title=say("definitions.title", chapter=say(f"chapters.{chapter_id}"), n=len(measures)),
        headings=headings(say, "definitions.headings"),
        rows=tuple(
            (
                Cell(text=say.text(one.name), sub=heading_unit(one, say)),
                Cell(text=say.text(one.formula)),
                Cell(text=say.text(one.basis)),
            )
            for one in measures
        ),
    )
