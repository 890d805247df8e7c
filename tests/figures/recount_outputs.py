"""An issued edition read as figures: what page and annex print, with the indicator and place each number stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from expectations.codes import code_lists
from expectations.quarter import Quarter
from tests.figures.recount_shown import PageTable, annex_sheet, page_charts, page_tables
from warehouse.indicators import Indicator, indicators
from warehouse.registry import Registry

NAMED = {one.zh: one for one in indicators().values()}
LEVELS = {"全省": "province", "领域": "field", "城市": "city", "中心": "centre"}
FIGURES = ["指标", "本季", "计入", "本年累计", "上季", "环比", "上年同期", "同比"]
Place = dict[
    str, str
]  # level, scope, part and quarter, as far as they are not the province's total of this quarter


class Row(NamedTuple):
    """A row of the annex's figures: eight values, then n, numerator and denominator."""

    indicator: Indicator
    place: Place
    values: list[object]
    made_of: list[object]


class Target(NamedTuple):
    """A target and the cell that says what was reached."""

    indicator: Indicator
    place: Place
    by: date
    reached: object


class Chart(NamedTuple):
    """The numbers a chart says, and how its names may be meant: an indicator with a place for each of some names."""

    said: dict[str, str]
    meant: list[dict[str, tuple[Indicator, Place]]]


def parts_of(one: Indicator) -> dict[str, str]:
    """The printed names of an indicator's parts."""
    return {
        code.code: f"{dimension}:{code.code}"
        for dimension, breakdown in one.by.items()
        for code in breakdown.entries()
    }


@dataclass(frozen=True)
class Edition:
    """The newest edition of a quarter in ``folder``, with the registry whose names it prints."""

    folder: Path
    registry: Registry
    quarters: tuple[str, ...]

    @cached_property
    def page(self) -> str:
        return (self.folder / "report.html").read_text("utf-8")

    @cached_property
    def scopes(self) -> dict[str, dict[str, str]]:
        """Level → printed name → scope."""
        lists = {level: {one.name: one.code for one in code_lists()[level]} for level in ("field", "city")}
        centres = {one.name: one.centre for one in self.registry.centres}
        return {"province": {"全省": "province"}, **lists, "centre": centres}

    def sheet(self, name: str, language: str = "") -> list[list[Any]]:
        return annex_sheet(self.folder / f"annex{language}.xlsx", name)

    def rows(self) -> Iterator[Row]:
        for _, name, part, level, place, _, *cells in self.sheet("指标"):
            one, where = NAMED[name], LEVELS[level]
            at = {"level": where, "scope": self.scopes[where][place], "part": parts_of(one).get(part, "")}
            yield Row(one, at, cells[:8], cells[8:])

    def targets(self) -> Iterator[Target]:
        for place, name, by, _, _, reached, *_ in self.sheet("目标与进度"):
            centre = {"level": "centre", "scope": self.scopes["centre"].get(place, "")}
            yield Target(NAMED[name], {} if place == "全省" else centre, by, reached)

    def figures(self) -> Iterator[tuple[Indicator, list[str]]]:
        """The rows of each chapter's table of figures."""
        for table in page_tables(self.page):
            if table.headings == FIGURES:
                for name, *cells in table.rows:
                    yield NAMED[re.sub("（[^（]*）$", "", name)], cells

    def of_centres(self) -> Iterator[tuple[Indicator, Place, str]]:
        """Each cell of the tables of centres that stands under an indicator's name."""
        shorts = {one.short: one.centre for one in self.registry.centres}
        for table in page_tables(self.page):
            if table.headings[0].startswith("中心|"):
                yield from self._cells(table, shorts)

    def _cells(self, table: PageTable, shorts: dict[str, str]) -> Iterator[tuple[Indicator, Place, str]]:
        names = [heading.split("|")[0] for heading in table.headings[1:]]
        for centre, *cells in table.rows:
            place = {"level": "centre", "scope": shorts[centre.split("|")[0]]}
            for name, cell in zip(names, cells, strict=True):
                if name in NAMED:
                    yield NAMED[name], place, cell.split("|")[0]

    def charts(self) -> Iterator[Chart]:
        for said in page_charts(self.page):
            meant = [
                {name: (one, places[name]) for name in said if name in places}
                for one in indicators().values()
                for places in (*self._ways, {name: {"part": part} for name, part in parts_of(one).items()})
            ]
            meant.append({name: (NAMED[name], {}) for name in said if name in NAMED})
            yield Chart(said, [one for one in meant if len(one) > 1])

    @cached_property
    def _ways(self) -> list[dict[str, Place]]:
        """What a name beside a number may be: a quarter, a field, a city, a centre."""
        scopes = {
            **{level: self.scopes[level] for level in ("field", "city")},
            "centre": {one.short: one.centre for one in self.registry.centres},
        }
        return [
            {Quarter.parse(one).zh: {"quarter": one} for one in self.quarters},
            *(
                {name: {"level": level, "scope": scope} for name, scope in named.items()}
                for level, named in scopes.items()
            ),
        ]
