"""Returns in a folder of this machine: the inbox, or a share that is mounted here."""

from __future__ import annotations

import logging
import os
import stat
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tasks.settings import House
from tasks.sources.source import Key, Offer, Source, SourceUnreachable, is_finished, not_taken, readable
from warehouse.archive import SourceChanged

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Folder(Source):
    """The time of receipt is the file's modification time. Links, pipes and devices are never opened, and the operator is
    told of each once.
    """

    path: Path
    house: House

    def offers(self, known: Collection[Key]) -> Iterator[Offer]:
        for path, found in self._files():
            name, version = (
                readable(path.relative_to(self.path).as_posix()),
                f"{found.st_size}-{found.st_mtime_ns}",
            )
            if not stat.S_ISREG(found.st_mode):
                log.warning("%s is a link, pipe or device, not a file; it is not opened", path)
                told = not_taken(self.house, "files.not_regular", name, version)
                self.house.ledger.record_notice(told, self.house.now())
            elif (name, version) not in known:
                received = datetime.fromtimestamp(found.st_mtime, UTC)
                yield Offer(name, version, found.st_size, received, (path, found))

    def fetch(self, offer: Offer, to: Path) -> Path:
        path, found = offer.handle
        _wait_until_settled(path, found, self.house.settings.settle_seconds)
        return Path(path)

    def _files(self) -> list[tuple[Path, os.stat_result]]:
        """What lies in it, oldest first."""
        try:
            with os.scandir(
                self.path
            ):  # an inbox that is not there yet is empty, a share that is gone is not
                found = list(self._listed())
        except FileNotFoundError:
            if self.path == self.house.inbox:
                return []
            raise SourceUnreachable(f"{self.path} is not there") from None
        except OSError as trouble:
            raise SourceUnreachable(str(trouble)) from trouble
        return sorted(found, key=lambda one: (one[1].st_mtime_ns, str(one[0])))

    def _listed(self) -> Iterator[tuple[Path, os.stat_result]]:
        for path in self.path.rglob("*"):
            if not is_finished(str(path.relative_to(self.path))):
                continue
            try:
                found = path.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # renamed or taken back since the folder was listed
            if not stat.S_ISDIR(found.st_mode):
                yield path, found


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
