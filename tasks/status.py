"""ledger → status: every expected return of a quarter, and what came out of a run, for people."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from expectations.quarter import SHANGHAI, Quarter
from expectations.values import visible
from reports.dates import quarter_text
from reports.numbers import said
from reports.wording import wording
from tasks.facts import measure_of
from tasks.report import ANNEX, PAGE, PDF
from tasks.settings import House
from warehouse.indicators import Figures, indicators
from warehouse.returns import standings, submissions

STATES = {"accepted": "采用", "returned": "退回", "held": "待核", "refused": "拒收", "missing": "缺报"}


def status(house: House, quarter: str) -> list[dict[str, Any]]:
    """Every expected (unit, centre) of a quarter: state, instants, counts of files and findings; JSON-able.

    ValueError for a wrong key, LookupError for a quarter that is not in the calendar.
    """
    key = Quarter.parse(quarter)
    if str(key) not in house.registry.term:
        raise LookupError(f"{quarter} is not in the calendar")
    counts = house.ledger.finding_counts()
    rows = []
    for one in standings(house.registry, submissions(house.ledger), key):
        newest = one.newest
        found = counts.get(newest.judged.sha256, {}) if newest else {}
        rows.append(
            {
                "quarter": one.quarter,
                "centre": one.centre,
                "unit": one.unit,
                "name": house.registry.unit[one.unit].name,
                "role": one.role,
                "state": one.state,
                "nil": one.nil,
                "on_time": one.on_time,
                "first_received_at": _local(one.first_received_at),
                "newest": newest.id if newest else None,
                "newest_file": newest.arrival.name if newest else None,
                "newest_verdict": newest.judged.verdict if newest else None,
                "newest_received_at": _local(newest.arrival.received_at) if newest else None,
                "in_force": one.in_force.id if one.in_force else None,
                "files": one.received,
                "errors": found.get("error", 0),
                "warnings": found.get("warning", 0),
                "holds": found.get("hold", 0),
            }
        )
    return rows


def _local(at: datetime | None) -> str | None:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else None


def status_table(rows: list[dict[str, Any]]) -> Table:
    """The same for a terminal."""
    table = Table(title=f"{rows[0]['quarter']} 报送状态" if rows else "无应报单位")
    for heading in ("中心", "单位", "状态", "收到", "文件数", "错误", "提示", "编号"):
        table.add_column(heading, no_wrap=heading in {"状态", "编号"})
    for row in rows:
        state = STATES[row["state"]] + ("（零报）" if row["nil"] else "")
        table.add_row(
            row["centre"],
            row["name"],
            state,
            (row["newest_received_at"] or "—")[:16].replace("T", " "),
            str(row["files"]),
            str(row["errors"] or ""),
            str(row["warnings"] or ""),
            row["newest"] or "—",
        )
    return table


def unattributed(house: House) -> list[tuple[str, str]]:
    """Files refused because no return could be told from them: (file, why)."""
    return [
        (visible(one.arrival.name), house.ledger.findings(one.judged.sha256)[-1].zh)
        for one in submissions(house.ledger)
        if one.judged.quarter is None
    ]


def figure_lines(house: House, quarter: str) -> list[tuple[str, str, str]]:
    """The province's figures of a quarter: code, name, value as printed. The warehouse must be built."""
    with house.store.reading() as connection:
        figures = Figures(connection)
    return [
        (
            one.code,
            one.zh,
            said(figures.value(one.code, quarter), measure_of(one), wording("zh")),
        )
        for one in indicators().values()
    ]


def demo_summary(house: House) -> None:
    """Print what a demo run came to: counts by verdict, the figures of the last reported quarter, where things lie."""
    console = Console()
    verdicts = Counter(one.judged.verdict for one in submissions(house.ledger))
    counted = Table(title="审核结果 verdicts")
    for heading in ("结论", "verdict", "文件数"):
        counted.add_column(heading, justify="right" if heading == "文件数" else "left")
    for verdict in ("accepted", "returned", "held", "refused"):
        counted.add_row(STATES[verdict], verdict, str(verdicts[verdict]))
    console.print(counted)
    editions = house.ledger.editions()
    if not editions:
        return
    latest = editions[-1]
    shown = Table(title=f"{quarter_text(Quarter.parse(latest.quarter), wording('zh'))} 全省指标 figures")
    for heading in ("指标", "indicator", "本季"):
        shown.add_column(heading, justify="right" if heading == "本季" else "left")
    for code, name, value in figure_lines(house, latest.quarter):
        shown.add_row(name, code, value)
    console.print(shown)
    letters = Counter(one.state for one in house.ledger.letters())
    folder = house.editions / latest.folder
    console.print(
        f"报告 report    {folder / PAGE}\n               {folder / PDF}\n               {folder / ANNEX}",
        soft_wrap=True,
        highlight=False,
    )
    console.print(
        f"邮件 mail      {house.mail}  ({', '.join(f'{n} {s}' for s, n in sorted(letters.items()))})",
        soft_wrap=True,
        highlight=False,
    )
    console.print(f"批注 annotated {house.home / 'annotated'}", soft_wrap=True, highlight=False)
    console.print(
        f"版本 editions  {', '.join(one.folder for one in editions)}", soft_wrap=True, highlight=False
    )
