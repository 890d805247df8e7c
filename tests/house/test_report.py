"""An edition is issued once for what it says, numbered, and never changed after."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

import pytest

from tasks.issue import sweep_orphans
from tasks.report import report
from tasks.verify import verify
from tests.conftest import EDITIONS, copied, house_at
from warehouse.records import AUTHORITY, Decision


def folders(house):
    """Those of the editions for officials; what others get beside them is tested in tests/disclosure."""
    others = {one.folder for one in house.ledger.editions(scope=None) if one.scope != AUTHORITY}
    return sorted(path.name for path in house.editions.iterdir() if path.name not in others)


def test_the_demo_has_one_edition_a_quarter_and_of_one_a_second(small_house):
    assert folders(small_house) == list(EDITIONS)
    assert [f"{one.quarter}-e{one.number}" for one in small_house.ledger.editions()] == list(EDITIONS)


def test_an_edition_holds_page_pdf_annex_mail_and_its_pictures(small_house):
    for edition in small_house.ledger.editions():
        folder = small_house.editions / edition.folder
        assert {path.name for path in folder.iterdir()} == set(edition.outputs)
        assert {"report.html", "report.pdf", "annex.xlsx", "mail.json"} <= set(edition.outputs)
        for name, digest in edition.outputs.items():
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
        mails = [json.loads((folder / name).read_text("utf-8")) for name in ("mail.json", "mail.en.json")]
        pictures = {name for mail in mails for name in mail["inline"].values()}
        assert pictures == {name for name in edition.outputs if name.endswith(".png")}


def test_a_report_is_due_to_each_recipient_of_its_scope(small_house):
    reports = [one for one in small_house.ledger.letters() if one.subject in EDITIONS]
    to = sorted((one.subject, one.recipients) for one in reports)
    officials = (("official-a@sheng.example",), ("official-b@sheng.example",))
    assert to == sorted((edition, address) for edition in EDITIONS for address in officials)


def test_unchanged_contents_make_no_new_edition(small_house):
    seq = small_house.ledger.last_seq()
    assert report(small_house, "2026-Q3") == "2026-Q3-e1"
    assert small_house.ledger.last_seq() == seq


def test_a_day_later_unchanged_contents_make_no_new_edition(small_house):
    day_after = datetime.fromisoformat("2026-10-27T09:00:00+08:00")
    later = house_at(small_house.home, registry=small_house.settings.registry, now=day_after)
    assert report(later, "2026-Q3") == "2026-Q3-e1"


@pytest.fixture
def changed(house_copy):
    """The late return is about to be released: other figures follow."""
    (held,) = (one for one in house_copy.ledger.verdicts() if one.verdict == "held")
    house_copy.ledger.record_decision(
        Decision(held.sha256, "release", "示例处长甲", "已核实"), house_copy.now()
    )
    from tasks.process import process

    assert process(house_copy) == {"accepted": 1}
    return house_copy


def test_changed_contents_make_the_next_edition_beside_the_first(changed):
    first = (changed.editions / "2026-Q3-e1" / "report.pdf").read_bytes()
    before = len(changed.ledger.letters("queued"))
    (changed.editions / "2026-Q3-e2").mkdir()  # what a killed run left
    (changed.editions / "2026-Q3-e2" / "half.pdf").touch()
    (changed.editions / ".2026-Q2-e9.tmp").mkdir()
    assert report(changed, "2026-Q3") == "2026-Q3-e2"
    assert folders(changed) == [*EDITIONS, "2026-Q3-e2"]
    assert (changed.editions / "2026-Q3-e1" / "report.pdf").read_bytes() == first
    assert not (changed.editions / "2026-Q3-e2" / "half.pdf").exists()
    assert len(changed.ledger.letters("queued")) == before + 2
    verify(changed)


def test_only_folders_without_a_row_are_swept(house_copy):
    (house_copy.editions / "2026-Q3-e2").mkdir()
    (house_copy.editions / ".DS_Store").touch()
    assert sweep_orphans(house_copy) == ["2026-Q3-e2"]
    assert set(EDITIONS) <= set(folders(house_copy))


@pytest.mark.parametrize(
    ("quarter", "error", "sentence"),
    [
        ("2026Q3", ValueError, "not a quarter"),
        ("2026-Q5", ValueError, "not a quarter"),
        ("", ValueError, "not a quarter"),
        ("2031-Q1", LookupError, "not in the calendar"),
        ("2026-Q4", LookupError, "had not opened"),
    ],
)
def test_a_wrong_quarter_is_not_reported_on(small_house, quarter, error, sentence):
    with pytest.raises(error, match=sentence):
        report(small_house, quarter)
    assert folders(small_house) == list(EDITIONS)


def test_nothing_can_be_reported_before_anything_was_collected(tmp_path):
    with pytest.raises(LookupError, match="jinchuang collect"):
        report(house_at(tmp_path / "home"), "2026-Q3")


def test_a_report_is_made_before_any_deadline_of_what_is_there(before_decisions, tmp_path):
    """By hand, at any time after the quarter opened."""
    house = copied(before_decisions, tmp_path / "house")
    assert report(house, "2026-Q3") == "2026-Q3-e1"
    verify(house)
