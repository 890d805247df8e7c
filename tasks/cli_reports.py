"""The commands about reports: issue, make again as of a time, revise, take a figure apart."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from tasks.settings import house as the_house
from tasks.terminal import FAILED, spoken, tell

Quarter = Annotated[str, typer.Argument(help="季度 quarter, e.g. 2026-Q3")]


def report(
    quarter: Quarter,
    as_of: Annotated[
        str | None, typer.Option(help="按台账序号或时刻所知重编，不印发 a seq or an instant: as known then")
    ] = None,
    scope: Annotated[
        str,
        typer.Option(
            help="与 --as-of 连用：authority 主管部门 | annual 年度 | public 公开 | 中心代码 a centre"
        ),
    ] = "authority",
) -> None:
    """出具一个季度的报告；内容未变则不出新版。 Issue the report of a quarter, unless nothing changed."""
    from tasks.as_of import report_as_of
    from tasks.draft import changed_since
    from tasks.report import report as issue

    with spoken():
        house = the_house()
        if as_of is None:
            tell(str(house.editions / issue(house, quarter)))
            return
        made = report_as_of(house, quarter, as_of, scope)
    tell(str(made.folder))
    if made.edition is None:
        tell("当时没有这样印发过，已注明“未印发” nobody was told this then: marked as not issued")
    elif made.differing:
        tell(f"与印发的 {made.edition.folder} 不同 differs from what was issued: {', '.join(made.differing)}")
        for name, (then, now) in changed_since(made.edition).items():
            tell(f"    {name}: 印发时 then {then}；现在 now {now}")
        raise typer.Exit(FAILED)
    else:
        tell(f"与印发的 {made.edition.folder} 逐字节相同 byte for byte what was issued")


def publish(quarter: Quarter) -> None:
    """出具公开版和有收件人的各中心版，所述与最近印发给主管部门的一致。 Issue the public edition and the centres' own."""
    from tasks.publish import publish as issue

    with spoken():
        house = the_house()
        folders = issue(house, quarter)
    for folder in folders:
        tell(str(house.editions / folder))


def annual(year: Annotated[str, typer.Argument(help="年度 year, e.g. 2025")]) -> None:
    """出具年度报告并关账；已关账的年度变动达到门槛则出修订版。 Issue a year's report, which closes it, or a revision."""
    from tasks.annual import annual as issue

    with spoken():
        house = the_house()
        folder = issue(house, year)
    tell(
        str(house.editions / folder) if folder else "变动未达门槛，不出新版 nothing moved enough: not issued"
    )


def revise(quarter: Quarter) -> None:
    """核对已印发的报告，变动达到门槛则出修订版。 Issue a revised edition if what was issued has moved."""
    from tasks.revise import revise as issue

    with spoken():
        house = the_house()
        folder = issue(house, quarter)
    tell(
        str(house.editions / folder)
        if folder
        else "变动未达门槛，已记录，不出新版 nothing moved enough: recorded, not issued"
    )


def trace(
    indicator: Annotated[str, typer.Argument(help="指标代码 indicator, e.g. contract_value_wan_cny")],
    quarter: Annotated[str, typer.Option(help="季度 quarter, e.g. 2026-Q3")],
    centre: Annotated[str | None, typer.Option(help="中心代码 of one centre")] = None,
    field: Annotated[str | None, typer.Option(help="领域代码 of one field")] = None,
    city: Annotated[str | None, typer.Option(help="城市代码 of one city")] = None,
    unit: Annotated[str | None, typer.Option(help="单位代码 of one unit")] = None,
    part: Annotated[str, typer.Option(help="分组 a part, e.g. content:共性技术")] = "",
    period: Annotated[
        str, typer.Option(help="quarter 本季 | ytd 累计 | like… 同口径 | overlap 上季按新口径")
    ] = "quarter",
    edition: Annotated[
        int | None, typer.Option(min=1, help="版次，缺省为最新一版 the newest if not said")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """一个数由哪些工作簿的哪些单元格构成；0 与所存相符，1 不符。 The workbooks and cells a figure is made of."""
    from tasks.trace import as_json as told
    from tasks.trace import lines, where_of
    from tasks.trace import trace as take_apart

    with spoken():
        house = the_house()
        where = where_of({"centre": centre, "field": field, "city": city, "unit": unit}, part, period)
        traced = take_apart(house, indicator, quarter, where, edition)
    if as_json:
        print(json.dumps(told(traced), ensure_ascii=False, indent=2))
    else:
        for line in lines(traced):
            tell(line)
    raise typer.Exit(0 if traced.proof.holds and traced.as_issued else FAILED)
