"""The commands about sealed bundles: pack an edition with all it was made of, and make it again from that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tasks.settings import house as the_house
from tasks.terminal import FAILED, complain, spoken, tell

if TYPE_CHECKING:
    from tasks.replay import Check, Replayed

_WHAT = {
    "chain": "台账链 ledger chain",
    "kept": "封存的印发文件 files as issued",
    "parsed": "重新读取的报表 returns read anew",
    "warehouse": "重建的数据仓库表 warehouse tables built anew",
    "outputs": "重编的文件 files written anew",
    "record": "版次记录 record of the edition",
}


def bundle(
    quarter: Annotated[str, typer.Argument(help="季度 quarter, e.g. 2026-Q3")],
    edition: Annotated[int, typer.Option(min=1, help="版次 number of the edition")],
    output: Annotated[Path, typer.Option("--output", "-o", help="写到 write to", dir_okay=False)],
    scope: Annotated[str, typer.Option(help="对象 whom the edition is for")] = "authority",
) -> None:
    """封存一版报告及其全部来由，不含联系方式。 Seal an edition with all it was made of, without contacts."""
    from tasks.bundle import bundle as seal
    from tasks.verify import NotEqual

    try:
        with spoken():
            done = seal(the_house(), quarter, edition, output, scope)
    except NotEqual as different:
        complain(f"未封存，与散列不符 not sealed, differs from its hash: {different}")
        raise typer.Exit(FAILED) from different
    tell(str(output))
    tell(f"sha256 {done.sha256}")
    tell("  ".join(f"{folder} {n}" for folder, n in done.members.items()))
    _left_out(done.left_out)
    if not done.same_code:
        tell(
            "印发后代码或库已变，重现时会指明 code or libraries have changed since it was issued: replay will say so"
        )


def replay(
    file: Annotated[Path, typer.Argument(help="封存包 sealed bundle", exists=True, dir_okay=False)],
) -> None:
    """在空目录中由封存包重现一版报告并核对；0 全部相同，1 不同或已损坏。 Make a bundle's edition again, in an empty home."""
    from tasks.replay import replay as make_again
    from tasks.sealed import Damaged

    try:
        with spoken():
            done = make_again(the_house(), file)
    except Damaged as damaged:
        tell("封存包已不是封存时的样子，未作重现 not as it was sealed; nothing was made from it:")
        for name, how in damaged.wrong.items():
            tell(f"    {name}  {how}")
        raise typer.Exit(FAILED) from damaged
    tell(f"{done.edition.folder}（{done.edition.scope}）  sha256 {done.sha256}")
    for one in done.checks:
        _told(one)
    _left_out(done.left_out)
    if done.equal:
        tell("全部散列相同 all hashes equal")
        if done.changed:
            tell(f"尽管已变 although these have changed: {', '.join(done.changed)}")
    else:
        _why(done)
        raise typer.Exit(FAILED)


def _left_out(left_out: dict[str, str]) -> None:
    for sha256, why in left_out.items():
        tell(f"未收入 left out: {sha256[:12]}  {why}")


def _told(one: Check) -> None:
    same = one.compared - len(one.differing)
    tell(f"{_WHAT[one.what]}  {max(same, 0)}/{one.compared} 相同 equal")
    for name in one.differing:
        tell(f"    不同 differs: {name}")


def _why(done: Replayed) -> None:
    if done.only_rendering:
        tell("数字全部相同，只是排版输出不同 all figures are the same; only what they are shown in differs")
    if not done.changed:
        tell(
            "代码、定义、库与机器均未变，原因不在其中 not because of code, definitions, libraries or machine: none has changed"
        )
    for name, (then, now) in done.changed.items():
        tell(f"    {name}: 印发时 then {then}；现在 now {now}")
    for name in done.files:
        tell(f"    已变 changed: {name}")
