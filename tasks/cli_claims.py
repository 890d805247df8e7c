"""The commands about what several claim: list it, decide on it."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from tasks.settings import house as the_house
from tasks.terminal import spoken, tell

STANDS = {"open": "争议", "agreed": "已商定", "decided": "已裁定"}


def disputes(
    quarter: Annotated[str | None, typer.Option(help="季度 of one quarter, e.g. 2026-Q3")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """几家单位或中心填报的同一成果：未决的和已定的。 What several claim: what is open and what was settled."""
    from tasks.settle import listed

    with spoken():
        rows = listed(the_house(), quarter)
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for line in _lines(rows):
        tell(line)


def settle(
    kind: Annotated[str, typer.Argument(help="类型 kind, see `jinchuang disputes`")],
    identifier: Annotated[str, typer.Argument(help="号码 identifier")],
    credit: Annotated[list[str], typer.Option(help="份额 UNIT=0.6, or UNIT@CENTRE=0.6; not named: 0")],
    by: Annotated[str, typer.Option(help="谁裁定 who decides")],
    reason: Annotated[str, typer.Option(help="理由 why")],
) -> None:
    """裁定几家填报的同一成果各计多少份额。 Decide how much of what several claim each is credited with."""
    from tasks.settle import settle as record

    with spoken():
        settled = record(the_house(), kind, identifier, credit, by, reason)
    shares = "、".join(f"{one.unit}@{one.centre}={one.share}" for one in settled.credits)
    tell(
        f"已记录 recorded: {settled.kind} {settled.identifier} {shares}；已通知各方 all claimants will be told"
    )


def _lines(rows: list[dict[str, Any]]) -> list[str]:
    """What several claim, for a terminal: what, below it every claimant with its credit, and who settled it and why."""
    lines = [] if rows else ["没有争议 nothing is in dispute"]
    for row in rows:
        lines.append(
            f"{STANDS[row['state']]} {row['state']}  {row['kind']} {row['identifier']}  自 since {row['since']}"
        )
        lines += [
            f"    {one['unit']}@{one['centre']} {one['name']}，{one['quarter']}，份额 credit {one['credit']}"
            for one in row["claimants"]
        ]
        if settled := row["settled"]:
            lines.append(
                f"    {settled['by']} {settled['at'][:16].replace('T', ' ')} 裁定 decided：{settled['reason']}"
            )
    return lines
