"""Nothing goes out that no reviewer has approved; who started, decided or waived does not approve; a no is told."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from tasks.approve import NotApproved, NotYours, answer, may_be_drafted, must_be_approved, open_proposals
from tasks.collect import collect
from tasks.decide import decide
from tasks.draft import PAGE
from tasks.letters import compose
from tasks.process import process
from tasks.propose import propose, question
from tasks.report import report
from tasks.revise import assess, revisions_due
from tasks.settings import House
from tests.conftest import copied
from tests.house.filing import sent_again
from warehouse.records import AUTHORITY, Approval, Letter, Proposal

LATER = datetime.fromisoformat("2026-11-09T09:00:00+08:00")
QUARTER = "2026-Q3"
REVIEWER, OFFICIAL = "reviewer", "示例处长甲"
STARTER = "second,审核二,second@sheng.example"  # a reviewer who started the run that announced the report


@dataclass(frozen=True)
class Laid:
    """A house whose revised report waits for its reviewer, and the proposal's seq."""

    house: House
    seq: int


def with_reviewer(registry: Path, to: Path, *rows: str) -> Path:
    shutil.copytree(registry, to)
    with (to / "reviewers.csv").open("a", encoding="utf-8") as table:
        table.writelines(f"{row}\n" for row in rows)
    return to


@pytest.fixture(scope="module")
def waiting(small_house: House, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Laid]:
    """Copies of a house in which a late correction was let in and the revised report was laid before the reviewers."""
    folder = tmp_path_factory.mktemp("approve")
    registry = with_reviewer(
        small_house.settings.registry, folder / "registry", f"chief,{OFFICIAL},chief@sheng.example", STARTER
    )

    def copy_of(house: House, to: Path, **more: object) -> House:
        return copied(house, to, registry=registry, now=LATER, unattended=False, **more)

    house = copy_of(small_house, folder / "house")
    sent_again(house, QUARTER, "U01", "diffusion", "contract_value_wan_cny", lambda value: value * 4, "更正")
    (sha256,) = collect(house)
    process(house)
    decide(house, sha256, "release", OFFICIAL, "已核实")
    process(house)
    assert QUARTER in revisions_due(house)
    assert assess(house, QUARTER)
    seq = propose(house, QUARTER, started_by="ops, second")
    assert seq is not None

    def copy(**more: object) -> Laid:
        return Laid(copy_of(house, tmp_path_factory.mktemp("laid") / "house", **more), seq)

    return copy


def test_a_draft_lies_in_its_folder_and_the_reviewers_are_told(waiting):
    laid = waiting()
    (one,) = open_proposals(laid.house)
    assert (one.quarter, one.scope, one.number, one.started_by) == (QUARTER, AUTHORITY, 2, "ops, second")
    assert (laid.house.drafts / one.folder / PAGE).exists()
    assert laid.house.ledger.editions(QUARTER)[-1].number == 1
    (letter,) = [each for each in laid.house.ledger.letters() if each.kind == "review"]
    assert letter.recipients == ("reviewer@sheng.example",), "the one who let the correction in is not asked"
    message = compose(laid.house, letter)
    text = message.get_body(("plain",)).get_content()
    assert "2026年第三季度进展报告第2版" in message["Subject"]
    assert text.count("/required_actions") == 2


def test_what_waits_is_not_laid_before_them_twice(waiting):
    laid = waiting()
    assert propose(laid.house, QUARTER, started_by="ops") == laid.seq
    assert QUARTER not in revisions_due(laid.house)


def test_the_question_shows_summary_changes_doubts_and_the_draft(waiting):
    laid = waiting(base_url="https://airflow.office.example")
    asked = question(laid.house, laid.seq)
    assert asked.users == (REVIEWER,)
    (one,) = open_proposals(laid.house)
    assert f"/ops/drafts/{one.folder}/{PAGE}" in asked.summary
    for heading in ("本季要点", "提请研究事项", "修订说明", "数据质量", "Data quality"):
        assert f"### {heading}" in asked.summary
    assert "技术合同成交额" in asked.summary
    assert asked.summary.startswith("**请在页末作答")
    assert "| --- |" in asked.summary


def test_without_a_word_nothing_is_issued(waiting):
    laid = waiting()
    with pytest.raises(NotApproved, match="未经审核人批准"):
        report(laid.house, QUARTER)
    assert laid.house.ledger.editions(QUARTER)[-1].number == 1


