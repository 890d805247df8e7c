"""draft → reviewer: what a report would say lies in ``drafts/`` and is asked about; nothing of it goes out before."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from expectations.quarter import Quarter
from reports.blocks import View
from reports.plain_letter import PlainLetter, said
from reports.review import Review, review_text
from reports.text import Text
from tasks.annual import drafted_year
from tasks.approve import NotYours, answer_to, last_proposal, open_proposals, proposal, reviewers_for
from tasks.draft import PAGE, PDF, in_language
from tasks.issue import write_folder
from tasks.official import OfficialDraft
from tasks.report import drafted
from tasks.settings import House, one_at_a_time
from warehouse.records import ANNUAL, Letter, Proposal

REVIEW = "review.md"  # what the reviewer is asked, beside the draft's files


@one_at_a_time("writing")
def propose(house: House, key: str, started_by: str = "") -> int | None:
    """Lay the report of a quarter, or of a year, before the reviewers; returns the proposal's seq, None where there is
    nothing new to say. What waits for them already is not laid before them twice.

    Errors as of :func:`tasks.report.drafted` and :func:`tasks.annual.drafted_year`.
    """
    draft = drafted_year(house, key) if key.isdecimal() else drafted(house, key)
    if draft is None or draft.says_nothing_new:
        return None
    before = last_proposal(house, str(draft.quarter), draft.scope)
    if before and before.input_hash == draft.input_hash and answer_to(house, before) is None:
        return before.seq
    new = Proposal(
        quarter=str(draft.quarter),
        scope=draft.scope,
        number=draft.number,
        input_hash=draft.input_hash,
        known_seq=draft.known.inputs.seq,
        # Whatever is proposed after it has a later seq.
        folder=f"{draft.folder}-{house.ledger.last_seq()}",
        started_by=started_by,
    )
    files = draft.files(house.fonts) | {REVIEW: _question(house, draft, new.folder).encode()}
    write_folder(house.drafts / new.folder, files)
    return house.ledger.record(new, _letters(house, new), house.now())


class Question(NamedTuple):
    """What Required Actions shows of a proposal: its title, its summary as Markdown, and the logins that may answer."""

    title: str
    summary: str
    users: tuple[str, ...]


def question(house: House, seq: int) -> Question:
    """What is asked of a proposal, and whom; NotYours where there is nobody who may answer."""
    one = proposal(house, seq)
    users = tuple(each.user for each in reviewers_for(house, one))
    if not users:
        told = said("approval.nobody", found=one.folder)
        raise NotYours(f"{told.zh} {told.en}")
    name = title(one)
    return Question(f"{name.zh} · {name.en}", (house.drafts / one.folder / REVIEW).read_text("utf-8"), users)


def title(one: Proposal) -> Text:
    """``2026年第三季度季报第1版``."""
    quarter = Quarter.parse(one.quarter)
    if one.scope == ANNUAL:
        return said("approval.title_year", year=str(quarter.year), number=str(one.number))
    return said("approval.title", quarter=Text(quarter.zh, quarter.en), number=str(one.number))


def _question(house: House, draft: OfficialDraft, folder: str) -> str:
    at = f"{house.settings.base_url.rstrip('/')}/ops/drafts/{folder}"

    def told(view: View) -> Review:
        page, pdf = (f"{at}/{in_language(name, view.lang)}" for name in (PAGE, PDF))
        return Review(view, page, pdf)

    return review_text([told(view) for view in draft.views])


def _letters(house: House, one: Proposal) -> list[Letter]:
    """Every reviewer who may decide gets a letter; the operators, where nobody may."""
    to = [each.email for each in reviewers_for(house, one)] or [house.registry.says("operator_email")]
    return [
        Letter(
            f"review-{one.folder}-{hashlib.sha256(email.encode()).hexdigest()[:8]}",
            "review",
            one.folder,
            (email,),
        )
        for email in to
    ]


def written_review(house: House, letter: Letter) -> PlainLetter:
    """That a draft waits for a reviewer."""
    one = next(each for each in house.ledger.recorded(Proposal) if each.folder == letter.subject)
    name = title(one)
    return PlainLetter(
        subject=said("approval.asked_subject", title=name),
        who=_reviewer(house, letter.recipients[0]),
        paragraphs=(said("approval.asked", title=name), said("approval.asked_how")),
        links=((said("approval.asked_link"), f"{house.settings.base_url.rstrip('/')}/required_actions"),),
        contact=Text(*house.registry.both("contact")),
    )


def _reviewer(house: House, email: str) -> Text:
    known = {each.email: Text(each.name, each.name) for each in house.registry.reviewers}
    return known.get(email) or Text(*house.registry.both("operators"))


def written_reviewed(house: House, letter: Letter) -> PlainLetter:
    """What became of a draft that was not approved, for the operators."""
    one = proposal(house, int(letter.subject))
    told = answer_to(house, one)
    assert told is not None
    fields: dict[str, Text | str] = {"title": title(one), "by": told.by, "comment": told.comment}
    return PlainLetter(
        subject=said(f"approval.{told.action}_subject", **fields),
        who=Text(*house.registry.both("operators")),
        paragraphs=(said(f"approval.{told.action}_told", **fields), said(f"approval.{told.action}_do")),
        contact=Text(*house.registry.both("contact")),
    )


def awaited(house: House) -> list[str]:
    """The quarters, or years, of drafts that wait for a reviewer, as partition keys."""
    return [one.quarter[:4] if one.scope == ANNUAL else one.quarter for one in open_proposals(house)]
