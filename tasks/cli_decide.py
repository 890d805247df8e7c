"""The commands by which the office decides on returns, allows exceptions and enters what a centre says."""

from __future__ import annotations

from typing import Annotated

import typer

from tasks.settings import house as the_house
from tasks.terminal import spoken, tell

_RECORDED = "已记录 recorded；请运行 now run: jinchuang process"


def decide(
    subject: Annotated[
        str, typer.Argument(help="编号 id; late: U02@EQ01/2026-Q3; waive: U02. See `jinchuang status`")
    ],
    action: Annotated[
        str,
        typer.Argument(
            help="待核 held: release 采用 | reject 不采用；现行 in force: exclude 剔除 | include 恢复；"
            "late 准予延期 | waive 豁免审核关系"
        ),
    ],
    by: Annotated[str, typer.Option(help="谁决定 who decides")],
    reason: Annotated[str, typer.Option(help="理由 why")],
    rule: Annotated[str, typer.Option(help="审核关系 relation, e.g. R2.3; with waive")] = "",
    until: Annotated[str, typer.Option(help="期限，至当日末 until the end of a day; late, waive")] = "",
) -> None:
    """对报表作出决定，或准予例外，随后运行 process。 Decide on a return or allow an exception; then run `process`."""
    from tasks.decide import decide as record
    from tasks.exempt import allow_late, end_of, named, waive

    with spoken():
        if action == "late":
            allow_late(the_house(), *named(subject), end_of(until), by, reason)
        elif action == "waive":
            waive(the_house(), subject, rule, end_of(until), by, reason)
        else:
            record(the_house(), subject, action, by, reason)
    tell(_RECORDED)


def confirm(
    quarter: Annotated[str, typer.Argument(help="季度 quarter, e.g. 2026-Q3")],
    centre: Annotated[str, typer.Argument(help="中心代码 centre")],
    state: Annotated[str, typer.Argument(help="confirmed 确认 | objected 有异议")],
    by: Annotated[str, typer.Option(help="谁答复 who says so")],
    comment: Annotated[str, typer.Option(help="异议内容 what is objected to")] = "",
) -> None:
    """登记中心对所属单位报表的答复。 Enter what a centre that was asked says of its units' returns."""
    from tasks.confirm import confirm as record

    with spoken():
        record(the_house(), quarter, centre, state, by, comment)
    tell("已记录 recorded")
