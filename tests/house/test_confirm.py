"""A centre that is to be asked is asked once, of its own returns and figures only; its word, or its silence, is in the report."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest

from expectations.quarter import Quarter
from reports.chapters import quality
from reports.wording import wording
from tasks.collect import collect
from tasks.confirm import answer_by_mail, ask_centres, confirm
from tasks.decided import decided
from tasks.exempt import allow_late
from tasks.facts import facts_of
from tasks.known import known
from tasks.letters import compose
from tasks.load import load
from tasks.process import process
from tasks.settings import House
from tests.conftest import copied, house_at
from tests.house.filing import send, workbook
from warehouse.extract import fill, rows_upto
from warehouse.records import Confirmation

Q3 = Quarter.parse("2026-Q3")
ZH = wording("zh")
IT01, EQ01 = "contact@it01.example", "contact@eq01.example"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def at(house: House, day: str) -> House:
    """The same house on another day."""
    return house_at(house.home, registry=house.settings.registry, now=moment(day))


@pytest.fixture(scope="module")
def registry(small_registry: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """IT01, which has one unit left, is to answer within 3 days, EQ01 within 5; NM01 is not asked."""
    folder = tmp_path_factory.mktemp("registry") / "csv"
    shutil.copytree(small_registry, folder)
    with Rows(folder / "centre_contacts.csv") as rows:
        for row in rows:
            row["confirm_days"] = {"IT01": "3", "EQ01": "5"}.get(row["centre"], "")
    with Rows(folder / "memberships.csv") as rows:
        rows[:] = [row for row in rows if row["centre"] != "IT01" or row["unit"] == "U08"]
    return folder


class Rows:
    """The rows of a CSV file, written back as they were left."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> list[dict[str, str]]:
        self.rows = list(csv.DictReader(self.path.read_text("utf-8").splitlines()))
        self.names = list(self.rows[0])
        return self.rows

    def __exit__(self, *_: object) -> None:
        with self.path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, self.names)
            writer.writeheader()
            writer.writerows(self.rows)


