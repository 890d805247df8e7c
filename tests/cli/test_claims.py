"""What several claim, from the command line: listed, decided on, told, reported; what cannot be done is said."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tasks.settings import House
from tests.cli.typed import complaint, said
from tests.conftest import NOW, copied, house_at

PATENT, NUMBER = "发明专利授权", "ZL202319990001.1"
DECIDED = ("--by", "示例处长甲", "--reason", "双方协议")


@pytest.fixture(scope="module")
def home(small_house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("claims") / "home"
    return copied(small_house, home).home


@pytest.fixture(autouse=True)
def _environment(home: Path, small_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINCHUANG_HOME", str(home))
    monkeypatch.setenv("JINCHUANG_REGISTRY", str(small_house.settings.registry))
    monkeypatch.setenv("JINCHUANG_NOW", NOW.isoformat())
    monkeypatch.setenv("JINCHUANG_UNATTENDED", "on")


def listed(*words: str) -> list[dict[str, Any]]:
    code, out, _ = said("disputes", "--json", *words)
    assert code == 0
    found: list[dict[str, Any]] = json.loads(out)
    return found


REFUSED = [
    (("标准", NUMBER, "--credit", "U01=1", *DECIDED), "没有这样的争议", "no such dispute"),
    ((PATENT, "ZL2099", "--credit", "U01=1", *DECIDED), "没有这样的争议", "no such dispute"),
    (("nonsense", NUMBER, "--credit", "U01=1", *DECIDED), "没有这样的争议", "no such dispute"),
    ((PATENT, NUMBER, "--credit", "U02=1", *DECIDED), "U02 没有填报该项；填报的是：U01@EQ01、U05@NM01", "claim"),
    ((PATENT, NUMBER, "--credit", "U01@NM01=1", *DECIDED), "U01@NM01 没有填报该项", "does not claim this"),
    ((PATENT, NUMBER, "--credit", "U01=0.7", "--credit", "U05=0.4", *DECIDED), "合计 1.1，大于 1", "more than 1"),
    ((PATENT, NUMBER, "--credit", "U01=0.5", "--credit", "U01@EQ01=0.5", *DECIDED), "写了两次", "given twice"),
    ((PATENT, NUMBER, "--credit", "U01=half", *DECIDED), "“U01=half”不是份额", "is no share"),
    ((PATENT, NUMBER, "--credit", "U01", *DECIDED), "“U01”不是份额", "is no share"),
    ((PATENT, NUMBER, "--credit", "U01=-0.1", *DECIDED), "不是份额", "is no share"),
    ((PATENT, NUMBER, "--credit", "U01=0.00001", *DECIDED), "不是份额", "is no share"),
    ((PATENT, NUMBER, "--credit", "U01=NaN", *DECIDED), "不是份额", "is no share"),
    ((PATENT, NUMBER, "--credit", "U01=1", "--by", "甲", "--reason", " "), "理由", "and a reason"),
    ((PATENT, NUMBER, "--credit", "U01=1", "--by", " ", "--reason", "乙"), "由谁作出", "who decides"),
    ((PATENT, NUMBER, "--credit", "U01=1", "--by", "甲" * 101, "--reason", "乙"), "不超过 100 字", "at most 100"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "chinese", "english"), REFUSED)
def test_what_cannot_be_decided_is_said_in_both_languages_and_nothing_is_recorded(
    home: Path, words: tuple[str, ...], chinese: str, english: str
) -> None:
    code, sentence = complaint("settle", *words)
    assert code == 2
    assert chinese in sentence
    assert english in sentence
    assert house_at(home).ledger.settlements() == []


def test_an_unknown_quarter_is_said() -> None:
    assert complaint("disputes", "--quarter", "2099-Q1")[0] == 2
    assert complaint("disputes", "--quarter", "soon")[0] == 2


def test_a_dispute_is_listed_decided_and_reported(home: Path) -> None:
    """From open to settled; afterwards a new edition says so, and by whom."""
    before = {row["kind"]: row for row in listed("--quarter", "2026-Q3")}
    assert {kind: row["state"] for kind, row in before.items()} == {PATENT: "open", "技术合同": "open"}
    assert [(one["unit"], one["credit"]) for one in before[PATENT]["claimants"]] == [
        ("U01", "0"),
        ("U05", "0"),
    ]
    # The patent of the quarter before, whose second claimant came after its report, is open still.
    assert [(row["since"], row["state"]) for row in listed("--quarter", "2026-Q2")] == [("2026-Q2", "open")]
    assert listed("--quarter", "2026-Q1") == []
    assert said("disputes", "--quarter", "2026-Q1")[1].strip() == "没有争议 nothing is in dispute"

    # By its English name, however the number is written.
    words = ("invention patent granted", "202319990001.1", "--credit", "U01=0.6", "--credit", "U05=0.4")
    code, out, _ = said("settle", *words, *DECIDED)
    assert code == 0
    assert f"{PATENT} 2023199900011 U01@EQ01=0.6、U05@NM01=0.4" in out
    text = said("disputes")[1]
    assert f"已裁定 decided  {PATENT} 2023199900011  自 since 2026-Q3" in text
    assert "    U05@NM01 示例镁业股份有限公司，2026-Q3，份额 credit 0.4\n" in text
    assert "    示例处长甲 2026-10-26 09:00 裁定 decided：双方协议\n" in text
    assert "争议 open  技术合同 HT-EQ01-26-902" in text

    assert said("report", "2026-Q3")[0] == 0
    folder = home / "editions" / house_at(home).ledger.editions("2026-Q3")[-1].folder
    page = re.sub(r"<[^>]+>|\s+", " ", (folder / "report.html").read_text("utf-8"))
    page = re.sub(r" +", " ", page)
    assert "3 项有两家以上单位或中心填报：争议 2 项、已裁定 1 项" in page
    assert "示例处长甲，2026年10月26日" in page
    assert "全省计 1 项；份额：重机创新（重型机械）0.6、镁业股份（铝镁合金）0.4" in page
    assert "全省计 1 项；未计入任何中心的份额" in page
    english = (folder / "report.en.html").read_text("utf-8")
    assert "Once in the province; no centre is credited with a share" in english


def test_the_earlier_claimant_learns_of_a_claim_that_came_after_the_report(home: Path) -> None:
    """The demo's own: a late return, released, claims what another unit's accepted return of that quarter does."""
    (row,) = listed("--quarter", "2026-Q2")
    units = {one["unit"] for one in row["claimants"]}
    told = [one for one in house_at(home).ledger.letters() if one.key.startswith("dispute-open-")]
    assert len(told) == 1
    assert told[0].key[-3:] in units
    assert told[0].subject.startswith(PATENT)


def test_a_later_decision_takes_the_place_of_an_earlier_one(home: Path) -> None:
    for share in ("1", "0"):
        assert said("settle", "技术合同", "HT-EQ01-26-902", "--credit", f"U02={share}", *DECIDED)[0] == 0
    (row,) = [one for one in listed() if one["kind"] == "技术合同"]
    assert (row["state"], [one["credit"] for one in row["claimants"]]) == ("decided", ["0", "0"])
    contracts = [one for one in house_at(home).ledger.letters() if one.subject.startswith("技术合同 HT")]
    assert len({one.key for one in contracts}) == 4  # both were told of both decisions
