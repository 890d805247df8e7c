"""home → backup: a copy of the ledger a day, and of every file it names; on another disk, if there is to be any use in it.

The ledger is copied first and the files it names after it. Every file was whole before the row that names it, and none
changes afterwards, so whatever is collected meanwhile, each copied ledger finds all its files in the backup. The other way
round a row could name a file that came after the files were copied.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from expectations.quarter import SHANGHAI
from tasks.public_record import RECORD, record_path
from tasks.settings import House, one_at_a_time
from warehouse.archive import fsync_folder, written_whole
from warehouse.extract import copy
from warehouse.ledger import Ledger

KEPT = 30  # copies of the ledger; of the files there is one, for they do not change
_SHOWN = 5
_DRILLED = "drilled-at"
_INSTANT = "%Y%m%dT%H%M%S"


class BackupFailed(Exception):
    """What the ledger names could not be copied, or is not what it should be; says what."""


@dataclass(frozen=True)
class Copy:
    """One copy of the ledger, of an instant and up to a seq."""

    path: Path
    at: datetime
    seq: int


@dataclass(frozen=True)
class Named:
    """A file the ledger names, below the house's home, and its sha256, None where nothing says it."""

    path: Path
    sha256: str | None


@one_at_a_time("backing")
def backup(house: House) -> Copy:
    """Copy the ledger as it stands, and what it names that is not in the backup yet.

    BackupFailed if a file is lost or changed: all others were copied then, and the ledger too.
    """
    made = _copied_ledger(house)
    ledger = opened_copy(made.path)
    try:
        wrong = copied_files(files_named(house, ledger), house.home, house.backup)
    finally:
        ledger.engine.dispose()
    for old in copies(house.backup)[:-KEPT]:
        old.path.unlink()
    if wrong:
        raise BackupFailed(f"lost or changed: {few(wrong)}")
    return made


def copies(folder: Path) -> list[Copy]:
    """The copies of the ledger in a backup, oldest first."""
    return [_copy(path) for path in sorted((folder / "ledger").glob("*-seq*.db"))]


def _copy(path: Path) -> Copy:
    at, _, seq = path.stem.partition("-seq")
    return Copy(path, datetime.strptime(at, _INSTANT).replace(tzinfo=SHANGHAI), int(seq))


def opened_copy(path: Path) -> Ledger:
    """A copy of the ledger to be read; it must be closed by ``engine.dispose()``."""
    return Ledger(f"sqlite:///{path}")


def few(names: list[str]) -> str:
    """The first of many names, and how many more there are."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def mark_drilled(house: House) -> None:
    """Leave word beside the backup that its newest copy was restored and found to be right."""
    with written_whole(house.backup / _DRILLED) as path:
        path.write_text(house.now().isoformat(), "utf-8")


def last_drilled(house: House) -> datetime | None:
    """When a backup was last restored and found to be right."""
    path = house.backup / _DRILLED
    return datetime.fromisoformat(path.read_text("utf-8")) if path.exists() else None


def _copied_ledger(house: House) -> Copy:
    """Row by row, so that a copy is the same whatever database the ledger is in."""
    folder = house.backup / "ledger"
    with written_whole(folder / "copying") as temporary:
        target = opened_copy(temporary)
        try:
            seq = copy(house.ledger, target)
        finally:
            target.engine.dispose()
    path = folder / f"{house.now():{_INSTANT}}-seq{seq:08d}.db"
    (folder / "copying").replace(path)
    fsync_folder(folder)
    return _copy(path)


def files_named(house: House, ledger: Ledger) -> Iterator[Named]:
    """What a ledger names: workbooks with their receipts, the editions' files, and the records behind public editions."""
    for sha256 in dict.fromkeys(one.sha256 for one in ledger.arrivals()):
        path = house.archive.raw_path(sha256)
        yield Named(path.relative_to(house.home), sha256)
        yield Named(path.with_suffix(".json").relative_to(house.home), None)
    for edition in ledger.editions(scope=None):
        for name, sha256 in edition.outputs.items():
            yield Named((house.editions / edition.folder / name).relative_to(house.home), sha256)
        if RECORD in edition.made_with:
            path = record_path(house, edition.folder).relative_to(house.home)
            yield Named(path, edition.made_with[RECORD])


def copied_files(named: Iterable[Named], source: Path, target: Path) -> list[str]:
    """Copy files that are not there yet from one folder into another; returns those that are lost or changed."""
    wrong, folders = [], set()
    for one in named:
        goal = target / one.path
        if goal.exists():
            continue
        try:
            with written_whole(goal, settled=False) as temporary:
                shutil.copy2(source / one.path, temporary)
                if one.sha256 not in {None, hashlib.sha256(temporary.read_bytes()).hexdigest()}:
                    raise BackupFailed(str(one.path))
        except (FileNotFoundError, BackupFailed):
            wrong.append(str(one.path))
        else:
            folders.add(goal.parent)
    for folder in folders:
        fsync_folder(folder)
    return wrong
