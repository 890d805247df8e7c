"""home → less of it: what can be made again or was only kept to be looked at. Never archive, ledger, editions or ``public/``."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tasks.approve import open_proposals
from tasks.settings import House, one_at_a_time

MADE_AGAIN = timedelta(days=30)  # past warehouses and reports, annotated copies, letters that went out
NOBODYS = timedelta(days=90)  # editions no row knew: under a wrong ledger every one would look like that


@one_at_a_time("writing")
def prune(house: House, *, dry_run: bool = False) -> list[Path]:
    """Remove what is of no use any more; returns its paths below the house's home. ``dry_run`` only lists them."""
    gone = sorted(path for path in _of_no_use(house) if path.exists())
    for path in gone if not dry_run else ():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return [path.relative_to(house.home) for path in gone]


def _of_no_use(house: House) -> Iterator[Path]:
    home = house.home
    yield from _older(house, home / "as-of", MADE_AGAIN)
    yield from _older(house, home / "annotated", MADE_AGAIN)
    yield from _older(house, home / "orphans", NOBODYS)
    yield from _old_generations(house)
    yield from _answered_drafts(house)
    over = {f"{one.key}.eml" for one in house.ledger.letters("sent", "lapsed")}
    yield from (path for path in _older(house, house.mail, MADE_AGAIN) if path.name in over)


def _older(house: House, folder: Path, age: timedelta) -> Iterator[Path]:
    """What lies in a folder and was last changed so long ago."""
    for path in folder.iterdir() if folder.exists() else ():
        if house.now() - datetime.fromtimestamp(path.stat().st_mtime, UTC) > age:
            yield path


def _old_generations(house: House) -> Iterator[Path]:
    """Warehouses that are not in force: a reader may hold the last one, for a day at most."""
    in_force = house.store.current()
    for path in _older(house, house.home, timedelta(days=1)):
        if path.match("warehouse-*.duckdb") and in_force is not None and path != in_force:
            yield path


def _answered_drafts(house: House) -> Iterator[Path]:
    """Drafts that a reviewer has answered, that a later one has taken the place of, or that nobody was asked about."""
    waiting = {one.folder for one in open_proposals(house)}
    for path in _older(house, house.drafts, MADE_AGAIN):
        if path.name not in waiting:
            yield path
