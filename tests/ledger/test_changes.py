"""Every change and every query of the ledger, in SQLite and in PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from tests.ledger.records import AT, SHA, a_finding, a_letter, a_verdict, an_arrival, an_edition
from warehouse.records import Credit, Decision, Settlement, Sighting
from warehouse.schema import log

OTHER = "b" * 64


def test_an_empty_ledger_says_nothing(ledger):
    assert (ledger.last_seq(), ledger.last_data_seq()) == (0, 0)
    assert (ledger.arrivals(), ledger.verdicts(), ledger.editions(), ledger.letters()) == ([], [], [], [])
    assert (ledger.decisions(), ledger.finding_counts(), ledger.findings(SHA)) == ({}, {}, [])
    assert ledger.snapshot("registry") is None
    assert ledger.broken_link() is None
    with pytest.raises(KeyError, match="nothing happened"):
        ledger.known_at(0)


def test_a_ledger_opened_again_still_holds_what_was_written(ledger, url, opened):
    ledger.record_arrivals([an_arrival()], AT)
    assert opened(url).arrivals() == [an_arrival(seq=1)]


def test_an_instant_comes_back_as_the_same_instant_in_utc(ledger):
    ledger.record_arrivals([an_arrival()], AT + timedelta(seconds=1))
    (found,) = ledger.arrivals()
    assert found.received_at == AT
    assert found.received_at.tzinfo == UTC
    assert ledger.known_at(1) == AT + timedelta(seconds=1)


def test_known_at_is_that_of_the_newest_change_up_to_a_seq(ledger):
    for hours in (0, 1, 2):
        ledger.record_arrivals([an_arrival(version=str(hours))], AT + timedelta(hours=hours))
    assert [ledger.known_at(seq) - AT for seq in (1, 2, 3, 99)] == [
        timedelta(hours=hours) for hours in (0, 1, 2, 2)
    ]


# ── arrivals
def test_an_arrival_is_recorded_once(ledger):
    ledger.record_arrivals([an_arrival()], AT)
    with pytest.raises(IntegrityError):
        ledger.record_arrivals([an_arrival()], AT)
    assert ledger.last_seq() == 1  # what failed left no row in the log either
    assert ledger.broken_link() is None


@pytest.mark.parametrize(
    "other", [{"source": "mail"}, {"name": "另.xlsx"}, {"version": "10-2"}, {"sha256": OTHER}]
)
def test_an_arrival_that_differs_in_one_thing_is_another(ledger, other):
    ledger.record_arrivals([an_arrival()], AT)
    ledger.record_arrivals([an_arrival(**other)], AT)
    assert ledger.arrivals() == [an_arrival(seq=1), an_arrival(seq=2, **other)]
    assert ledger.arrivals(upto=1) == [an_arrival(seq=1)]


def test_a_name_of_any_length_and_script_is_kept(ledger):
    name = "报" * 1000 + "𠮷\r\n'; drop table arrival; --.xlsx"
    ledger.record_arrivals([an_arrival(name=name, size=1 << 40)], AT)
    (found,) = ledger.arrivals()
    assert (found.name, found.size) == (name, 1 << 40)


def test_what_was_seen_goes_in_with_its_arrivals_and_letters_or_not_at_all(ledger):
    seen = Sighting("post", "mail", "1-1", AT)
    ledger.record_arrivals([an_arrival(source="post")], AT, [a_letter(key="receipt-1")], [seen])
    ledger.record_sightings([Sighting("sftp", "a.xlsx", "1", AT)], AT)
    assert ledger.sightings("post") == [seen]
    assert [one.key for one in ledger.letters()] == ["receipt-1"]
    with pytest.raises(IntegrityError):
        ledger.record_arrivals([an_arrival(version="2")], AT, [a_letter(key="receipt-2")], [seen])
    assert len(ledger.arrivals()) == len(ledger.letters()) == 1
    ledger.record_sightings([], AT)
    assert ledger.last_seq() == 3


# ── verdicts and findings
def test_the_newest_verdict_on_a_file_wins(ledger):
    ledger.record_verdicts("2026-Q3", [a_verdict(verdict="held", late=True), a_verdict(sha256=OTHER)], [], AT)
    ledger.record_verdicts("2026-Q3", [a_verdict(verdict="accepted", late=True)], [], AT)
    assert ledger.verdicts() == [a_verdict(sha256=OTHER, seq=1), a_verdict(late=True, seq=2)]


def test_verdicts_as_known_at_a_seq(ledger):
    for verdict in ("held", "returned", "accepted"):
        ledger.record_verdicts("2026-Q3", [a_verdict(verdict=verdict)], [], AT)
    assert [[one.verdict for one in ledger.verdicts(upto=seq)] for seq in (0, 1, 2, 3)] == [
        [],
        ["held"],
        ["returned"],
        ["accepted"],
    ]


def test_a_file_that_does_not_say_who_it_is_from(ledger):
    nobody = a_verdict(verdict="refused", quarter=None, unit=None, centre=None, nil=True)
    ledger.record_verdicts("unknown", [nobody], [], AT)
    (found,) = ledger.verdicts()
    assert (found.quarter, found.unit, found.centre, found.nil) == (None, None, None, True)


def test_the_first_verdict_is_the_first_that_said_whose_return_it_is(ledger):
    nobodys = a_verdict(verdict="refused", quarter=None, unit=None, centre=None)
    for verdict in (nobodys, a_verdict(verdict="held"), a_verdict()):
        ledger.record_verdicts("2026-Q3", [verdict], [], AT)
    assert [one.verdict for one in ledger.first_verdicts()] == ["held"]
    assert ledger.first_verdicts(1) == []
    assert [one.verdict for one in ledger.verdicts()] == ["accepted"]


def test_findings_are_those_of_the_newest_verdict_in_order(ledger):
    before = (a_finding(cell="A1"),)
    after = (a_finding(cell="D9", found="=1+1"), a_finding(severity="warning"), a_finding(cell="B2"))
    ledger.record_verdicts("2026-Q3", [a_verdict(verdict="returned", findings=before)], [], AT)
    assert ledger.findings(SHA) == list(before)
    ledger.record_verdicts("2026-Q3", [a_verdict(verdict="returned", findings=after)], [], AT)
    assert ledger.findings(SHA) == list(after)
    assert ledger.findings(OTHER) == []


def test_findings_are_counted_by_file_and_severity(ledger):
    three = (a_finding(), a_finding(cell="B2"), a_finding(severity="warning"))
    judged = [a_verdict(findings=three), a_verdict(sha256=OTHER, findings=(a_finding(severity="hold"),))]
    ledger.record_verdicts("2026-Q3", judged, [], AT)
    assert ledger.finding_counts() == {SHA: {"error": 2, "warning": 1}, OTHER: {"hold": 1}}
    ledger.record_verdicts("2026-Q3", [a_verdict()], [], AT)
    assert ledger.finding_counts() == {OTHER: {"hold": 1}}


def test_each_time_a_file_was_turned_away_is_told(ledger):
    """Refused, and no return could be told from it; a refusal of a known return is another matter."""
    nobody = {"verdict": "refused", "quarter": None, "unit": None, "centre": None}
    ledger.record_verdicts("unknown", [a_verdict(**nobody), a_verdict(sha256=OTHER)], [], AT)
    ledger.record_verdicts("2026-Q3", [a_verdict(verdict="refused")], [], AT)
    ledger.record_verdicts("unknown", [a_verdict(**nobody)], [], AT)
    assert ledger.turned_away() == [(SHA, 1), (SHA, 3)]
    assert ledger.turned_away(upto=2) == [(SHA, 1)]


def test_a_batch_is_written_whole_or_not_at_all(ledger):
    ledger.record_verdicts("2026-Q2", [], [a_letter()], AT)
    batch = [a_verdict(findings=(a_finding(),)), a_verdict(sha256=OTHER)]
    with pytest.raises(IntegrityError):
        ledger.record_verdicts("2026-Q3", batch, [a_letter(key="new"), a_letter()], AT)
    assert (ledger.verdicts(), ledger.findings(SHA)) == ([], [])
    assert [one.key for one in ledger.letters()] == ["answer-1"]
    assert (ledger.last_seq(), ledger.broken_link()) == (1, None)


# ── decisions and snapshots
def test_the_newest_decision_on_a_file_wins(ledger):
    ledger.record_decision(Decision(SHA, "release", "处长甲", "电话核实"), AT)
    ledger.record_decision(Decision(SHA, "reject", "处长乙", "重复"), AT)
    ledger.record_decision(Decision(OTHER, "release", "处长甲", "…"), AT)
    assert ledger.decisions() == {
        SHA: Decision(SHA, "reject", "处长乙", "重复", seq=2),
        OTHER: Decision(OTHER, "release", "处长甲", "…", seq=3),
    }
    assert ledger.decisions(upto=1) == {SHA: Decision(SHA, "release", "处长甲", "电话核实", seq=1)}


def test_a_snapshot_is_taken_only_when_something_changed(ledger):
    for content in ("甲", "甲", "乙", "乙", "甲"):
        ledger.record_snapshot("registry", content, AT)
    assert ledger.last_seq() == 3
    assert [ledger.snapshot("registry", seq) for seq in (0, 1, 2, 3)] == [None, "甲", "乙", "甲"]
    assert ledger.snapshot("registry") == "甲"


def test_snapshots_of_another_kind_are_another_story(ledger):
    ledger.record_snapshot("registry", "甲", AT)
    ledger.record_snapshot("opened", "甲", AT)
    assert (ledger.last_seq(), ledger.snapshot("opened", 1)) == (2, None)


# ── editions
def test_an_edition_comes_back_as_it_was_with_its_letters_queued(ledger):
    ledger.record_edition(an_edition(), [a_letter(kind="report", subject="2026-Q3-e1")], AT)
    assert ledger.editions() == [an_edition(seq=1)]
    assert ledger.letters("queued") == [a_letter(kind="report", subject="2026-Q3-e1")]


@pytest.mark.parametrize(
    "other", [{"number": 2, "folder": "x"}, {"input_hash": "2" * 64}], ids=["same inputs", "same number"]
)
def test_the_same_inputs_or_number_make_no_second_edition(ledger, other):
    ledger.record_edition(an_edition(), [], AT)
    with pytest.raises(IntegrityError):
        ledger.record_edition(an_edition(**other), [a_letter()], AT)
    assert ledger.letters() == []
    ledger.record_edition(an_edition(**other, quarter="2026-Q2"), [], AT)
    assert len(ledger.editions()) == 2


def test_editions_come_by_quarter_and_number(ledger):
    for quarter, number in (("2026-Q3", 1), ("2026-Q2", 2), ("2026-Q2", 1)):
        ledger.record_edition(an_edition(quarter=quarter, number=number, input_hash=str(number)), [], AT)
    found = [(one.quarter, one.number) for one in ledger.editions()]
    assert found == [("2026-Q2", 1), ("2026-Q2", 2), ("2026-Q3", 1)]
    assert [one.number for one in ledger.editions("2026-Q2")] == [1, 2]


# ── outbox
def test_letters_come_in_the_order_they_fell_due(ledger):
    ledger.record_verdicts("2026-Q3", [], [a_letter(key="z"), a_letter(key="a")], AT)
    ledger.record_edition(an_edition(), [a_letter(key="b")], AT)
    assert [one.key for one in ledger.letters()] == ["a", "z", "b"]


def test_a_letter_keeps_all_its_recipients(ledger):
    to = ("甲 <a@x.example>", "b@x.example")
    ledger.record_verdicts("2026-Q3", [], [a_letter(recipients=to)], AT)
    assert ledger.letters() == [a_letter(recipients=to)]


def test_a_letter_moves_only_from_the_state_it_is_in(ledger):
    ledger.record_verdicts("2026-Q3", [], [a_letter()], AT)
    assert ledger.move_letter("answer-1", "queued", "sending", AT)
    assert not ledger.move_letter("answer-1", "queued", "sending", AT)
    assert not ledger.move_letter("nobody", "queued", "sending", AT)
    assert ledger.last_seq() == 2  # a move that did not happen is not in the log
    assert ledger.move_letter("answer-1", "sending", "failed", AT, "550 no such user")
    assert ledger.letters() == [a_letter(state="failed", error="550 no such user")]
    assert ledger.broken_link() is None


def test_letters_are_asked_for_by_state(ledger):
    ledger.record_verdicts("2026-Q3", [], [a_letter(key=key) for key in "abc"], AT)
    ledger.move_letter("b", "queued", "sending", AT)
    ledger.move_letter("c", "queued", "failed", AT)
    assert [one.key for one in ledger.letters("queued")] == ["a"]
    assert [one.key for one in ledger.letters("failed", "sending")] == ["b", "c"]
    assert [one.key for one in ledger.letters("sent")] == []


# ── what the warehouse depends on
def test_editions_and_mail_change_no_figure(ledger):
    ledger.record_snapshot("registry", "甲", AT)
    ledger.record_arrivals([an_arrival()], AT)
    ledger.record_verdicts("2026-Q3", [a_verdict()], [a_letter()], AT)
    ledger.record_edition(an_edition(), [], AT)
    ledger.move_letter("answer-1", "queued", "sent", AT)
    assert (ledger.last_data_seq(), ledger.last_seq()) == (3, 5)
    ledger.record_decision(Decision(SHA, "release", "甲", "乙"), AT)
    assert ledger.last_data_seq() == 6


# ── decisions on what several claim
def a_settlement(share: str = "0.6", **other):
    shares = (Credit("U01", "EQ01", Decimal(share)), Credit("U05", "NM01", Decimal("0.25")))
    return replace(Settlement("发明专利授权", "2017106018623", shares, "示例处长甲", "双方协议"), **other)


def test_decisions_on_claims_come_back_as_they_were_up_to_a_seq(ledger):
    ledger.record_settlement(a_settlement(), [], AT)
    ledger.record_settlement(a_settlement("0.5000", by="示例处长乙"), [], AT)
    first, second = ledger.settlements()
    assert first == a_settlement(seq=1)
    assert (second.by, second.credits[0], second.seq) == (
        "示例处长乙",
        Credit("U01", "EQ01", Decimal("0.5")),
        2,
    )
    assert ledger.settlements(upto=1) == [first]
    assert ledger.settlements(upto=0) == []


def test_figures_depend_on_decisions_on_claims(ledger):
    ledger.record_settlement(a_settlement(), [], AT)
    assert ledger.last_data_seq() == ledger.last_seq() == 1
    assert ledger.broken_link() is None


def test_a_decision_and_its_letters_are_written_whole_or_not_at_all(ledger):
    letter = a_letter(key="dispute-1", kind="dispute", about='{"state": "decided"}')
    ledger.record_settlement(a_settlement(), [letter], AT)
    assert ledger.letters() == [letter]  # with what it says
    with pytest.raises(IntegrityError):
        ledger.record_settlement(a_settlement("0.5"), [a_letter(key="new"), letter], AT)
    assert (len(ledger.settlements()), len(ledger.letters()), ledger.last_seq()) == (1, 1, 1)


def test_the_log_tells_who_decided_on_a_claim_and_how(ledger):
    ledger.record_settlement(a_settlement(), [], AT)
    with ledger.engine.connect() as connection:
        kind, subject, body = connection.execute(sa.select(log.c.kind, log.c.subject, log.c.body)).one()
    assert (kind, subject) == ("settlement", "发明专利授权 2017106018623")
    assert '"credits": [["U01", "EQ01", "0.6"], ["U05", "NM01", "0.25"]]' in body
    assert '"by": "示例处长甲"' in body
