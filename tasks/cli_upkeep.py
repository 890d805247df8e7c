"""The commands about the warehouse itself: make it anew, prove it."""

from __future__ import annotations

import typer

from tasks.settings import house as the_house
from tasks.terminal import FAILED, complain, out, spoken


def rebuild() -> None:
    """由存档和台账重建数据仓库。 Make the warehouse anew from archive and ledger."""
    from tasks.verify import rebuild as make_anew

    with spoken():
        out.print(make_anew(the_house()), highlight=False)


def verify() -> None:
    """证明数据仓库等于重建的结果；只印散列。 Prove the warehouse equal to its rebuild; prints hashes only."""
    from tasks.verify import NotEqual
    from tasks.verify import verify as prove

    try:
        with spoken():
            lines = prove(the_house())
    except NotEqual as different:
        complain(f"不一致 differs: {different}")
        raise typer.Exit(FAILED) from different
    print("\n".join(lines))
