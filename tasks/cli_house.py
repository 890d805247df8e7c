"""The commands that look after a house: send its mail, watch it, back it up, put it back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tasks.settings import house as the_house
from tasks.terminal import FAILED, complain, spoken, tell


def deliver(
    retry: Annotated[bool, typer.Option(help="重发失败或不明的 queue failed and unknown again")] = False,
    lapsed: Annotated[list[str] | None, typer.Option(help="补发搁置的 send lapsed: KEY or all")] = None,
) -> None:
    """发出待发邮件；无邮件连接时写成 .eml。 Send queued mail; without a connection write .eml files."""
    from tasks.deliver import deliver as send

    with spoken():
        house = the_house()
        counts = send(house, retry=retry, lapsed=lapsed or ())
    if written := counts.pop("written", 0):
        tell(f"未设邮件连接或未开启发送，{written} 封写入 {house.mail}，仍待发。")
        tell("No mail connection, or delivery is off: written as .eml, still queued.")
    if counts or not written:
        tell("  ".join(f"{state} {n}" for state, n in sorted(counts.items())) or "无待发邮件 nothing queued")


def watch() -> None:
    """查一遍有无异常，记告警；信随下次寄送发出。 Look for trouble; alerts go out with the next delivery."""
    from tasks.alert import standing_alerts
    from tasks.watch import watch as look

    with spoken():
        house = the_house()
        counts = look(house)
        standing = standing_alerts(house)
    tell(
        f"新告警 raised {counts['raised']}，解除 cleared {counts['cleared']}，未解除 standing {len(standing)}"
    )
    for one in standing:
        tell(f"  {one.cause}  {one.detail}")


def backup() -> None:
    """把台账及其所指的文件备份到 JINCHUANG_BACKUP。 Copy the ledger and the files it names."""
    from tasks.backup import BackupFailed
    from tasks.backup import backup as copy_out

    try:
        with spoken():
            made = copy_out(the_house())
    except BackupFailed as failed:
        complain(f"备份不全 not all could be backed up: {failed}")
        raise typer.Exit(FAILED) from failed
    tell(str(made.path))


def restore(
    folder: Annotated[Path, typer.Argument(help="备份文件夹 a backup", exists=True, file_okay=False)],
    seq: Annotated[int | None, typer.Option(help="恢复到这一序号的副本 the copy of this seq")] = None,
) -> None:
    """把备份恢复到空的 JINCHUANG_HOME 和空的台账。 Restore a backup into an empty home and ledger."""
    from tasks.restore import NotRestored
    from tasks.restore import restore as put_back

    try:
        with spoken():
            used = put_back(the_house(), folder, seq=seq)
    except NotRestored as failed:
        complain(f"未能恢复 not restored: {failed}")
        raise typer.Exit(FAILED) from failed
    tell(
        f"已恢复到 restored up to seq {used.seq}（{used.at:%Y-%m-%d %H:%M}）；请运行 now run: jinchuang verify"
    )


def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出 only list")] = False,
) -> None:
    """清理可重新生成的旧文件；原件、台账、各期报告不动。 Remove what can be made again; never archive or editions."""
    from tasks.prune import prune as clear_away

    with spoken():
        gone = clear_away(the_house(), dry_run=dry_run)
    for path in gone:
        tell(str(path))
    tell(f"{len(gone)} 项{'可清理 could go' if dry_run else '已清理 removed'}")
