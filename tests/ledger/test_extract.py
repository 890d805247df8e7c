"""The ledger's rows up to a seq, taken from either database into an empty one: the same ledger, but for whom mail goes to."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from tasks.settings import ROOT
from tests.ledger.records import AT, SHA, a_finding, a_letter, a_verdict, an_arrival, an_edition
from warehouse.extract import broken_link, fill, rows_upto
from warehouse.records import Assessment, Confirmation, Credit, Decision, Exemption, Settlement, Sighting
from warehouse.registry import Registry

REGISTRY = Registry.read(ROOT / "registry")


@pytest.fixture
def lived(ledger):
    """A ledger with a row in every table, two editions, and mail."""
    ledger.record_snapshot("registry", REGISTRY.snapshot(), AT)
    ledger.record_arrivals([an_arrival()], AT)
    by_mail = an_arrival(source="post", sender="u03@unit.example")
    ledger.record_arrivals([by_mail], AT, [a_letter(key="receipt-1")], [Sighting("post", "mail", "1-1", AT)])
    ledger.record_verdicts("2026-Q3", [a_verdict(findings=(a_finding(),), late=True)], [a_letter()], AT)
    ledger.record_decision(Decision(SHA, "release", "示例处长甲", "已核实"), AT)
    shares = (Credit("U01", "EQ01", Decimal("0.6")), Credit("U05", "EQ01", Decimal("0.4")))
    ledger.record_settlement(Settlement("发明专利授权", "ZL1", shares, "甲", "协议"), [], AT)
    ledger.record_edition(an_edition(), [], AT)
    ledger.move_letter("answer-1", "queued", "failed", AT, "550 u02@unit.example")
    ledger.record_notice(a_letter(key="notice-1", kind="notice", recipients=("op@office.example",)), AT)
    ledger.record_assessment(Assessment("2026-Q3", 1, 5, "f" * 64), AT)
    ledger.record(Exemption("waiver", "U02", AT, "甲", "已核实", rule="R2.1"), [], AT)
    ledger.record(Confirmation("2026-Q3", "EQ01", "asked", "", until=AT), [], AT)
    ledger.record_edition(an_edition(number=2, input_hash="2" * 64, folder="2026-Q3-e2"), [], AT)
    return ledger


@pytest.fixture
def other(opened, tmp_path):
    return opened(f"sqlite:///{tmp_path / 'other.db'}")


def test_what_was_taken_makes_the_same_ledger(lived, other):
    rows = json.loads(json.dumps(rows_upto(lived, lived.last_seq())))
    assert all(rows.values())
    fill(other, rows)
    assert other.arrivals() == [replace(one, sender="") for one in lived.arrivals()]
    assert other.verdicts() == lived.verdicts()
    assert other.findings(SHA) == lived.findings(SHA) == [a_finding()]
    assert other.decisions() == lived.decisions()
    assert other.settlements() == lived.settlements()
    assert other.editions() == lived.editions()
    assert other.assessments() == lived.assessments()
    for kind in (Exemption, Confirmation):
        assert other.recorded(kind) == lived.recorded(kind) != []
    assert (other.last_seq(), other.last_data_seq()) == (lived.last_seq(), lived.last_data_seq())
    assert other.known_at(3) == lived.known_at(3)
    assert rows_upto(other, other.last_seq()) == rows
    with pytest.raises(ValueError, match="not empty"):
        fill(other, rows)


def test_nobody_who_is_written_to_is_in_it(lived, other):
    rows = rows_upto(lived, lived.last_seq())
    taken = json.dumps(rows, ensure_ascii=False)
    for one in (
        "u02@unit.example",
        "u03@unit.example",
        "op@office.example",
        REGISTRY.contacts[0].email,
        REGISTRY.recipients[0].email,
    ):
        assert one not in taken
    withheld = [row for row in rows["log"] if not row["body"]]
    assert [(row["kind"], row["subject"]) for row in withheld] == [
        ("arrival", ""),
        ("sightings", ""),
        ("outbox", ""),
        ("notice", ""),
    ]
    fill(other, rows)
    assert other.letters() == []
    assert Registry.from_snapshot(other.snapshot("registry")) == REGISTRY.without_contacts()


def test_nothing_after_the_seq_is_in_it(lived):
    (first, _) = lived.editions()
    rows = rows_upto(lived, first.seq)
    assert max(row["seq"] for found in rows.values() for row in found) == first.seq
    assert [row["number"] for row in rows["edition"]] == [1]


@pytest.mark.parametrize(
    ("name", "other"),
    [("at", "2020-01-01T00:00:00+00:00"), *((name, "?") for name in ("kind", "subject", "body", "hash"))],
)
def test_a_row_that_was_changed_breaks_the_chain(lived, name, other):
    log = rows_upto(lived, lived.last_seq())["log"]
    assert broken_link(log) is None
    told = [n for n, row in enumerate(log) if row["body"]]
    assert len(told) == len(log) - 4
    for n in told:
        assert broken_link([*log[:n], {**log[n], name: other}, *log[n + 1 :]]) == log[n]["seq"]


def test_a_row_that_was_taken_out_breaks_the_chain(lived):
    """What stands before a row that is told: its hash is in that one. Before a row about mail only the seal holds it."""
    log = rows_upto(lived, lived.last_seq())["log"]
    held = [n for n in range(len(log) - 1) if log[n + 1]["body"]]
    assert len(held) == len(log) - 5
    assert all(broken_link([*log[:n], *log[n + 1 :]]) for n in held)
