"""A figure of an edition → where it comes from: formula, numerator and denominator, rows and the cells of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, cast, get_args

from expectations.quarter import Quarter
from expectations.raw import visible
from reports.numbers import said
from reports.wording import wording
from tasks.evidence import Evidence, Place, Proof, proofs
from tasks.facts import measure_of
from tasks.known import Known, known
from tasks.restate import figures_issued
from tasks.settings import House
from warehouse.figures import Figure, Figures, Where
from warehouse.indicators import Level, Period, indicators
from warehouse.records import Edition


class Traced(NamedTuple):
    """A proof, the edition that printed its figure (None: nothing was issued of the quarter yet), and the figure in it."""

    proof: Proof
    edition: Edition | None
    issued: Figure | None

    @property
    def as_issued(self) -> bool:
        """Whether the figure is the one the edition was issued with; another code or definition may have changed it.

        An edition is issued without the figures of single units.
        """
        figure = self.proof.figure
        return self.edition is None or figure.level == "unit" or self.issued == figure


def trace(house: House, indicator: str, quarter: str, where: Where, number: int | None = None) -> Traced:
    """Take a figure apart, of the quarter's newest edition or the one of a number; before the first, as known now.

    LookupError for an unknown indicator, edition or scope, ValueError for a wrong key.
    """
    key = Quarter.parse(quarter)
    if indicator not in indicators():
        raise LookupError(f"没有指标 no such indicator: {indicator}")
    issued = house.ledger.editions(str(key))
    chosen = [one for one in issued if number is None or one.number == number]
    if number is not None and not chosen:
        raise LookupError(f"{key.zh}没有第{number}版 {key} has no edition {number}")
    edition = chosen[-1] if chosen else None
    state = known(house, edition.known_seq if edition else None)
    figure = _figure(state, indicator, str(key), where)
    (proof,) = proofs(state, [figure])
    return Traced(proof, edition, _issued(house, edition, figure) if edition else None)


def _figure(state: Known, indicator: str, quarter: str, where: Where) -> Figure:
    with state.reading() as connection:
        found = Figures(connection).get(indicator, quarter, **where)
    if found is None:
        told = ", ".join(dict.fromkeys(str(value) for value in where.values() if value))
        raise LookupError(f"没有这个数 no such figure: {indicator}, {quarter}, {told}")
    return found


def _issued(house: House, edition: Edition, figure: Figure) -> Figure | None:
    same = (one for one in figures_issued(house, edition) if one[:6] == figure[:6])
    return next(same, None)


def as_json(traced: Traced) -> dict[str, Any]:
    """What ``jinchuang trace --json`` prints. Numbers are decimal strings, nothing is rounded but ``printed``.

    ``part`` is what a row adds to the numerator; rows of what is counted once elsewhere add 0.
    """
    figure, edition = traced.proof.figure, traced.edition
    one = indicators()[figure.indicator].at(figure.quarter)
    return {
        "indicator": figure.indicator,
        "name": one.zh,
        "formula": one.formula,
        "kind": one.kind,
        "unit": one.unit,
        "quarter": figure.quarter,
        "period": figure.period,
        "scope": {"level": figure.level, "code": figure.scope, "part": figure.part},
        "edition": edition.number if edition else None,
        "value": _plain(figure.value),
        "printed": printed(figure),
        "numerator": _plain(figure.numerator),
        "denominator": _plain(figure.denominator),
        "n": figure.n,
        "reproduces": traced.proof.holds,
        "as_issued": traced.as_issued,
        "rows": [_row(row) for row in traced.proof.rows],
    }


def printed(figure: Figure) -> str:
    """The figure as a sentence of the report says it: its stated rounding."""
    return said(figure.value, measure_of(indicators()[figure.indicator]), wording("zh"))


def _row(row: Evidence) -> Mapping[str, Any]:
    traced = row.traced
    return {
        **_place(row.place),
        "quarter": traced.quarter,
        "centre": traced.centre,
        "key": traced.key,
        "counted": traced.stands,
        "part": _plain(traced.numerator),
        "denominator": _plain(traced.denominator),
        "n": _plain(traced.n),
        "rests_on": [_place(one) for one in row.rests_on],
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "submission": place.submission,
        "unit": place.unit,
        "file": place.file,
        "sha256": place.sha256,
        "sheet": place.sheet,
        "row": place.row,
        "cells": [cell._asdict() for cell in place.cells],
    }


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize() + 0, "f")


def where_of(scopes: Mapping[str, str | None], part: str, period: str) -> Where:
    """What a figure is asked for as: at most one scope, by level; ValueError for two, or an unknown period."""
    said_ = {level: scope for level, scope in scopes.items() if scope is not None}
    if len(said_) > 1:
        raise ValueError(f"一次只问一个范围 one scope at a time: {', '.join(said_)}")
    if period not in get_args(Period):
        raise ValueError(f"没有这种期间 no such period: {period}; {' | '.join(get_args(Period))}")
    level, scope = next(iter(said_.items()), ("province", "province"))
    return Where(level=cast(Level, level), scope=scope, period=cast(Period, period), part=part)


def lines(traced: Traced) -> Iterator[str]:
    """The trace for people: the figure, how it is made, and a line for each row with its cells."""
    figure = traced.proof.figure
    one = indicators()[figure.indicator].at(figure.quarter)
    edition = (
        f"第{traced.edition.number}版"
        if traced.edition
        else "尚未印发，按现有数据 not issued yet, as known now"
    )
    yield f"{one.zh} {one.en}  {figure.quarter} {edition}"
    rounding = f"印出时保留 {one.decimals} 位小数 printed with {one.decimals} decimals"
    value = "—" if figure.value is None else f"{_plain(figure.value)} {one.unit}"
    yield f"  {printed(figure)}  ← {value}（{rounding}）"
    yield f"  口径 formula: {one.formula}"
    made = _plain(figure.numerator) or ""
    yield f"  分子 numerator {made}  分母 denominator {_plain(figure.denominator) or '—'}  n {figure.n}"
    for row in traced.proof.rows:
        counted = _plain(row.part) if row.traced.stands else "已计入另一行 counted in another row"
        yield f"  {counted}  {_told(row.place)}"
        for other in row.rests_on:
            yield f"      据 rests on  {_told(other)}"
    yield (
        "  各行合计与所存数值相符 the rows come to what is stored"
        if traced.proof.holds
        else "  各行合计与所存数值不符 THE ROWS DO NOT COME TO WHAT IS STORED"
    )
    if not traced.as_issued:
        issued = _plain(traced.issued.value) or "—" if traced.issued else "无 none"
        yield (
            f"  与印发时的数值（{issued}）不同：代码、口径或印发的文件已变 "
            "NOT WHAT WAS ISSUED: code, definitions or the issued file have changed"
        )


def _told(place: Place) -> str:
    cells = "  ".join(
        f"{cell.column}{cell.cell and f'[{cell.cell}]'}＝{'空' if cell.value is None else cell.value}"
        for cell in place.cells
    )
    return f"{visible(place.file) or place.unit}  {place.sheet}  {cells}".rstrip()
