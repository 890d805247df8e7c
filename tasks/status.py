"""ledger → status: every expected return of a quarter, and what came out of a run, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from expectations.quarter import SHANGHAI, Quarter
from expectations.raw import visible
from reports.chapters.summary import KEY
from reports.dates import quarter_text
from reports.numbers import said
from reports.wording import wording
from tasks.draft import ANNEX, PAGE, PDF
from tasks.facts import measure_of
from tasks.settings import House
from warehouse.figures import Figures
from warehouse.indicators import indicators
from warehouse.returns import Submission, standings, submissions

STATES = {"accepted": "采用", "returned": "退回", "held": "待核", "refused": "拒收", "missing": "缺报"}


def status(house: House, quarter: str) -> list[dict[str, Any]]:
    """Every expected (unit, centre) of a quarter: state, instants, counts of files and findings, and why the newest
    file is not accepted; JSON-able.

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
                "reasons": _reasons(house, newest),
            }
        )
    return rows


def _local(at: datetime | None) -> str | None:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else None


def _reasons(house: House, newest: Submission | None) -> list[str]:
    """Why a file is returned, held or refused: what decides it, the gravest kind alone."""
    if newest is None or newest.judged.verdict == "accepted":
        return []
    found = house.ledger.findings(newest.judged.sha256)
    deciding = {"returned": "error", "held": "hold", "refused": "refuse"}[newest.judged.verdict]
    return [
        f"{f'{one.sheet} {one.cell}'.strip()}：{one.zh}" if one.sheet else one.zh
        for one in found
        if one.severity == deciding
    ]


_MOST_REASONS = 3
_COLUMNS = (("中心", 6), ("单位", 0), ("状态", 9), ("收到", 11), ("编号", 12))  # 0: what the terminal leaves


def status_table(rows: list[dict[str, Any]]) -> Group:
    """The same for a terminal of 80 columns or more: a line a return, below it why it is not accepted."""
    if not rows:
        return Group(Text("无应报单位"))
    counts = Counter(row["state"] for row in rows)
    counted = "，".join(f"{said} {counts[state]}" for state, said in STATES.items() if counts[state])
    title = Text(f"{rows[0]['quarter']} 报送状态：应报 {len(rows)}，{counted}", style="bold")
    lines: list[RenderableType] = [title, _line([heading for heading, _ in _COLUMNS], "dim")]
    for row in rows:
        lines.append(_line(_cells(row)))
        lines += [Padding(Text(text, style="dim"), (0, 0, 0, 7)) for text in _why(row)]
    return Group(*lines)


def _line(cells: list[str], style: str = "") -> Table:
    """One line of the table; every line by itself, so that what stands below it may take the whole width."""
    line = Table.grid(padding=(0, 1), expand=True)
    for _, width in _COLUMNS:
        line.add_column(width=width or None, ratio=None if width else 1, overflow="fold")
    line.add_row(*(Text(cell, style=style) for cell in cells))
    return line


def _cells(row: dict[str, Any]) -> list[str]:
    state = STATES[row["state"]] + ("·零报" if row["nil"] else "")
    received = (row["newest_received_at"] or "")[5:16].replace("T", " ") or "—"
    return [row["centre"], f"{row['unit']} {row['name']}", state, received, row["newest"] or "—"]


def _why(row: dict[str, Any]) -> list[str]:
    """The reasons, cut to a few, under what they are the reasons of."""
    reasons = row["reasons"]
    if not reasons:
        return []
    newer = "采用后又收到的一份" if row["state"] == "accepted" else ""
    said = [f"{newer}{STATES[row['newest_verdict']]}，共收 {row['files']} 份：", *reasons[:_MOST_REASONS]]
    if len(reasons) > _MOST_REASONS:
        said.append(f"另有 {len(reasons) - _MOST_REASONS} 项")
    return said


def unattributed(house: House) -> list[tuple[str, str]]:
    """Files refused because no return could be told from them: (file, why)."""
    return [
        (visible(one.arrival.name), house.ledger.findings(one.judged.sha256)[-1].zh)
        for one in submissions(house.ledger)
        if one.judged.quarter is None
    ]


def undelivered(house: House) -> list[str]:
    """Letters that failed, of which nobody knows whether they went out, or that fell due in the shadow and lapsed: key,
    state, to whom, and the error.
    """
    return [
        f"{one.key} {one.state} → {', '.join(one.recipients)}：{one.error}"
        for one in house.ledger.letters("failed", "unknown", "lapsed")
    ]


def figure_lines(house: House, quarter: str, codes: Iterable[str] = ()) -> list[tuple[str, str, str]]:
    """The province's figures of a quarter: code, name, value as printed; all of them, unless ``codes`` names some.

    The warehouse must be built. KeyError for a code that is no indicator.
    """
    with house.store.reading() as connection:
        figures = Figures(connection)
    asked = [indicators()[code] for code in codes] or indicators().values()
    return [
        (
            one.code,
            one.zh,
            said(figures.value(one.code, quarter), measure_of(one), wording("zh")),
        )
        for one in asked
    ]


def demo_summary(house: House) -> None:
    """Print what a demo run came to: counts by verdict, the last report's key figures, where things lie."""
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
    for code, name, value in figure_lines(house, latest.quarter, KEY):
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
        f"版本 editions  {', '.join(one.folder for one in house.ledger.editions(scope=None))}",
        soft_wrap=True,
        highlight=False,
    )
