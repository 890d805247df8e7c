"""Exceptions and a centre's word, from the command line: recorded, listed by `status`; what cannot be done is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.settings import House
from tests.cli.typed import complaint, said
from tests.conftest import NOW, copied
from warehouse.records import Confirmation, Exemption

SIGNED = ("--by", "示例处长甲", "--reason", "系统故障")


@pytest.fixture
def house(small_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    house = copied(small_house, tmp_path / "home")
    monkeypatch.setenv("JINCHUANG_HOME", str(house.home))
    monkeypatch.setenv("JINCHUANG_REGISTRY", str(small_house.settings.registry))
    monkeypatch.setenv("JINCHUANG_NOW", NOW.isoformat())
    return house


def test_what_is_allowed_and_excluded_is_recorded_and_listed(house: House) -> None:
    for words in (
        ("U02@EQ01/2026-Q3", "late", *SIGNED, "--until", "2026-10-30"),
        ("U02", "waive", *SIGNED, "--rule", "R2.3", "--until", "2026-12-31"),
    ):
        code, out, _ = said("decide", *words)
        assert (code, out) == (0, "已记录 recorded；请运行 now run: jinchuang process\n")
    late, waived = house.ledger.recorded(Exemption)
    assert (late.unit, late.centre, late.quarter) == ("U02", "EQ01", "2026-Q3")
    assert late.until.isoformat() == "2026-10-30T15:59:59+00:00", "the end of that day in Shanghai"
    assert (waived.unit, waived.rule, waived.centre) == ("U02", "R2.3", "")
    code, out, _ = said("status", "2026-Q3")
    assert "准予延期 late U02@EQ01，至 until 2026-10-30 23:59，示例处长甲：系统故障\n" in out
    assert "豁免 waived R2.3 U02，至 until 2026-12-31 23:59，示例处长甲：系统故障\n" in out
    _, earlier, _ = said("status", "2026-Q2")
    assert ("late U02" in earlier, "waived R2.3" in earlier) == (False, True)


def test_a_centre_s_word_is_entered_and_listed(house: House) -> None:
    until = NOW.replace(day=28)
    house.ledger.record(Confirmation("2026-Q3", "EQ01", "asked", "", until=until), [], NOW)
    assert (
        "中心审核 confirmation EQ01：待答复 asked，限 by 2026-10-28 09:00\n" in said("status", "2026-Q3")[1]
    )
    words = ("confirm", "2026-Q3", "EQ01", "objected", "--by", "示例主任丁", "--comment", "U02 有误")
    assert said(*words)[:2] == (0, "已记录 recorded\n")
    assert "EQ01：有异议 objected，示例主任丁，U02 有误\n" in said("status", "2026-Q3")[1]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("decide", "U02@EQ01", "late", *SIGNED, "--until", "2026-10-30"), "U02@EQ01/2026-Q3"),
        (("decide", "U02@EQ01/2026-Q3", "late", *SIGNED), "written like 2026-10-30"),
        (("decide", "U02@EQ01/2026-Q3", "late", *SIGNED, "--until", "31.10."), "written like 2026-10-30"),
        (("decide", "U02", "waive", *SIGNED, "--until", "2026-12-31"), "no audit relation"),
        (("confirm", "2026-Q3", "EQ01", "confirmed", "--by", "甲"), "was not asked"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_2(
    house: House, words: tuple[str, ...], why: str
) -> None:
    seq = house.ledger.last_seq()
    code, sentence = complaint(*words)
    assert code == 2
    assert why in sentence
    assert house.ledger.last_seq() == seq
