"""facts → view: the whole report as one typed object, in the order an official reads it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from expectations.quarter import Quarter
from reports import evidence
from reports.blocks import Block, Chapter, Chart, Edition, Table, View
from reports.chapters import (
    centres,
    definitions,
    diffusion,
    finance,
    industrialisation,
    outcome,
    quality,
    rd,
    revisions,
    summary,
    system,
)
from reports.dates import instant_text, quarter_text
from reports.facts import Facts
from reports.numbers import NO_DATA, bound
from reports.shapes import Steps, Tiles
from reports.sheets import sheets
from reports.wording import Wording, wording

CHAPTERS = (
    summary,
    system,
    rd,
    diffusion,
    industrialisation,
    finance,
    outcome,
    centres,
    quality,
    definitions,
)
LANGUAGES = ("zh", "en")
# The fields of blocks that begin a line or a sentence.
_CAPITAL = frozenset(
    {"title", "label", "text", "lead", "note", "alt", "subject", "quarter_text", "known_at_text", "column"}
)


def build_view(
    facts: Facts, number: int, known_at: datetime, language: str = "zh", *, issued: bool = True
) -> View:
    """Everything edition ``number`` says in one language, from the facts known at an instant.

    What is not ``issued`` is no edition and bears no number: it answers what a report would have said.
    """
    say = wording(language)
    quarter, head = quarter_text(facts.quarter, say), summary.headline(facts, say)
    kind = number_kind(revised=facts.revision is not None, issued=issued)
    return finished(
        {
            "lang": language,
            "title": say("title"),
            "issuer": say.text(facts.issuer),
            "notice": say.text(facts.notice),
            "edition": edition_head(
                facts.quarter,
                number,
                known_at,
                say,
                kind,
            ),
            "subject": _subject(facts, quarter, head, say),
            "chapters": tuple(_without_empty(one.chapter(facts, say)) for one in _chapters(facts)),
            "annex": (*sheets(facts, say), *evidence.sheets(facts, say)),
            "evidence": evidence.panels(facts, say),
            "attachments": say("attachments"),
            "contact": say("correction"),
            "write_to": say("correction_office", issuer=say.text(facts.issuer)),
        },
        say,
    )


def finished(said: dict[str, Any], say: Wording) -> View:
    """The view of what is said, with sentences that begin with a capital and numbers that no line's end parts."""
    view = View.model_validate(said)
    # Annex and evidence hold values and names: nothing in them is a sentence whose numbers could part.
    tied = capitalised(bound(view.model_dump(exclude={"annex", "evidence"}), say), say.language)
    return View.model_validate({**tied, "annex": view.annex, "evidence": view.evidence})


def edition_head(
    quarter: Quarter, number: int, known_at: datetime, say: Wording, kind: str = "number"
) -> Edition:
    """Which edition it is, as every form prints it; ``kind``: the wording of its number."""
    return Edition(
        quarter=str(quarter),
        quarter_text=quarter_text(quarter, say),
        number=number,
        number_text=say(kind, number=number),
        known_at=known_at,
        known_at_text=say("known_at", when=instant_text(known_at, say)),
    )


def _chapters(facts: Facts) -> list[Any]:
    """In reading order: what a revised edition changes comes first, what became of earlier ones last but definitions."""
    if facts.revision is None and not facts.tracks:
        return list(CHAPTERS)
    at = 1 if facts.revision else -1
    return [*CHAPTERS[:at], revisions, *CHAPTERS[at:]]


def number_kind(*, revised: bool, issued: bool) -> str:
    """The wording of an edition's number."""
    return "no_number" if not issued else "number_revised" if revised else "number"


def _subject(facts: Facts, quarter: str, head: str, say: Wording) -> str:
    """The headline; of a revised edition what moved most."""
    if facts.revision is None:
        return say("subject", quarter=quarter, headline=head.rstrip(say("joints.stop")))
    return say("subject_revised", quarter=quarter, moved=revisions.most_moved(facts, say))


def _without_empty(chapter: Chapter) -> Chapter:
    """Charts without one value and tables without a row say nothing that the chapter's figures do not say."""
    return chapter.model_copy(update={"blocks": tuple(one for one in chapter.blocks if not _empty(one))})


def _empty(block: Block) -> bool:
    if isinstance(block, Table):
        return not block.rows
    if not isinstance(block, Chart) or isinstance(block.drawing, Steps):
        return False
    marks = block.drawing.tiles if isinstance(block.drawing, Tiles) else block.drawing.bars
    return all(one.text == NO_DATA for one in marks)


def capitalised(value: Any, language: str, key: str = "") -> Any:
    """Every title, label and sentence below ``value`` with a capital, where the language has them."""
    if isinstance(value, str):
        return value[:1].upper() + value[1:] if language == "en" and key in _CAPITAL else value
    if isinstance(value, dict):
        return {name: capitalised(part, language, name) for name, part in value.items()}
    return [capitalised(one, language) for one in value] if isinstance(value, list | tuple) else value


def content_hash(*views: View) -> str:
    """What an edition says in all its languages, apart from its number and date: equal hashes, nothing new to issue."""
    digest = hashlib.sha256()
    for view in views:
        said = view.model_dump_json(
            exclude={"edition": {"number", "number_text", "known_at", "known_at_text"}}
        )
        digest.update(hashlib.sha256(said.encode()).digest())
    return digest.hexdigest()
