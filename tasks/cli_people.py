"""The commands around a quarter's people: templates to the units, reminders, a draft to its reviewer and his word."""

from __future__ import annotations

from typing import Annotated

import typer

from tasks.settings import house as the_house
from tasks.terminal import spoken, tell

Quarter = Annotated[str, typer.Argument(help="季度 quarter, e.g. 2026-Q3")]
Key = Annotated[str, typer.Argument(help="季度或年度 quarter or year, e.g. 2026-Q3, 2025")]


def open_quarter(quarter: Quarter) -> None:
    """开季：给每家应报单位发预填模板，每季一次。 Write every unit's templates and queue them by mail, once."""
    from tasks.open_quarter import open_quarter as send

    with spoken():
        house = the_house()
        written = send(house, quarter)
    tell(
        f"{written} 份模板 templates in {house.templates / quarter}"
        if written
        else "已发过 these were sent before"
    )


def remind(quarter: Quarter) -> None:
    """催报：写给还差报表的，每个催报日一次。 Remind whoever owes a return, once a reminder's day."""
    from tasks.remind import remind as write

    with spoken():
        letters = write(the_house(), quarter)
    tell("现在没有应催的 no reminder is due now" if letters is None else f"{letters} 封信已写 letters queued")


def propose(key: Key) -> None:
    """编出送审稿，等候审批；内容未变则不送。 Draft a report and lay it before the reviewers."""
    from tasks.approve import proposal
    from tasks.propose import propose as lay_before

    with spoken():
        house = the_house()
        seq = lay_before(house, key)
        folder = proposal(house, seq).folder if seq else ""
    tell(
        f"送审稿 draft {seq}: {house.drafts / folder}"
        if seq
        else "内容未变，不送审 nothing new: nobody is asked"
    )


def approve(
    draft: Annotated[int, typer.Argument(help="送审稿编号 the draft's number, see `jinchuang propose`")],
    action: Annotated[str, typer.Argument(help="approve 批准 | reject 驳回 | again 退回再收报一次")],
    by: Annotated[str, typer.Option(help="审核人登录名 a reviewer's login, see reviewers.csv")],
    comment: Annotated[str, typer.Option(help="意见，驳回时必填 why; a rejection needs it")] = "",
) -> None:
    """记下审核人的决定；批准后运行 report。 Record a reviewer's word; `report` then issues what was approved."""
    from tasks.approve import answer

    with spoken():
        answer(the_house(), draft, action, by, comment)
    tell("已记录 recorded")
