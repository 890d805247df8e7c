"""What officials were told of a quarter → the public edition, and that of every centre that is to get one."""

from __future__ import annotations

from expectations.quarter import Quarter
from tasks.draft import Draft
from tasks.issue import issue
from tasks.known import Known, known
from tasks.public import CentreDraft, PublicDraft
from tasks.report import in_calendar
from tasks.settings import House, one_at_a_time
from warehouse.records import AUTHORITY, PUBLIC, Edition


@one_at_a_time("writing")
def publish(house: House, quarter: str) -> list[str]:
    """Issue the public edition of a quarter, then those of the centres that have a recipient; returns the folders' names.

    They tell what the newest edition for officials rests on, and nothing that came after it. Unchanged contents make no
    new edition. ValueError for a wrong key, LookupError while officials have not been told anything.
    """
    key = in_calendar(house, quarter)
    state = known(house, public_state(house, key))
    centres = sorted({one.scope for one in house.registry.recipients} & set(house.registry.centre))
    folders = []
    for scope in (PUBLIC, *centres):
        draft = public_draft(state, key, tuple(house.ledger.editions(scope=None)), scope)
        if isinstance(draft, PublicDraft) and not draft.says_nothing_new:
            draft.keep_record()
        folders.append(issue(house, draft))
    return folders


def public_state(house: House, quarter: Quarter, upto: int | None = None) -> int:
    """The seq that the quarter's newest edition for officials tells of; LookupError without one."""
    told = house.ledger.editions(str(quarter), upto, AUTHORITY)
    if not told:
        raise LookupError(
            f"officials were told nothing of {quarter} yet: run `jinchuang report {quarter}` first"
        )
    return told[-1].known_seq


def public_draft(state: Known, quarter: Quarter, history: tuple[Edition, ...], scope: str) -> Draft:
    """The draft of the public edition, or of a centre's; LookupError for a scope that is neither."""
    if scope == PUBLIC:
        return PublicDraft(state, quarter, history)
    if scope in state.registry.centre:
        return CentreDraft(state, quarter, history, centre=scope)
    raise LookupError(f"no such class of readers: {scope}")
