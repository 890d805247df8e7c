"""inbox → archive and ledger: every stable new file, once."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from expectations.raw import shown
from tasks.settings import House, one_at_a_time
from warehouse.archive import SourceChanged, SourceUnreadable, fsync_folder
from warehouse.records import Arrival, Letter

SOURCE = "inbox"
WRITERS = 8  # files on their way into the archive at a time; they wait for the disk, not for each other
# What programs leave beside a file they are still writing.
_UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")
log = logging.getLogger(__name__)


@one_at_a_time("writing")
def collect(house: House) -> list[str]:
    """Take in what arrived in the inbox; returns the sha256 of each new file, in order of receipt.

    The time of receipt is the file's modification time. A file still changing is left for the next round; links,
    pipes and devices are never opened, and the operator is told of each once. One file that cannot be taken in keeps
    no other out.
    """
    now = house.now()
    house.ledger.record_snapshot("registry", house.registry.snapshot(), now)
    # That a quarter has opened is something that happens, even if nobody sends anything.
    house.ledger.record_snapshot("opened", " ".join(one.quarter for one in house.registry.opened(now)), now)
    known = {(one.name, one.version) for one in house.ledger.arrivals() if one.source == SOURCE}
    new: dict[tuple[str, str], tuple[Path, os.stat_result]] = {}  # by name and version, in order of receipt
    for path, found in sorted(_candidates(house.inbox), key=lambda one: (one[1].st_mtime_ns, str(one[0]))):
        key = _readable(path.relative_to(house.inbox)), f"{found.st_size}-{found.st_mtime_ns}"
        if not stat.S_ISREG(found.st_mode):
            log.warning("%s is a link, pipe or device, not a file; it is not opened", path)
            house.ledger.record_notice(_not_a_file(*key, house), now)
        elif key not in known:
            new.setdefault(key, (path, found))
    return _all_taken_in(new, house)


def _all_taken_in(new: dict[tuple[str, str], tuple[Path, os.stat_result]], house: House) -> list[str]:
    """Archive files side by side, for a disk syncs many in the time of one; those of one size, which may be the same
    bytes, one after the other. Then enter them as arrived.
    """
    taken: dict[tuple[str, str], Arrival] = {}
    by_size: dict[int, list[tuple[str, str]]] = {}
    for key, (_, found) in new.items():
        by_size.setdefault(found.st_size, []).append(key)

    def take(keys: list[tuple[str, str]]) -> None:
        for key in keys:
            if one := _taken_in(*new[key], *key, house):
                taken[key] = one

    try:
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(take, by_size.values()))
    finally:  # whatever ends the round, what was archived by then has arrived
        arrivals = [taken[key] for key in new if key in taken]
        if arrivals:
            fsync_folder(house.archive.raw)
            house.ledger.record_arrivals(arrivals, house.now())
    return [one.sha256 for one in arrivals]


def _taken_in(path: Path, found: os.stat_result, name: str, version: str, house: House) -> Arrival | None:
    """Copy one file into the archive; None if it is to be left."""
    received = datetime.fromtimestamp(found.st_mtime, UTC)
    receipt = {"source": SOURCE, "name": name, "version": version, "received_at": received.isoformat()}
    try:
        _wait_until_settled(path, found, house.settings.settle_seconds)
        kept = house.archive.keep(path, lambda: receipt, settled=False)
    except SourceChanged:
        log.warning("%s is still changing; it is left for the next round", name)
        return None
    except SourceUnreadable as unreadable:
        log.warning("%s", unreadable)
        return None
    return Arrival(SOURCE, name, version, kept.sha256, kept.size, received)


def _candidates(inbox: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for path in inbox.rglob("*"):
        hidden = any(part.startswith((".", "~$")) for part in path.relative_to(inbox).parts)
        if hidden or path.name.lower().endswith(_UNFINISHED):
            continue
        try:
            found = path.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue  # renamed or taken back since the folder was listed
        if not stat.S_ISDIR(found.st_mode):
            yield path, found


def _not_a_file(name: str, version: str, house: House) -> Letter:
    """The letter to the operator about a link, pipe or device: nobody knows who put it there."""
    key = hashlib.sha256(f"{name}\n{version}".encode("utf-8", "backslashreplace")).hexdigest()[:12]
    return Letter(f"notice-{key}", "notice", shown(name), (house.registry.says("operator_email"),))


def _readable(name: Path) -> str:
    """The name as text: file servers hand on names in the encoding of the sender's Windows."""
    raw = os.fsencode(name.as_posix())
    for encoding in ("utf-8", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    return raw.decode("utf-8", "backslashreplace")


def _wait_until_settled(path: Path, found: os.stat_result, seconds: float) -> None:
    """Wait until the file has not changed for ``seconds``, SourceChanged if it does meanwhile.

    The change time is looked at too: a writer that copies the old date along still shows there.
    """
    age = time.time() - found.st_ctime
    if 0 <= age < seconds:
        time.sleep(seconds - age)  # at most once a file, and files written together settle together
    try:
        now = path.stat(follow_symlinks=False)
    except FileNotFoundError as gone:
        raise SourceChanged(path) from gone
    if (now.st_size, now.st_mtime_ns, now.st_ctime_ns) != (
        found.st_size,
        found.st_mtime_ns,
        found.st_ctime_ns,
    ):
        raise SourceChanged(path)
