"""A seq or an instant of the past → the report as it was, or would have been, told then."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from expectations.quarter import SHANGHAI, Quarter
from tasks.annual import AnnualDraft
from tasks.draft import Draft
from tasks.edition import AuthorityDraft
from tasks.issue import write_folder
from tasks.known import known
from tasks.publish import public_draft, public_state
from tasks.report import in_calendar
from tasks.settings import House, one_at_a_time
from warehouse.records import ANNUAL, AUTHORITY, Edition


class Remade(NamedTuple):
    """A report made as of a time past: where it lies, the edition it is of (None: nobody was told this), and which of
    that edition's files came out otherwise, which only another code, library or machine can lead to.
    """

    folder: Path
    edition: Edition | None
    differing: tuple[str, ...]


@one_at_a_time("writing")
def report_as_of(house: House, quarter: str, when: str, scope: str = AUTHORITY) -> Remade:
    """The report of a scope as of a seq or an instant, written below ``as-of/``. Nothing is issued.

    ValueError for a wrong key or instant, LookupError for a time before the quarter opened, or before there was what
    the scope's edition rests on.
    """
    key, seq = in_calendar(house, quarter), seq_of(house, when)
    draft = _drafted(house, key, scope, seq)
    issued = draft.before[-1] if draft.says_nothing_new else None
    draft = draft_of(house, issued) if issued else replace(draft, issued=False)
    target = house.home / "as-of" / (f"{key}-seq{seq}" if scope == AUTHORITY else f"{key}-{scope}-seq{seq}")
    shutil.rmtree(target, ignore_errors=True)
    made, kept = write_folder(target, draft.files(house.fonts)), issued.outputs if issued else {}
    differing = {name for name in made.keys() | kept.keys() if issued and made.get(name) != kept.get(name)}
    return Remade(target, issued, tuple(sorted(differing)))


def draft_of(house: House, edition: Edition) -> Draft:
    """An issued edition as it was drafted: from what was known then, after the editions before it."""
    return _draft(house, Quarter.parse(edition.quarter), edition.scope, edition.known_seq, edition.seq - 1)


def _drafted(house: House, quarter: Quarter, scope: str, seq: int) -> Draft:
    """The edition that a state of knowledge calls for, after those issued by then."""
    told = seq if scope in {AUTHORITY, ANNUAL} else public_state(house, quarter, seq)
    return _draft(house, quarter, scope, told, seq)


def _draft(house: House, quarter: Quarter, scope: str, known_seq: int, upto: int) -> Draft:
    state, history = known(house, known_seq), tuple(house.ledger.editions(upto=upto, scope=None))
    state.must_have_opened(quarter)
    if scope == AUTHORITY:
        return AuthorityDraft(state, quarter, history)
    if scope == ANNUAL:
        return AnnualDraft(state, quarter, history)
    return public_draft(state, quarter, history, scope)


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
