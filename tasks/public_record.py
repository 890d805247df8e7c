"""What a public edition printed and what is behind it, kept whole beside the editions.

The next edition must not give it away, whatever has changed since in returns, definitions or this code. The file holds
what every unit reported: it is never part of an edition, a mail or a bundle.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from tasks.settings import House
from warehouse.additive import Contribution
from warehouse.archive import written_whole
from warehouse.grid import Issue, Mark
from warehouse.records import Edition

RECORD = "record"  # its hash among what the edition was made with
Issues = Mapping[str, Issue]


def record_of(issues: Issues) -> bytes:
    """All of it as the bytes of a JSON file."""
    content = {
        code: {
            "quarter": one.quarter,
            "known": {
                quarter: [
                    [*place, [[str(each.amount), sorted(each.parties)] for each in ones]]
                    for place, ones in held.items()
                ]
                for quarter, held in one.known.items()
            },
            "withheld": sorted(one.withheld),
            "as_printed": list(one.as_printed),
        }
        for code, one in issues.items()
    }
    return json.dumps(content, ensure_ascii=False, indent=0).encode()


def keep_record(house: House, folder: str, record: bytes) -> None:
    """Write it down, before the edition's row goes into the ledger."""
    with written_whole(record_path(house, folder)) as temporary:
        temporary.write_bytes(record)


def record_path(house: House, folder: str) -> Path:
    """Where the record of an edition is kept."""
    return house.home / "public" / f"{folder}.json"


def record_is_whole(house: House, edition: Edition) -> bool:
    """Whether what an edition rests on beside the ledger is as it was: only public editions rest on such a record."""
    path, kept = record_path(house, edition.folder), edition.made_with.get(RECORD)
    return kept is None or (path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == kept)


def read_record(house: House, edition: Edition) -> Issues:
    """What a public edition printed and what was behind it; ValueError if that was changed since or is lost."""
    if not record_is_whole(house, edition):
        raise ValueError(
            f"the record of {edition.folder} was changed or is lost: restore public/{edition.folder}.json"
        )
    return {
        code: Issue(
            one["quarter"],
            {
                quarter: {
                    (row, column): tuple(Contribution(Decimal(n), frozenset(parties)) for n, parties in ones)
                    for row, column, ones in held
                }
                for quarter, held in one["known"].items()
            },
            frozenset(Mark(*mark) for mark in one["withheld"]),
            tuple(one["as_printed"]),
        )
        for code, one in json.loads(record_path(house, edition.folder).read_text("utf-8")).items()
    }
