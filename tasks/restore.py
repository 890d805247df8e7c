"""backup → house: the files a copy of the ledger names, then the ledger, into a house that holds nothing."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from tasks.backup import Copy, copied_files, copies, few, files_named, opened_copy
from tasks.load import load
from tasks.settings import House, one_at_a_time
from tasks.shadow import stay_in_the_shadow
from warehouse.extract import copy


class NotRestored(Exception):
    """The backup lacks what its ledger names, or holds it otherwise; says what."""


@one_at_a_time("writing")
def restore(house: House, folder: Path, *, seq: int | None = None) -> Copy:
    """Fill an empty house, its ledger in whatever database, from the newest copy in a backup, or that of a seq; and build
    its warehouse. Letters that were queued then do not go out by themselves: they may have gone since.

    ValueError for a house that holds something, LookupError where there is no such copy, NotRestored if a file is lost or
    changed: the ledger is empty still then.
    """
    found = [one for one in copies(folder) if seq in {None, one.seq}]
    if not found:
        raise LookupError(
            f"no copy of a ledger in {folder / 'ledger'}{'' if seq is None else f' of seq {seq}'}"
        )
    if house.ledger.last_seq() or any(map(_holds_something, (house.archive.raw, house.editions))):
        raise ValueError(f"{house.home} or its ledger holds something; restore into an empty house")
    with tempfile.TemporaryDirectory() as temporary:
        # Opening a ledger of an earlier version brings it up to date: not the backup's own.
        path = Path(shutil.copy2(found[-1].path, temporary))
        ledger = opened_copy(path)
        try:
            wrong = copied_files(files_named(house, ledger), folder, house.home)
            if wrong:
                raise NotRestored(f"lost or changed in the backup: {few(wrong)}")
            copy(ledger, house.ledger)
        finally:
            ledger.engine.dispose()
    stay_in_the_shadow(house)
    load(house)
    return found[-1]


def _holds_something(folder: Path) -> bool:
    return folder.exists() and any(folder.iterdir())
