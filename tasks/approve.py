"""reviewer → approval: who may say of a draft that it goes out, what was said, and what may be issued and sent by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from expectations.quarter import Quarter
from tasks.decide import LONGEST_NAME, refuse
from tasks.settings import House
from warehouse.records import ANNUAL, AUTHORITY, Approval, Edition, Exemption, Letter, Proposal
from warehouse.registry_rows import Reviewer
from warehouse.returns import submissions

if TYPE_CHECKING:
    from tasks.draft import Draft

APPROVE, REJECT, AGAIN = "approve", "reject", "again"
ACTIONS = (APPROVE, REJECT, AGAIN)
D = TypeVar("D", bound="Draft")


class NotApproved(LookupError):
    """Nobody who may has said that this goes out."""


class NotYours(ValueError):
    """This person may not decide on this draft."""


def proposal(house: House, seq: int) -> Proposal:
    """The proposal of a seq; LookupError without one."""
    found = [one for one in house.ledger.recorded(Proposal) if one.seq == seq]
    if not found:
        refuse(LookupError, "approval.unknown", found=str(seq))
    return found[0]


def last_proposal(house: House, quarter: str, scope: str) -> Proposal | None:
    """The newest draft of a quarter's edition that was laid before a reviewer."""
    mine = [one for one in house.ledger.recorded(Proposal) if (one.quarter, one.scope) == (quarter, scope)]
    return mine[-1] if mine else None


def answer_to(house: House, one: Proposal) -> Approval | None:
    """What was said of a draft."""
    return next((each for each in house.ledger.recorded(Approval) if each.proposal == one.seq), None)


def open_proposals(house: House) -> list[Proposal]:
    """Drafts that wait for a reviewer."""
    return house.ledger.unanswered()


def reviewers_for(house: House, one: Proposal) -> list[Reviewer]:
    """Who may decide on a draft: reviewers who neither started its run nor decided on or exempted a return in it."""
    barred = {*one.started_by.split(", "), *_deciders(house, one)}
    return [each for each in house.registry.reviewers if not {each.user, each.name} & barred]


def _deciders(house: House, one: Proposal) -> Iterator[str]:
    """Whose decisions and exemptions the draft rests on."""
    quarters = _quarters(one)
    mine = {each.judged.sha256 for each in submissions(house.ledger) if each.judged.quarter in quarters}
    yield from (each.by for each in house.ledger.decided(one.known_seq) if each.sha256 in mine)
    for each in house.ledger.recorded(Exemption, one.known_seq):
        # A waiver of a rule names no quarter: it counts for all that its unit sends while it holds.
        started = min(Quarter.parse(quarter).start for quarter in quarters)
        if each.quarter in quarters or (not each.quarter and each.until.date() >= started):
            yield each.by


def _quarters(one: Proposal) -> set[str]:
    if one.scope != ANNUAL:
        return {one.quarter}
    return {f"{one.quarter[:4]}-Q{number}" for number in (1, 2, 3, 4)}


def may_be_drafted(house: House, quarter: str, scope: str, collected: int | None = None) -> bool:
    """Whether a draft of an edition may be laid before a reviewer, after what became of the last one.

    Not while that one waits, or is approved and being issued. After a rejection, once something it rests on has changed;
    after it was sent back, once a collection that began at the seq ``collected`` is through (any, without one).
    """
    last = last_proposal(house, quarter, scope)
    if last is None:
        return True
    said = answer_to(house, last)
    if said is None:
        return False
    if said.action == REJECT:
        return house.ledger.last_data_seq() > last.known_seq
    if said.action == AGAIN:
        return collected is None or collected >= said.seq
    return any(one.number >= last.number for one in house.ledger.editions(quarter, scope=scope))


def answer(house: House, seq: int, action: str, by: str, comment: str = "") -> Approval:
    """Record what a reviewer says of a draft, once; of a rejected one the operators are told.

    ValueError for an unknown action or a rejection without a reason, LookupError for an unknown draft, NotYours for
    somebody who may not decide on it.
    """
    one, by, comment = proposal(house, seq), by.strip(), comment.strip()
    if action not in ACTIONS or not 0 < len(by) <= LONGEST_NAME:
        refuse(ValueError, "approval.action", found=action)
    if action == REJECT and not comment:
        refuse(ValueError, "approval.no_comment")
    if by not in {each.user for each in reviewers_for(house, one)}:
        refuse(NotYours, "approval.not_yours", found=by)
    if answer_to(house, one):
        refuse(ValueError, "approval.answered", found=one.folder)
    new = Approval(seq, action, by, comment)
    house.ledger.record(new, _told(house, one, action), house.now())
    return new


def _told(house: House, one: Proposal, action: str) -> list[Letter]:
    if action == APPROVE:
        return []
    to = (house.registry.says("operator_email"),)
    return [Letter(f"{action}-{one.folder}", "reviewed", str(one.seq), to)]


def approved(house: House, draft: D) -> D:
    """The draft of this edition that was approved, as it was known when it was laid before the reviewer; unattended, the
    draft itself. NotApproved if there is none, or if what it says is no longer what it said.
    """
    from tasks.known import known  # the warehouse: what only asks about approval must not load it

    if house.settings.unattended:
        return draft
    one = last_proposal(house, str(draft.quarter), draft.scope)
    if one is None or not _holds(house, one):
        refuse(NotApproved, "approval.not_approved", found=draft.folder)
    then = replace(draft, known=known(house, one.known_seq))
    if (then.number, then.input_hash) != (one.number, one.input_hash):
        refuse(NotApproved, "approval.changed", found=one.folder)
    return then


def must_be_approved(house: House, folder: str) -> None:
    """NotApproved unless the edition in a folder goes out by a reviewer's word that still holds. A public edition and a
    centre's go by that for officials which they tell of.
    """
    if house.settings.unattended:
        return
    issued = {one.folder: one for one in house.ledger.editions(scope=None)}
    edition = issued[folder]
    if edition.scope not in {AUTHORITY, ANNUAL}:
        edition = _told_of(edition, issued.values())
    found = [one for one in house.ledger.recorded(Proposal) if _is_of(one, edition) and _holds(house, one)]
    if not found:
        refuse(NotApproved, "approval.not_approved", found=folder)


def _told_of(edition: Edition, issued: Iterable[Edition]) -> Edition:
    """The edition for officials that a public one, or a centre's, rests on."""
    return next(
        one
        for one in issued
        if (one.quarter, one.scope, one.known_seq) == (edition.quarter, AUTHORITY, edition.known_seq)
    )


def _is_of(one: Proposal, edition: Edition) -> bool:
    return (one.quarter, one.scope, one.number, one.input_hash) == (
        edition.quarter,
        edition.scope,
        edition.number,
        edition.input_hash,
    )


def _holds(house: House, one: Proposal) -> bool:
    """Whether the draft was approved, by somebody who may: that is looked at again whenever it is relied on."""
    said = answer_to(house, one)
    allowed = {each.user for each in reviewers_for(house, one)}
    return said is not None and said.action == APPROVE and said.by in allowed