@pytest.fixture(scope="module")
def begun(registry: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """On 12 October: all of IT01 is in, of EQ01 one accepted and one returned. Shared: never change it, copy it."""
    home = tmp_path_factory.mktemp("confirm") / "house"
    house = house_at(home, registry=registry, now=moment("2026-10-12T10:00:00"))
    send(house, "U08.xlsx", workbook("IT01", "U08"), "2026-10-10T09:00:00")
    send(house, "U01.xlsx", workbook("EQ01", "U01"), "2026-10-10T09:00:00")
    send(house, "U02.xlsx", workbook("EQ01", "U02", rd_technical_staff=201), "2026-10-10T09:00:00")
    collect(house)
    assert process(house) == {"accepted": 2, "returned": 1}
    load(house)
    return house


@pytest.fixture(scope="module")
def both_asked(begun: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """On the 19th both were asked: IT01 on the 12th, EQ01 after the deadline. Shared: never change it, copy it."""
    house = copied(begun, tmp_path_factory.mktemp("confirm") / "asked", now=begun.now())
    assert ask_centres(house) == 1
    later = at(house, "2026-10-19T09:00:00")
    assert ask_centres(later) == 1
    return later


@pytest.fixture
def asked(both_asked: House, tmp_path: Path) -> House:
    return copied(both_asked, tmp_path / "house", now=both_asked.now())


def states(house: House) -> list[tuple[str, str]]:
    return [(one.centre, one.state) for one in house.ledger.recorded(Confirmation)]


def message(house: House, centre: str):
    (letter,) = (one for one in house.ledger.letters() if one.key == f"confirmation-2026-Q3-{centre}")
    return compose(house, letter)


def links(house: House, centre: str) -> Iterator[str]:
    html = message(house, centre).get_body(("html",)).get_content()
    for found in re.findall(r'href="mailto:jinchuang@office.example\?subject=([^"]+)"', html):
        yield unquote(found)


# --- being asked ---


def test_a_centre_is_asked_once_all_its_returns_are_in_or_the_grace_is_over(
    begun: House, tmp_path: Path
) -> None:
    house = copied(begun, tmp_path / "house", now=begun.now())
    assert ask_centres(house) == 1
    assert states(house) == [("IT01", "asked")]
    assert ask_centres(at(house, "2026-10-19T08:59:59")) == 0, "nobody is written to at midnight"
    assert ask_centres(at(house, "2026-10-19T09:00:00")) == 1
    assert ask_centres(at(house, "2026-10-19T10:00:00")) == 0, "once"
    assert states(house)[2:] == [("EQ01", "asked")]
    to = [one.recipients for one in house.ledger.letters() if one.kind == "confirmation"]
    assert to == [(IT01,), (EQ01,)]


def test_its_days_end_on_a_day_the_office_works(both_asked: House) -> None:
    until = {one.centre: one.until for one in both_asked.ledger.recorded(Confirmation)}
    # 12 October and 3 days; 19 October and 5 days is a Saturday.
    assert until == {"IT01": moment("2026-10-15T23:59:59"), "EQ01": moment("2026-10-26T23:59:59")}


def test_a_new_house_asks_about_nothing_that_was_closed_before(registry: Path, tmp_path: Path) -> None:
    new = house_at(tmp_path / "new", registry=registry, now=moment("2026-10-20T09:00:00"))
    assert ask_centres(new) == 0
    collect(new)
    assert ask_centres(new) == 0


def test_a_week_after_the_grace_nobody_is_asked_any_more(begun: House) -> None:
    """As where the registry begins to ask for it later."""
    assert ask_centres(at(begun, "2026-10-26T09:00:00")) == 0


def test_the_letter_says_how_each_return_stands_and_the_centre_s_own_figures(both_asked: House) -> None:
    mail = message(both_asked, "EQ01")
    text = mail.get_body(("plain",)).get_content()
    assert "请中心审核】2026年第三季度季报，2026年10月26日前答复" in mail["Subject"]
    assert "应报 5 份，已采用 1 份" in text
    assert "“U01.xlsx”已采用" in text
    assert "“U02.xlsx”已退回，须更正后重报" in text
    assert "单位情况 D7：R2.1：研发与技术人员不得多于从业人员" in text
    assert "未收到报表。" in text
    assert "服务中小企业：0 家" in text
    assert "SMEs served: 0" in text
    assert not re.search("U08|IT01|NM01", text), "of other centres nothing"


def test_the_links_carry_a_token_that_is_in_no_row_that_bundles_take(both_asked: House) -> None:
    found = list(links(both_asked, "EQ01"))
    assert [re.sub("[0-9a-f]{16}", "…", one) for one in found] == [
        "[确认 2026-Q3 EQ01 …]",
        "[异议 2026-Q3 EQ01 …]",
    ] * 2  # in both languages
    token = re.search("[0-9a-f]{16}", found[0])[0]
    rows = rows_upto(both_asked.ledger, both_asked.ledger.last_seq())
    assert token not in str(rows)


# --- answering ---


def test_a_mail_with_the_token_from_a_contact_of_the_centre_is_its_answer(asked: House) -> None:
    yes, no, *_ = links(asked, "EQ01")
    assert answer_by_mail(asked, EQ01.upper(), f"Re: {yes}", "")
    assert answer_by_mail(asked, EQ01, no, "\n\n U02 的从业人员应为 310\n> 原信\n")
    *_, first, last = asked.ledger.recorded(Confirmation)
    assert (first.state, first.comment) == ("confirmed", "")
    assert (last.state, last.comment) == ("objected", "U02 的从业人员应为 310")
    assert (last.by, EQ01 in str(rows_upto(asked.ledger, last.seq))) == ("EQ01 联络员 1（来信）", False)


@pytest.mark.parametrize(
    ("text", "comment"),
    [
        ("> 原信\n", "来信未写明理由"),
        ("请致电 0351-1234567 或 a@eq01.example\n", "理由见来信（其中有联系方式，不转录）"),
        ("误" * 300, "误" * 200),
    ],
)
def test_an_objection_is_one_whatever_it_says(asked: House, text: str, comment: str) -> None:
    _, no, *_ = links(asked, "EQ01")
    assert answer_by_mail(asked, EQ01, no, text)
    assert asked.ledger.recorded(Confirmation)[-1].comment == comment


@pytest.mark.parametrize(
    ("sender", "change"),
    [
        (IT01, ("", "")),  # another centre's contact
        ("nobody@unit.example", ("", "")),
        (EQ01, ("EQ01", "IT01")),  # another centre's letter
        (EQ01, ("2026-Q3", "2026-Q2")),  # never asked
        (EQ01, (r"\w{16}", "0" * 16)),
        (EQ01, ("确认", "同意")),
        (EQ01, (".+", "季报")),
    ],
)
def test_any_other_mail_is_none(both_asked: House, sender: str, change: tuple[str, str]) -> None:
    subject = re.sub(*change, next(links(both_asked, "EQ01")), count=1)
    seq = both_asked.ledger.last_seq()
    assert not answer_by_mail(both_asked, sender, subject, "确认")
    assert both_asked.ledger.last_seq() == seq


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (("2026-Q3", "NM01", "confirmed", "甲", ""), LookupError, "没有请 NM01 确认.*was not asked"),
        (("2026-Q2", "EQ01", "confirmed", "甲", ""), LookupError, "没有请 EQ01 确认.*was not asked"),
        (("2026-Q3", "EQ01", "asked", "甲", ""), ValueError, "没有“asked”.*confirmed or objected"),
        (("2026-Q3", "EQ01", "objected", "甲", " "), ValueError, "须写明内容.*needs a comment"),
        (("2026-Q3", "EQ01", "objected", "甲", "问 0351-1234567"), ValueError, "不得有电话.*no phone number"),
        (("2026-Q3", "EQ01", "confirmed", " ", ""), ValueError, "由谁作出.*who decides"),
    ],
)
def test_an_answer_that_cannot_be_taken(both_asked: House, words, error, said) -> None:
    seq = both_asked.ledger.last_seq()
    with pytest.raises(error, match=said):
        confirm(both_asked, *words)
    assert both_asked.ledger.last_seq() == seq


