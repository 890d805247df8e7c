"""sources → archive and ledger: every stable new file, once."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tasks.alert import clear_alert, raise_alert
from tasks.settings import House, one_at_a_time
from tasks.sources.opened import opened
from tasks.sources.source import Key, Offer, Source, SourceUnreachable
from warehouse.archive import SourceChanged, SourceUnreadable, fsync_folder
from warehouse.records import Arrival
from warehouse.registry_rows import INBOX, SourceRow

WRITERS = (
    8  # files on their way into the archive at a time: they wait for disk and network, not for each other
)
_OWN = SourceRow(name=INBOX, url="file:///")  # where it lies is a setting
log = logging.getLogger(__name__)


@one_at_a_time("writing")
def collect(house: House) -> list[str]:
    """Take in what arrived in the inbox and at every source of the registry; returns the sha256 of each new file, source by
    source in order of receipt.

    A file still changing is left for the next round. One file that cannot be taken in keeps no other out, nor does a source
    that cannot be reached: the operator is told of it once, until it can be again.
    """
    now = house.now()
    house.ledger.record_snapshot("registry", house.registry.snapshot(), now)
    # That a quarter has opened is something that happens, even if nobody sends anything.
    house.ledger.record_snapshot("opened", " ".join(one.quarter for one in house.registry.opened(now)), now)
    known: dict[str, set[Key]] = {}
    for one in house.ledger.arrivals():
        known.setdefault(one.source, set()).add((one.name, one.version))
    taken: list[str] = []
    with _incoming(house) as incoming:
        for row in (_OWN, *house.registry.sources):
            cause = f"source_unreachable {row.name}"
            try:
                with opened(row, house, incoming) as source:
                    _Round(row.name, source, house, incoming, taken).run(known.get(row.name, set()))
            except SourceUnreachable as why:
                log.warning("source %s: %s", row.name, why)
                raise_alert(house, cause, error=str(why))
            else:
                clear_alert(house, cause)
    return taken


@contextmanager
def _incoming(house: House) -> Iterator[Path]:
    """A folder for what is on its way from a source into the archive."""
    folder = house.home / "incoming"
    shutil.rmtree(folder, ignore_errors=True)  # of a round that was killed
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@dataclass(frozen=True)
class _Round:
    """One look at one source. ``taken`` is added to as files arrive."""

    name: str
    source: Source
    house: House
    incoming: Path
    taken: list[str]

    def run(self, known: Collection[Key]) -> None:
        """Take in what is offered; SourceUnreachable at the end of it if not all could be had."""
        new, broken = self._offered(known)
        arrivals: dict[Key, Arrival] = {}
        try:
            self._take(new, arrivals)
        finally:  # whatever ends the round, what was archived by then has arrived
            self._enter([arrivals[key] for key in new if key in arrivals])
        if broken:
            raise broken
        self.source.acknowledge()

    def _offered(self, known: Collection[Key]) -> tuple[dict[Key, Offer], SourceUnreachable | None]:
        """What there was to be had until the source broke off, if it did, in order of receipt."""
        found: dict[Key, Offer] = {}
        broken = None
        try:
            for one in self.source.offers(known):
                found.setdefault(one.key, one)
        except SourceUnreachable as trouble:
            broken = trouble
        return dict(sorted(found.items(), key=lambda item: (item[1].received_at, item[0]))), broken

    def _take(self, new: dict[Key, Offer], arrivals: dict[Key, Arrival]) -> None:
        """Archive files side by side, for a disk syncs many in the time of one; those of one size, which may be the same
        bytes, one after the other.
        """
        by_size: dict[int, list[Offer]] = {}
        for offer in new.values():
            by_size.setdefault(offer.size, []).append(offer)
        target = {key: self.incoming / f"{self.name}-{n}" for n, key in enumerate(new)}

        def take(offers: list[Offer]) -> None:
            for one in offers:
                if arrival := self._taken_in(one, target[one.key]):
                    arrivals[one.key] = arrival

        with ThreadPoolExecutor(WRITERS) as pool:
            # The first that finds the source gone ends it for those that wait.
            list(pool.map(take, by_size.values()))

    def _taken_in(self, offer: Offer, target: Path) -> Arrival | None:
        """Fetch one file and copy it into the archive; None if it is to be left."""
        told = {"source": self.name, "name": offer.name, "version": offer.version}
        told["received_at"] = offer.received_at.isoformat()
        if offer.sender:
            told["sender"] = offer.sender
        try:
            kept = self.house.archive.keep(self.source.fetch(offer, target), lambda: told, settled=False)
        except SourceChanged:
            log.warning("%s is still changing; it is left for the next round", offer.name)
            return None
        except SourceUnreadable as unreadable:
            log.warning("%s", unreadable)
            return None
        return Arrival(
            self.name, offer.name, offer.version, kept.sha256, kept.size, offer.received_at, offer.sender
        )

    def _enter(self, arrivals: list[Arrival]) -> None:
        """Write into the ledger what was archived, and what is due for it."""
        letters, sightings = self.source.due({(one.name, one.version) for one in arrivals})
        if arrivals:
            fsync_folder(self.house.archive.raw)
        if arrivals or sightings:
            self.house.ledger.record_arrivals(arrivals, self.house.now(), letters, sightings)
        self.taken.extend(one.sha256 for one in arrivals)
