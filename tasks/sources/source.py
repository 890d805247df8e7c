"""What every source does: offer files that are not known yet, hand one over, be told what was taken in."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any, Protocol

from expectations.raw import shown
from tasks.settings import House
from warehouse.records import Letter, Sighting

LARGEST = 64 << 20  # bytes of one file or mail; the largest return that could be read has a tenth of that
# What programs leave beside a file they are still writing.
_UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")
Key = tuple[str, str]  # name and version


class SourceUnreachable(Exception):
    """The source cannot be read, or no further; says why, without secrets."""


@dataclass(frozen=True)
class Offer:
    """A file to be had: name and version tell it from every other of its source. ``handle`` is the source's own."""

    name: str
    version: str
    size: int
    received_at: datetime
    handle: Any
    sender: str = ""

    @property
    def key(self) -> Key:
        return self.name, self.version


class Source(Protocol):
    """One place returns come from, opened. Any of its steps may end in SourceUnreachable."""

    def offers(self, known: Collection[Key]) -> Iterator[Offer]:
        """Files that are whole and not known, in any order."""
        ...

    def fetch(self, offer: Offer, to: Path) -> Path:
        """Where the bytes of an offer now are: at ``to``, or where they always were. SourceChanged if it is no more what
        was offered. Several threads ask at a time.
        """
        ...

    def due(self, taken: Collection[Key]) -> tuple[list[Letter], list[Sighting]]:
        """What is to be written beside the arrivals of the offers that were taken in."""
        return [], []

    def acknowledge(self) -> None:
        """Tell the source, once the ledger holds them, what it need not offer again."""
        return


def is_finished(name: str) -> bool:
    """Whether a name, below its source, is one of a file that is not still being written, nor hidden."""
    parts = PurePath(name).parts
    return not any(part.startswith((".", "~$")) for part in parts) and not name.lower().endswith(_UNFINISHED)


def readable(name: str) -> str:
    """The name as text: file servers hand on names in the encoding of the sender's Windows."""
    raw = os.fsencode(name)
    for encoding in ("utf-8", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    return raw.decode("utf-8", "backslashreplace")


def not_taken(house: House, why: str, name: str, version: str) -> Letter:
    """The letter to the operator about what will never be taken in: nobody knows who put it there. ``why`` is a sentence
    of messages.yml.
    """
    key = hashlib.sha256(f"{name}\n{version}".encode("utf-8", "backslashreplace")).hexdigest()[:12]
    return Letter(f"notice-{key}", "notice", shown(name), (house.registry.says("operator_email"),), about=why)


def within_bounds(offers: Iterable[Offer], house: House) -> Iterator[Offer]:
    """Those of a size that can be a return's; the operator is told of each other once."""
    for one in offers:
        if one.size > LARGEST:
            house.ledger.record_notice(
                not_taken(house, "files.larger_than", one.name, one.version), house.now()
            )
        else:
            yield one
