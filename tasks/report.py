"""figures → edition: page, PDF, annex and mail of a quarter, written whole, numbered, and never changed after."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from expectations.quarter import Quarter
from reports.annex import render_annex
from reports.blocks import View
from reports.mail import render_mail
from reports.page import render_page
from reports.pdf import render_pdf
from reports.view import build_view, content_hash
from tasks.facts import facts_of
from tasks.load import inputs_of, load
from tasks.settings import House, one_at_a_time
from warehouse.archive import fsync_folder, written_whole
from warehouse.records import Edition, Letter

SCOPE = "authority"
LANGUAGES = ("zh", "en")
PAGE, PDF, ANNEX, MAIL = "report.html", "report.pdf", "annex.xlsx", "mail.json"


def in_language(name: str, language: str) -> str:
    """What a file of an edition is called: ``report.pdf`` in Chinese, ``report.en.pdf`` in English."""
    stem, _, suffix = name.rpartition(".")
    return name if language == "zh" else f"{stem}.{language}.{suffix}"


@one_at_a_time("writing")
def report(house: House, quarter: str) -> str:
    """Issue the report of a quarter; returns the edition's folder name. Unchanged contents make no new edition.

    ValueError for a wrong key, LookupError for a quarter that has not opened.
    """
    key = Quarter.parse(quarter)
    if str(key) not in house.registry.term:
        raise LookupError(f"{quarter} is not in the calendar")
    load(house)
    if key not in inputs_of(house).quarters:
        raise LookupError(f"{quarter} has not opened yet, or nothing was collected since it did")
    ledger = house.ledger
    seq, _ = house.store.made_of()
    known_at = ledger.known_at(seq)
    facts = facts_of(house, key)
    issued = [one for one in ledger.editions(str(key)) if one.scope == SCOPE]
    number = len(issued) + 1
    views = [build_view(facts, number, known_at, language) for language in LANGUAGES]
    # Only the last edition counts: figures that go back to what an earlier one said are news to its readers.
    if issued and issued[-1].input_hash == _input_hash(issued[-1].number, views):
        return issued[-1].folder
    folder = f"{key}-e{number}"
    outputs = write_edition(house.editions / folder, views, house.fonts)
    edition = Edition(str(key), SCOPE, number, _input_hash(number, views), seq, known_at, folder, outputs)
    ledger.record_edition(edition, _letters(house, edition), house.now())
    sweep_orphans(house)
    return folder


def _input_hash(number: int, views: Sequence[View]) -> str:
    return hashlib.sha256(" ".join([str(number), *map(content_hash, views)]).encode()).hexdigest()


def write_edition(target: Path, views: Sequence[View], fonts: Path) -> dict[str, str]:
    """Render every language into ``target`` (tmp, fsync, rename); returns sha256 by file name.

    A folder that is there already has no row in the ledger, or we would not be here: it is set aside.
    """
    files = {name: content for view in views for name, content in _rendered(view, fonts).items()}
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


def _rendered(view: View, fonts: Path) -> dict[str, bytes]:
    """All files of an edition in the language of ``view``."""
    mail = render_mail(view, fonts)
    pictures = {cid: in_language(f"{cid}.png", view.lang) for cid in mail.inline}
    letter = {"subject": mail.subject, "text": mail.text, "html": mail.html, "inline": pictures}
    files = {
        PAGE: render_page(view, fonts),
        PDF: render_pdf(view, fonts),
        ANNEX: render_annex(view),
        MAIL: json.dumps(letter, ensure_ascii=False, sort_keys=True).encode(),
    }
    named = {in_language(name, view.lang): content for name, content in files.items()}
    return named | {pictures[cid]: picture for cid, picture in mail.inline.items()}


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