@pytest.mark.parametrize("who", ["ops", "second", "chief", OFFICIAL, "viewer", "admin"])
def test_who_started_it_decided_in_it_or_is_no_reviewer_may_not_answer(waiting, who):
    laid = waiting()
    with pytest.raises(NotYours, match=who):
        answer(laid.house, laid.seq, "approve", who)
    assert laid.house.ledger.recorded(Approval) == []


def test_what_was_approved_is_what_goes_out(waiting):
    """The draft's very bytes, though a return that came meanwhile would change them."""
    laid = waiting()
    house = laid.house
    answer(house, laid.seq, "approve", REVIEWER)
    sent_again(house, QUARTER, "U02", "unit", "employees", lambda value: value + 1, "更正")
    (sha256,) = collect(house)
    process(house)
    decide(house, sha256, "release", OFFICIAL, "已核实")
    process(house)
    assert report(house, QUARTER) == f"{QUARTER}-e2"
    (one,) = house.ledger.recorded(Proposal)
    draft, edition = house.drafts / one.folder, house.editions / f"{QUARTER}-e2"
    assert {path.name for path in draft.iterdir()} - {path.name for path in edition.iterdir()} == {
        "review.md"
    }
    for path in edition.iterdir():
        assert path.read_bytes() == (draft / path.name).read_bytes(), path.name
    assert house.ledger.recorded(Approval)[0].by == REVIEWER
    must_be_approved(house, f"{QUARTER}-e2")
    for unasked in (f"{QUARTER}-e1", f"{QUARTER}-public-e1", f"{QUARTER}-EQ01-e1"):
        with pytest.raises(NotApproved):
            must_be_approved(house, unasked)  # issued while nobody was asked


def test_a_rejection_is_told_and_nothing_is_due_until_something_changes(waiting):
    laid = waiting()
    house = laid.house
    with pytest.raises(ValueError, match="驳回须写明意见"):
        answer(house, laid.seq, "reject", REVIEWER, " ")
    answer(house, laid.seq, "reject", REVIEWER, "第三章与附表不符")
    with pytest.raises(ValueError, match="已经有了决定"):
        answer(house, laid.seq, "approve", REVIEWER)
    with pytest.raises(NotApproved):
        report(house, QUARTER)
    (letter,) = [each for each in house.ledger.letters() if each.kind == "reviewed"]
    message = compose(house, letter)
    assert message["To"] == "operator@office.example"
    assert "第三章与附表不符" in message.get_body(("plain",)).get_content()
    assert QUARTER not in revisions_due(house)
    sent_again(house, QUARTER, "U02", "unit", "employees", lambda value: value + 1, "更正")
    collect(house)
    assert QUARTER in revisions_due(house)


def test_sent_back_it_is_due_after_one_more_collection(waiting):
    laid = waiting()
    house = laid.house
    begun = house.ledger.last_seq()
    answer(house, laid.seq, "again", REVIEWER, "再等 U02 一份")
    assert not may_be_drafted(house, QUARTER, AUTHORITY, begun), "that collection began before"
    assert may_be_drafted(house, QUARTER, AUTHORITY, house.ledger.last_seq())
    seq = propose(house, QUARTER)
    assert seq is not None
    assert seq > laid.seq
    assert [one.seq for one in open_proposals(house)] == [seq]
    assert (
        "再等 U02 一份"
        in compose(house, next(one for one in house.ledger.letters() if one.kind == "reviewed"))
        .get_body(("plain",))
        .get_content()
    )


def test_it_is_looked_at_again_when_it_is_sent(waiting):
    """The reviewer was struck off the list between his word and the post."""
    laid = waiting()
    answer(laid.house, laid.seq, "approve", REVIEWER)
    report(laid.house, QUARTER)
    mine = [one for one in reports(laid.house) if one.subject == f"{QUARTER}-e2"]
    assert len(mine) == 2, "both officials are to get it"
    compose(laid.house, mine[0])
    struck = House(laid.house.settings)
    others = tuple(one for one in struck.registry.reviewers if one.user != REVIEWER)
    struck.__dict__["registry"] = struck.registry.model_copy(update={"reviewers": others})
    with pytest.raises(NotApproved, match="未经审核人批准"):
        compose(struck, mine[0])


def reports(house: House) -> list[Letter]:
    return [one for one in house.ledger.letters() if one.kind == "report"]
