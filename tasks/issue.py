"""Draft → edition: written whole, recorded with the mails it is due in, and never changed after."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

from expectations.quarter import Quarter
from tasks.draft import Draft
from tasks.due import reported_since
from tasks.settings import House
from warehouse.archive import fsync_folder, written_whole
from warehouse.records import ANNUAL, AUTHORITY, Edition, Letter


def issue(house: House, draft: Draft) -> str:
    """Issue an edition, unless it says nothing new; returns the folder's name of what stands now."""
    if draft.says_nothing_new:
        return draft.before[-1].folder
    outputs = write_folder(house.editions / draft.folder, draft.files(house.fonts))
    edition = draft.edition(outputs)
    house.ledger.record_edition(edition, _letters(house, edition), house.now())
    sweep_orphans(house)
    return draft.folder


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
    known = {one.folder for one in house.ledger.editions(scope=None)}
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
    """To whom it may concern; of a quarter before the house's first they have lapsed, and go only if a person says so."""
    readers = AUTHORITY if edition.scope == ANNUAL else edition.scope
    recipients = [one for one in house.registry.recipients if one.scope == readers]
    return [
        Letter(
            f"report-{edition.folder}-{hashlib.sha256(one.email.encode()).hexdigest()[:8]}",
            "report",
            edition.folder,
            (one.email,),
            "lapsed" if _is_backfill(house, edition) else "queued",
        )
        for one in recipients
    ]


def _is_backfill(house: House, edition: Edition) -> bool:
    """Whether an edition is about a time before the house's first report; a year is told by the report it waits for."""
    quarter = Quarter.parse(edition.quarter)
    if edition.scope == ANNUAL:
        quarter = quarter.shift(1)
    term = house.registry.term.get(str(quarter))
    return term is not None and term.report_at < reported_since(house)
