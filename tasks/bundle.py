"""edition → sealed bundle: all that it was made of and all that it is, in one file, without contacts."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from expectations.quarter import Quarter
from tasks.draft import changed_since, code_files, made_with
from tasks.known import Known, ensure_parsed, known
from tasks.parsed import write_parsed
from tasks.public_record import RECORD, record_path
from tasks.redact import read_rows, redacted_copies, without_contacts
from tasks.restate import FIGURES
from tasks.sealed import sealed
from tasks.settings import ROOT, House, one_at_a_time
from tasks.verify import NotEqual
from warehouse.archive import written_whole
from warehouse.extract import Row, rows_upto
from warehouse.records import ANNUAL, AUTHORITY, PUBLIC, Edition
from warehouse.store import table_hashes

FORMAT = 1
_LOCK = "requirements.lock"
_FOLDERS = {
    "raw": "copies of the workbooks, named by the sha256 of the file received: the cells that were read, as they were "
    "written there, and nothing else",
    "parsed": "what was read from each file, a row a cell; of contacts only that there is such a cell",
    "ledger": "what happened up to the edition, a table a file; of mail only when and its hash; registry snapshots without "
    "contacts",
    "earlier": "the figures of the editions before it, which it is compared with",
    "public": "of a public edition or a centre's: what earlier public editions printed and what was behind it",
    "outputs": "the edition's files as they were issued",
    "definitions": "forms, code lists, audit relations, messages, indicators, SQL, wording and the lock file of libraries, "
    "as when this was sealed",
}


class Sealed(NamedTuple):
    """What was sealed: sha256 of the file, members by folder, files without a copy (id → why), and whether the code is
    still the one that the edition was made with.
    """

    edition: Edition
    sha256: str
    members: dict[str, int]
    left_out: dict[str, str]
    same_code: bool


@one_at_a_time("writing")
def bundle(house: House, quarter: str, number: int, target: Path, scope: str = AUTHORITY) -> Sealed:
    """Seal an issued edition into ``target``. The same edition gives the same bytes.

    ValueError for a wrong key, LookupError for an edition that was not issued, NotEqual if what is to be sealed is not
    what it was.
    """
    edition = edition_of(house, quarter, number, scope)
    broken = house.ledger.broken_link()
    if broken is not None and broken <= edition.seq:
        raise NotEqual(f"ledger chain at seq {broken}")
    state, rows = known(house, edition.known_seq), rows_upto(house.ledger, edition.seq)
    ensure_parsed(house, state.inputs)
    copies, left_out = _copies(state)
    members = {
        **{f"ledger/{name}.jsonl": _lines(found) for name, found in rows.items()},
        **copies,
        **_parsed(house, rows["verdict"]),
        **_earlier(house, edition),
        **_records(house, edition),
        **{f"outputs/{name}": _issued(house, edition, name) for name in edition.outputs},
        **{
            f"definitions/{one}": (ROOT / one).read_bytes()
            for one in code_hashes()
            if not one.endswith(".py")
        },
    }
    content = sealed(members, _about(state, edition) | {"left_out": left_out})
    with written_whole(target) as temporary:
        temporary.write_bytes(content)
    return Sealed(
        edition,
        hashlib.sha256(content).hexdigest(),
        {folder: sum(name.startswith(f"{folder}/") for name in members) for folder in _FOLDERS},
        left_out,
        not changed_since(edition),
    )


def edition_of(house: House, quarter: str, number: int, scope: str) -> Edition:
    key = Quarter.parse(quarter)
    for one in house.ledger.editions(str(key), scope=scope):
        if one.number == number:
            return one
    raise LookupError(f"{key.zh}没有第{number}版（{scope}） {key} has no edition {number} ({scope})")


def _about(state: Known, edition: Edition) -> dict[str, Any]:
    """What the manifest says besides its members."""
    with state.reading() as connection:
        warehouse = table_hashes(connection)
    return {
        "format": FORMAT,
        "edition": {name: getattr(edition, name) for name in ("quarter", "scope", "number", "folder", "seq")},
        "folders": _FOLDERS,
        "made_with": edition.made_with,
        "sealed_with": made_with(edition.quarter),
        "code": code_hashes(),
        "warehouse": warehouse,
    }


def code_hashes() -> dict[str, str]:
    """sha256 of every file of the code and its definitions, and of the libraries' lock file, by path."""
    lock = [_LOCK] if (ROOT / _LOCK).exists() else []
    return {one: hashlib.sha256((ROOT / one).read_bytes()).hexdigest() for one in [*code_files(), *lock]}


def _copies(state: Known) -> tuple[dict[str, bytes], dict[str, str]]:
    """A copy of each workbook that was read, and why there is none of the others, by sha256."""
    archive = state.house.archive
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        left_out = {}
        for one in state.inputs.submissions:
            sha256 = one.judged.sha256
            raw = archive.raw_path(sha256)
            _kept(raw, sha256, f"archived file {one.id}")
            if read_rows(archive.parsed / one.judged.parsed):
                files[sha256] = raw, Path(one.arrival.name).name, Path(folder) / sha256
            else:
                left_out[sha256] = (
                    "未读出内容，不入任何数字 nothing could be read from it; no figure rests on it"
                )
        why = dict(zip(files, redacted_copies(list(files.values())), strict=True))
        left_out |= {sha256: said for sha256, said in why.items() if said}
        copies = {
            f"raw/{sha256}.xlsx": files[sha256][2].read_bytes() for sha256 in sorted(why) if not why[sha256]
        }
    return copies, dict(sorted(left_out.items()))


def _parsed(house: House, verdicts: Iterable[Row]) -> dict[str, bytes]:
    """The parsed files that a verdict rests on, without contacts."""
    found = {}
    for name in sorted({str(row["parsed"]) for row in verdicts}):
        path = house.archive.parsed / name
        if path.exists():  # of an earlier reader's, only where it was kept
            sink = BytesIO()
            write_parsed(sink, without_contacts(read_rows(path), house.form), [])
            found[f"parsed/{name}"] = sink.getvalue()
    return found


def _earlier(house: House, edition: Edition) -> dict[str, bytes]:
    return {
        f"earlier/{one.folder}/{FIGURES}": _issued(house, one, FIGURES)
        for one in house.ledger.editions(upto=edition.seq - 1, scope=None)
        if FIGURES in one.outputs
    }


def _records(house: House, edition: Edition) -> dict[str, bytes]:
    """What earlier public editions printed and what was behind it, where the edition is made with that in mind."""
    if edition.scope in {AUTHORITY, ANNUAL}:
        return {}
    return {
        f"public/{one.folder}.json": _kept(
            record_path(house, one.folder), one.made_with[RECORD], f"record of {one.folder}"
        )
        for one in house.ledger.editions(upto=edition.seq - 1, scope=PUBLIC)
    }


def _issued(house: House, edition: Edition, name: str) -> bytes:
    return _kept(
        house.editions / edition.folder / name, edition.outputs[name], f"edition {edition.folder} {name}"
    )


def _kept(path: Path, sha256: str, what: str) -> bytes:
    """The bytes of what was kept under a hash; NotEqual if they are others or gone."""
    content = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NotEqual(what)
    return content


def _lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows).encode()
