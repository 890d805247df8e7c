"""figures → edition: page, PDF, annex and mail of a quarter, written whole, numbered, and never changed after."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from expectations.quarter import SHANGHAI, Quarter
from tasks.edition import Draft
from tasks.known import Known, known
from tasks.load import load
from tasks.settings import House, one_at_a_time
from warehouse.archive import fsync_folder, written_whole
from warehouse.records import Edition, Letter


@one_at_a_time("writing")
def report(house: House, quarter: str) -> str:
    """Issue the report of a quarter; returns the edition's folder name. Unchanged contents make no new edition.

    ValueError for a wrong key, LookupError for a quarter that has not opened.
    """
    key = _in_calendar(house, quarter)
    load(house)
    draft = drafted(known(house), key)
    if draft.says_nothing_new:
        return draft.before[-1].folder
    outputs = write_folder(house.editions / draft.folder, draft.files(house.fonts))
    edition = draft.edition(outputs)
    house.ledger.record_edition(edition, _letters(house, edition), house.now())
    sweep_orphans(house)
    return draft.folder


def drafted(state: Known, quarter: Quarter) -> Draft:
    """The edition that this state of knowledge calls for, after those issued by then; LookupError before the quarter
    opened.
    """
    if quarter not in state.inputs.quarters:
        raise LookupError(f"{quarter} had not opened yet, or nothing was collected since it did")
    return Draft(state, quarter, tuple(state.house.ledger.editions(upto=state.upto)))


class Remade(NamedTuple):
    """A report made as of a time past: where it lies, the edition it is of (None: nobody was told this), and which of
    that edition's files came out otherwise, which only another code, library or machine can lead to.
    """

    folder: Path
    edition: Edition | None
    differing: tuple[str, ...]


@one_at_a_time("writing")
def report_as_of(house: House, quarter: str, when: str) -> Remade:
    """The report as of a seq or an instant, written below ``as-of/``. Nothing is issued.

    ValueError for a wrong key or instant, LookupError for a time before the quarter opened.
    """
    key, seq = _in_calendar(house, quarter), seq_of(house, when)
    draft = drafted(known(house, seq), key)
    issued = draft.before[-1] if draft.says_nothing_new else None
    draft = draft_of(house, issued) if issued else replace(draft, issued=False)
    target = house.home / "as-of" / f"{key}-seq{seq}"
    shutil.rmtree(target, ignore_errors=True)
    made, kept = write_folder(target, draft.files(house.fonts)), issued.outputs if issued else {}
    differing = {name for name in made.keys() | kept.keys() if issued and made.get(name) != kept.get(name)}
    return Remade(target, issued, tuple(sorted(differing)))


def draft_of(house: House, edition: Edition) -> Draft:
    """An issued edition as it was drafted: from what was known then, after the editions before it."""
    history = house.ledger.editions(upto=edition.seq - 1)
    return Draft(known(house, edition.known_seq), Quarter.parse(edition.quarter), tuple(history))


def seq_of(house: House, when: str) -> int:
    """The seq that ``when`` names: itself, or the newest one of an instant (of Shanghai, unless it carries an offset)."""
    if when.isdecimal():
        seq = min(int(when), house.ledger.last_seq())
    else:
        try:
            at = datetime.fromisoformat(when)
        except ValueError:
            raise ValueError(f"neither a seq nor an instant such as 2026-10-26T09:00: {when!r}") from None
        seq = house.ledger.seq_at(at if at.tzinfo else at.replace(tzinfo=SHANGHAI))
    if seq < 1:
        raise LookupError(f"nothing had happened yet: {when}")
    return seq


def _in_calendar(house: House, quarter: str) -> Quarter:
    key = Quarter.parse(quarter)
    if str(key) not in house.registry.term:
        raise LookupError(f"{quarter} is not in the calendar")
    return key


def write_folder(target: Path, files: Mapping[str, bytes]) -> dict[str, str]:
    """Write files into ``target`` (tmp, fsync, rename); returns sha256 by file name.

    A folder that is there already has no row in the ledger, or we would not be here: it is set aside.
    """
    temporary = target.with_name(f".{target.name}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    if target.exists():
        _set_aside(target)
    for name, content in files.items():
        with written_whole(temporary / name) as path:
            path.write_bytes(content)
    temporary.rename(target)
    fsync_folder(target.parent)
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def sweep_orphans(house: House) -> list[str]:
    """Set aside edition folders that no ledger row knows: leftovers of an interrupted run.

    They are moved to ``orphans/`` and not deleted: under a wrong ledger every edition would look like one.
    """
    known = {one.folder for one in house.ledger.editions()}
    orphans = [path for path in house.editions.iterdir() if path.is_dir() and path.name not in known]
    for path in orphans:
        _set_aside(path)
    return sorted(path.name for path in orphans)


def _set_aside(folder: Path) -> None:
    aside = folder.parent.parent / "orphans"
    aside.mkdir(exist_ok=True)
    number = sum(1 for _ in aside.iterdir()) + 1
    folder.rename(aside / f"{number:04d}-{folder.name.lstrip('.')}")


def _letters(house: House, edition: Edition) -> list[Letter]:
    recipients = [one for one in house.registry.recipients if one.scope == edition.scope]
    return [
        Letter(
            f"report-{edition.folder}-{hashlib.sha256(one.email.encode()).hexdigest()[:8]}",
            "report",
            edition.folder,
            (one.email,),
        )
        for one in recipients
    ]
