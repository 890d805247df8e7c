"""sealed bundle → the house it came from, up to its edition: read, built and written anew, and held against every hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from sqlalchemy.exc import SQLAlchemyError

from tasks.as_of import draft_of
from tasks.bundle import FORMAT, code_hashes, edition_of
from tasks.draft import changed_since
from tasks.issue import write_folder
from tasks.load import load
from tasks.parse import parse_files
from tasks.redact import read_rows, without_contacts
from tasks.restate import FIGURES
from tasks.sealed import unsealed
from tasks.settings import House, one_at_a_time
from warehouse.extract import Row, broken_link, fill
from warehouse.records import Edition
from warehouse.store import table_hashes

_OWN = {
    "fonts",
    ".writing.lock",
    ".posting.lock",
    ".backing.lock",
}  # what a house that holds nothing may have
# What another version of the code may raise at what this one wrote.
_FAILED = (ValueError, LookupError, TypeError, OSError, RuntimeError, duckdb.Error, SQLAlchemyError)


class Check(NamedTuple):
    """One thing that was done anew: how many parts of it were compared, and which came out otherwise."""

    what: str
    compared: int
    differing: tuple[str, ...]


@dataclass(frozen=True)
class Replayed:
    """What came of it. ``changed``: what the edition was made with and what there is now, where they differ;
    ``files``: the files of the code that are others now, if the bundle knows those it was made with.
    """

    edition: Edition
    sha256: str
    checks: tuple[Check, ...]
    left_out: dict[str, str]
    changed: Mapping[str, tuple[str, str]]
    files: tuple[str, ...]

    @property
    def equal(self) -> bool:
        return not any(one.differing for one in self.checks)

    @property
    def only_rendering(self) -> bool:
        """Whether all figures are the same, and only what they are shown in is not."""
        told = {(one.what, name) for one in self.checks for name in one.differing}
        return bool(told) and all(what == "outputs" and name != FIGURES for what, name in told)


@one_at_a_time("writing")
def replay(house: House, path: Path) -> Replayed:
    """Make everything in a bundle again in an empty house, and compare.

    ValueError if the house is not empty; Damaged if the bundle is not as it was sealed: then nothing was written.
    """
    if house.settings.ledger_url or any(one.name not in _OWN for one in house.home.iterdir()):
        raise ValueError(
            f"{house.home} 不是空的，或另设了台账 is not empty, or JINCHUANG_LEDGER_URL names a ledger elsewhere"
        )
    content = path.read_bytes()
    manifest, members = unsealed(content)
    if manifest["format"] != FORMAT:
        raise ValueError(
            f"封存格式 {manifest['format']}，这里只认 {FORMAT} is not the format that is read here"
        )
    rows = {
        Path(name).stem: [json.loads(line) for line in found.decode().splitlines()]
        for name, found in _below("ledger", members).items()
    }
    fill(house.ledger, rows)
    about = manifest["edition"]
    edition = edition_of(house, about["quarter"], about["number"], about["scope"])
    return Replayed(
        edition,
        hashlib.sha256(content).hexdigest(),
        tuple(_checks(house, edition, rows, members, manifest["warehouse"])),
        manifest["left_out"],
        changed_since(edition),
        _changed_files(edition, manifest),
    )


def _checks(
    house: House,
    edition: Edition,
    rows: Mapping[str, list[Row]],
    members: Mapping[str, bytes],
    warehouse: Mapping[str, Any],
) -> Iterable[Check]:
    broken = broken_link(rows["log"])
    yield Check("chain", len(rows["log"]), () if broken is None else (f"seq {broken}",))
    yield _as_issued(house, edition, members)
    _lay_out(house, members)
    yield _read_anew(house, rows["arrival"], _below("parsed", members))
    try:
        yield _built_anew(house, warehouse)
        yield from _written_anew(house, edition)
    except _FAILED as failed:
        # Of an edition in a sound bundle only the code can be the reason.
        yield Check("outputs", 0, (f"做不出 could not be made: {type(failed).__name__}: {failed}",))


def _below(folder: str, members: Mapping[str, bytes]) -> dict[str, bytes]:
    return {
        name.removeprefix(f"{folder}/"): content
        for name, content in members.items()
        if name.startswith(f"{folder}/")
    }


def _as_issued(house: House, edition: Edition, members: Mapping[str, bytes]) -> Check:
    """Hold what is kept of editions against what the ledger says was issued."""
    issued = {f"outputs/{name}": sha256 for name, sha256 in edition.outputs.items()}
    issued |= {
        f"earlier/{one.folder}/{name}": sha256
        for one in house.ledger.editions(upto=edition.seq - 1, scope=None)
        for name, sha256 in one.outputs.items()
        if name == FIGURES
    }
    kept = {name: hashlib.sha256(members.get(name, b"")).hexdigest() for name in issued}
    return Check("kept", len(issued), tuple(name for name in issued if kept[name] != issued[name]))


def _lay_out(house: House, members: Mapping[str, bytes]) -> None:
    """Copies into the archive, figures into the editions' folders; a member's name leads to no other folder."""
    places = {house.archive.raw_path(Path(name).stem): one for name, one in _below("raw", members).items()}
    places |= {house.editions / name: one for name, one in _below("earlier", members).items()}
    places |= {house.home / "public" / name: one for name, one in _below("public", members).items()}
    for place, content in places.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def _read_anew(house: House, arrivals: Iterable[Row], kept: Mapping[str, bytes]) -> Check:
    """Read the copies, and compare what is read with what was; what cannot be read anew is taken as it was read."""
    names = {row["sha256"]: Path(row["name"]).name for row in reversed(list(arrivals))}
    copies = [path.name for path in house.archive.raw.iterdir()] if house.archive.raw.exists() else []
    anew = parse_files([(one, names[one]) for one in sorted(copies)], house.archive, house.form)
    house.archive.parsed.mkdir(exist_ok=True)
    differing, compared = [], 0
    for name, content in kept.items():
        sha256 = name[:64]
        path = house.archive.parsed / name
        if not path.exists():
            path.write_bytes(content)
        if sha256 in anew:
            compared += 1
            if without_contacts(read_rows(anew[sha256]), house.form) != read_rows(BytesIO(content)):
                differing.append(f"{sha256[:12]}（{names[sha256]}）")
    return Check("parsed", compared, tuple(differing))


def _built_anew(house: House, warehouse: Mapping[str, Any]) -> Check:
    load(house)
    with house.store.reading() as connection:
        built = {name: list(found) for name, found in table_hashes(connection).items()}
    names = sorted((built.keys() | warehouse.keys()) - {"generation"})  # which says what it was built with
    return Check("warehouse", len(names), tuple(one for one in names if built.get(one) != warehouse.get(one)))


def _written_anew(house: House, edition: Edition) -> Iterable[Check]:
    draft = draft_of(house, edition)
    made = write_folder(house.editions / draft.folder, draft.files(house.fonts))
    names = sorted(made.keys() | edition.outputs.keys())
    yield Check(
        "outputs", len(names), tuple(one for one in names if made.get(one) != edition.outputs.get(one))
    )
    # What it was made with is told apart, and its place in the log is no part of what is drafted.
    again = replace(
        draft.edition(edition.outputs),
        made_with=edition.made_with | draft.rests_on(),
        seq=edition.seq,
    )
    told = [one.name for one in fields(Edition)]
    yield Check(
        "record", len(told), tuple(one for one in told if getattr(again, one) != getattr(edition, one))
    )


def _changed_files(edition: Edition, manifest: Mapping[str, Any]) -> tuple[str, ...]:
    if manifest["sealed_with"].get("code") != edition.made_with.get("code"):
        return ()
    then, now = manifest["code"], code_hashes()
    return tuple(sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name)))
