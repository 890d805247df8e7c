"""figures → edition for officials: page, PDF, annex and mail of a quarter."""

from __future__ import annotations

from expectations.quarter import Quarter
from tasks.approve import approved
from tasks.edition import AuthorityDraft
from tasks.issue import issue
from tasks.known import known
from tasks.load import load
from tasks.settings import House, one_at_a_time


@one_at_a_time("writing")
def report(house: House, quarter: str) -> str:
    """Issue the report of a quarter as it was approved, or, unattended, as it is known now; returns the edition's folder
    name. Unchanged contents make no new edition.

    ValueError for a wrong key, LookupError for a quarter that has not opened, NotApproved without a reviewer's word.
    """
    draft = drafted(house, quarter)
    return issue(house, draft if draft.says_nothing_new else approved(house, draft))


def drafted(house: House, quarter: str) -> AuthorityDraft:
    """The edition that what is known now calls for; errors as of :func:`report`."""
    key = in_calendar(house, quarter)
    load(house)
    state = known(house)
    state.must_have_opened(key)
    return AuthorityDraft(state, key, tuple(house.ledger.editions(scope=None)))


def in_calendar(house: House, quarter: str) -> Quarter:
    """The quarter of a key; ValueError if it is none, LookupError if the calendar does not name it."""
    key = Quarter.parse(quarter)
    if str(key) not in house.registry.term:
        raise LookupError(f"{quarter} is not in the calendar")
    return key
