"""inbox → archive and ledger: every stable new file, once."""

from __future__ import annotations

import logging
import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tasks.settings import House
from warehouse.archive import SourceChanged
from warehouse.ledger import Arrival

SOURCE = "inbox"
# What programs leave beside a file they are still writing.
_UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")
log = logging.getLogger(__name__)


def collect(house: House) -> list[str]:
    """Take in what arrived in the inbox; returns the sha256 of each new file, in order of receipt.

    The time of receipt is the file's modification time. A file still changing is left for the next round; links,
    pipes and devices are never opened.
    """
    house.ledger.record_snapshot("registry", house.registry.snapshot(), house.now())
    taken = []
    for path in sorted(_candidates(house.inbox), key=lambda one: (one.stat().st_mtime_ns, str(one))):
        found = path.stat(follow_symlinks=False)
        name, version = path.relative_to(house.inbox).as_posix(), f"{found.st_size}-{found.st_mtime_ns}"
        if house.ledger.knows(SOURCE, name, version):
            continue
        received = datetime.fromtimestamp(found.st_mtime, UTC)
        receipt = {"source": SOURCE, "name": name, "version": version, "received_at": received.isoformat()}
        try:
            _wait_until_settled(path, house.settings.settle_seconds)
            kept = house.archive.keep(path, lambda receipt=receipt: receipt)  # type: ignore[misc]
        except (SourceChanged, FileNotFoundError):
            log.warning("%s is still changing; it is left for the next round", name)
            continue
        house.ledger.record_arrival(
            Arrival(SOURCE, name, version, kept.sha256, kept.size, received), house.now()
        )
        taken.append(kept.sha256)
    return taken


def _candidates(inbox: Path) -> Iterator[Path]:
    for path in inbox.rglob("*"):
        mode = path.stat(follow_symlinks=False).st_mode
        if stat.S_ISDIR(mode) or path.name.startswith((".", "~$")) or path.name.lower().endswith(_UNFINISHED):
            continue
        if not stat.S_ISREG(mode):
            log.warning("%s is a link, pipe or device, not a file; it is not opened", path)
            continue
        yield path


def _wait_until_settled(path: Path, seconds: float) -> None:
    """Wait until the file has not changed for ``seconds``; a writer that copied its old date along still shows here."""
    age = time.time() - path.stat(follow_symlinks=False).st_ctime
    if 0 <= age < seconds:
        time.sleep(seconds - age)  # at most once a file, and files written together settle together
