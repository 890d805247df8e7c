"""ledger + archive → proof: build the warehouse anew beside the one in force and compare; print hashes and nothing else."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tasks.known import known
from tasks.load import load
from tasks.public_record import record_is_whole
from tasks.settings import House, one_at_a_time
from warehouse.build import build_warehouse
from warehouse.ledger import Ledger
from warehouse.records import PUBLIC
from warehouse.store import build_file, opened, table_hashes


def rebuild(house: House) -> str:
    """Make the warehouse anew from archive and ledger; verdicts are replayed, never judged again."""
    return load(house, anew=True)


class NotEqual(Exception):
    """What was kept differs from what it is made of; says where."""


@one_at_a_time("writing")
def verify(house: House) -> list[str]:
    """Lines ``name hash`` of all that was concluded, free of times, paths and ids: equal houses print equal lines.

    NotEqual if the warehouse differs from its rebuild, an archived or issued file from its hash, or the log's chain breaks.
    """
    load(house)
    with house.store.reading() as connection:
        kept = table_hashes(connection)
    inputs = known(house).inputs
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "anew.duckdb"
        build_file(path, lambda connection: build_warehouse(connection, inputs))
        with opened(path) as connection:
            anew = table_hashes(connection)
    wrong = [f"warehouse table {name}" for name in sorted(kept | anew) if kept.get(name) != anew.get(name)]
    wrong += _files_that_changed(house)
    broken = house.ledger.broken_link()
    if broken is not None:
        wrong.append(f"ledger chain at seq {broken}")
    if wrong:
        raise NotEqual("; ".join(wrong))
    return _lines(kept, house.ledger, None)


def lines_at(house: House, upto: int) -> list[str]:
    """The same lines as of a seq, without the proof: what ``verify`` would have printed then."""
    with known(house, upto).reading() as connection:
        return _lines(table_hashes(connection), house.ledger, upto)


def _lines(tables: Mapping[str, tuple[int, str]], ledger: Ledger, upto: int | None) -> list[str]:
    lines = [
        f"warehouse {name} {rows} {digest}" for name, (rows, digest) in tables.items() if name != "generation"
    ]
    return [*lines, *_ledger_lines(ledger, upto)]


def _files_that_changed(house: House) -> list[str]:
    wrong = [
        f"archived file {one.sha256[:12]}"
        for one in house.ledger.arrivals()
        if _sha256(house.archive.raw_path(one.sha256)) != one.sha256
    ]
    return (
        wrong
        + [
            f"edition {one.folder} {name}"
            for one in house.ledger.editions(scope=None)
            for name, digest in one.outputs.items()
            if _sha256(house.editions / one.folder / name) != digest
        ]
        + [
            f"record of edition {one.folder}"
            for one in house.ledger.editions(scope=PUBLIC)
            if not record_is_whole(house, one)
        ]
    )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "missing"


def _ledger_lines(ledger: Ledger, upto: int | None) -> list[str]:
    verdicts = sorted(
        [
            one.sha256,
            one.verdict,
            one.quarter,
            one.unit,
            one.centre,
            one.late,
            one.nil,
            [finding.model_dump() for finding in ledger.findings(one.sha256, upto)],
        ]
        for one in ledger.verdicts(upto)
    )
    editions = [
        [one.quarter, one.scope, one.number, one.outputs] for one in ledger.editions(upto=upto, scope=None)
    ]
    letters = sorted(
        [one.key, one.kind, list(one.recipients), one.about]
        for one in ledger.letters()
        if upto is None or one.seq <= upto
    )
    arrivals = sorted([one.name, one.sha256] for one in ledger.arrivals(upto))
    settlements = sorted(
        [one.kind, one.identifier, [str(each) for each in one.credits], one.by, one.reason]
        for one in ledger.settlements(upto)
    )
    parts: dict[str, Sequence[Sequence[object]]] = {
        "arrivals": arrivals,
        "verdicts": verdicts,
        "settlements": settlements,
        "editions": editions,
        "outbox": letters,
    }
    return [
        f"ledger {name} {len(rows)} {hashlib.sha256(json.dumps(rows, ensure_ascii=False, sort_keys=True).encode()).hexdigest()}"
        for name, rows in parts.items()
    ]