# --- in the report ---


def told(house: House) -> list[list[str]]:
    """The rows of the table in the data-quality chapter, second lines behind."""
    (table,) = (
        one
        for one in quality.chapter(facts_of(known(house), Q3), ZH).blocks
        if one.kind == "table" and "个中心审核" in one.title
    )
    return [[f"{cell.text}{cell.sub and f'；{cell.sub}'}" for cell in row] for row in table.rows]


def test_the_report_says_what_each_centre_that_was_asked_says(asked: House) -> None:
    """On the 19th IT01 has been silent since the 15th."""
    assert states(asked) == [("IT01", "asked"), ("IT01", "silent"), ("EQ01", "asked")]
    assert told(asked) == [
        ["重型机械", "待答复（限2026年10月26日）", "—"],
        ["工业大数据", "逾期未答复（限2026年10月15日）", "—"],
    ]
    confirm(asked, "2026-Q3", "IT01", "confirmed", "示例主任丙")
    confirm(asked, "2026-Q3", "EQ01", "objected", "示例主任丁", "U02 的从业人员应为 310")
    assert told(asked) == [
        ["重型机械", "异议于2026年10月19日", "U02 的从业人员应为 310"],
        ["工业大数据", "确认于2026年10月19日", "—"],
    ]
    assert ask_centres(at(asked, "2026-10-27T09:00:00")) == 0
    assert [state for _, state in states(asked)][-2:] == ["confirmed", "objected"], "no silence after a word"


def test_a_return_that_counts_otherwise_since_the_letter_is_said_beside_the_answer(asked: House) -> None:
    confirm(asked, "2026-Q3", "EQ01", "confirmed", "示例主任丁")
    before = asked.ledger.last_seq()
    one = next(each for each in asked.ledger.verdicts() if each.unit == "U01")
    asked.ledger.record_verdicts("2026-Q3", [replace(one, verdict="returned")], [], asked.now())
    assert told(asked)[0][1] == "确认于2026年10月19日；所核报表其后有变动"
    (then,) = (one for one in decided(known(asked, before), Q3).confirmations if one.state == "confirmed")
    assert not then.changed, "as known before"


def test_a_house_filled_from_a_bundle_says_the_same(asked: House, tmp_path: Path) -> None:
    confirm(asked, "2026-Q3", "IT01", "confirmed", "示例主任丙")
    allow_late(asked, "U02", "EQ01", "2026-Q3", asked.now() + timedelta(days=9), "示例处长甲", "系统故障")
    other = house_at(tmp_path / "other")
    fill(other.ledger, rows_upto(asked.ledger, asked.ledger.last_seq()))
    said = decided(known(other), Q3)
    assert said == decided(known(asked), Q3)
    assert (len(said.exceptions), len(said.confirmations)) == (1, 2)
