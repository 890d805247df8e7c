"""What the calendar and people did: one kind of record as good as another, and some of them once only."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from tests.ledger.records import AT, a_letter
from warehouse.records import Alert, Approval, Confirmation, Exemption, Milestone, Proposal

RECORDS = (
    Milestone("2026-Q3", "reminded-7"),
    Proposal("2026-Q3", "authority", 1, "1" * 64, 7, "2026-Q3-e1-111", "ops"),
    Approval(2, "reject", "示例审核人甲", "第三章与附表不符"),
    Confirmation("2026-Q3", "EQ01", "objected", "示例主任丙", "U02 的合同额有误"),
    Exemption("late", "U02", AT + timedelta(days=9), "示例处长甲", "系统故障", "EQ01", "2026-Q3"),
    Alert("source sftp", "raised", '{"cause": "refused"}'),
)


@pytest.mark.parametrize("record", RECORDS, ids=lambda one: type(one).__name__)
def test_what_was_recorded_is_there_with_its_letter(ledger, url, opened, record):
    other = replace(record, **{next(iter(vars(record))): 9 if isinstance(record, Approval) else "other"})
    assert ledger.record(record, [a_letter()], AT) == 1
    ledger.record(other, [], AT)
    again = opened(url)
    assert again.recorded(type(record)) == [replace(record, seq=1), replace(other, seq=2)]
    assert again.recorded(type(record), upto=1) == [replace(record, seq=1)]
    assert [one.key for one in again.letters()] == ["answer-1"]
    assert again.broken_link() is None


@pytest.mark.parametrize("once", [RECORDS[0], RECORDS[2]], ids=lambda one: type(one).__name__)
def test_what_happens_once_happens_once(ledger, once):
    """Two runs beside each other remind once; two reviewers cannot both answer."""
    ledger.record(once, [], AT)
    with pytest.raises(IntegrityError):
        ledger.record(once, [a_letter()], AT)
    assert (ledger.last_seq(), ledger.letters()) == (1, [])


@pytest.mark.parametrize(
    ("record", "counts"), [(one, type(one) in {Exemption, Confirmation}) for one in RECORDS]
)
def test_reports_rest_on_exemptions_and_confirmations_alone(ledger, record, counts):
    ledger.record(record, [], AT)
    assert ledger.last_data_seq() == (1 if counts else 0)
