"""The year's rhythm: deadlines off holidays, templates once, reminders on their days to exactly who owes what."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest

from tasks.collect import collect
from tasks.demo_scale import excerpt
from tasks.due import openings_due, reminders_due
from tasks.letters import compose
from tasks.open_quarter import open_quarter
from tasks.process import process
from tasks.remind import remind
from tasks.settings import ROOT, House
from tests.conftest import house_at
from tests.house.filing import send, workbook
from warehouse.records import Letter
from warehouse.registry import Registry
from warehouse.registry_rows import Term
from warehouse.workdays import is_known, is_working

Q3 = "2026-Q3"


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One centre of five units, two quarters."""
    return excerpt(ROOT / "registry", tmp_path_factory.mktemp("calendar") / "registry", ("EQ01",), 2)


def at(home: Path, registry: Path, when: str) -> House:
    return house_at(home, registry=registry, now=datetime.fromisoformat(f"{when}+08:00"))


# ── working days
@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-10-01", False),  # National Day
        ("2026-10-08", True),
        ("2026-10-10", True),  # a Saturday that makes up for a day of the holiday
        ("2026-10-11", False),
        ("2031-05-01", True),  # a Thursday in a year whose holidays nobody has published
        ("2031-05-03", False),
    ],
)
def test_working_days_are_the_published_ones(day, working):
    assert is_working(date.fromisoformat(day), {}) is working


def test_the_registry_overrules_them():
    day = date(2026, 10, 9)
    assert is_working(day, {})
    assert not is_working(day, {day: False})


def test_a_deadline_moves_off_a_holiday_and_the_report_with_it():
    term = Term(
        quarter=Q3,
        opens="2026-10-01T00:00:00+08:00",
        due="2026-10-04T23:59:59+08:00",
        grace_days=3,
        report_at="2026-10-09T09:00:00+08:00",
    ).moved({})
    assert term.due.isoformat() == "2026-10-08T23:59:59+08:00"
    assert term.planned.isoformat() == "2026-10-04T23:59:59+08:00"
    assert term.report_at.isoformat() == "2026-10-13T09:00:00+08:00"
    assert term.closes.isoformat() == "2026-10-11T23:59:59+08:00"


def test_years_whose_holidays_are_not_known_are_named():
    read = Registry.read(ROOT / "registry")
    assert read.unknown_years == [year for year in (2025, 2026, 2027) if not is_known(year)]
    assert not is_known(2031)


# ── a quarter as it passes
class Passed(NamedTuple):
    """One home, and what was due and written on each day; letters by the day's name."""

    home: Path
    registry: Path
    due: dict[str, tuple[list[str], list[str]]]
    letters: dict[str, list[Letter]]


@pytest.fixture(scope="module")
def passed(registry: Path, tmp_path_factory: pytest.TempPathFactory) -> Passed:
    """U01 sends a good return after the first reminder, U02 one with an error; the others nothing."""
    home = tmp_path_factory.mktemp("passed") / "home"
    collect(at(home, registry, "2026-09-20T09:00:00"))
    told = Passed(home, registry, {}, {})
    for day in ("2026-10-01T10:00", "2026-10-08T08:59", "2026-10-08T09:00"):
        house = at(home, registry, f"{day}:00")
        told.due[day] = openings_due(house), reminders_due(house)
    before: set[str] = set()
    for name, when in (
        ("opened", "2026-10-08T09:00:00"),
        ("-2", "2026-10-13T09:00:00"),
        ("+1", "2026-10-16T09:00:00"),
        ("+5", "2026-10-20T09:00:00"),
    ):
        house = at(home, registry, when)
        if name == "-2":
            send(house, "U01.xlsx", workbook("EQ01", "U01"), "2026-10-09T09:00:00")
            send(house, "U02.xlsx", workbook("EQ01", "U02", rd_technical_staff=201), "2026-10-10T09:00:00")
            collect(house)
            assert process(house) == {"accepted": 1, "returned": 1}
            before |= {one.key for one in house.ledger.letters()}
        (open_quarter if name == "opened" else remind)(house, Q3)
        told.letters[name] = [one for one in house.ledger.letters() if one.key not in before]
        before |= {one.key for one in told.letters[name]}
    return told


def text_of(passed: Passed, letter: Letter) -> str:
    message = compose(at(passed.home, passed.registry, "2026-10-20T10:00:00"), letter)
    return str(message.get_body(("plain",)).get_content())


def to_whom(letters: list[Letter]) -> set[str]:
    return {one.recipients[0] for one in letters}


def units(*numbers: str) -> set[str]:
    return {f"u{number}@unit.example" for number in numbers}


def test_a_quarter_opens_on_the_offices_first_day_and_reminds_nobody_on_that(passed):
    assert passed.due == {
        "2026-10-01T10:00": ([], []),
        "2026-10-08T08:59": ([], []),
        "2026-10-08T09:00": ([Q3], []),
    }


@pytest.mark.parametrize(
    ("when", "due"),
    [
        ("2026-07-08T08:59:00", []),
        ("2026-07-08T09:00:00", ["2026-Q2"]),  # seven days before the deadline
        ("2026-07-12T09:00:00", ["2026-Q2"]),  # still to be said, if nobody looked for some days
        ("2026-07-15T09:00:00", ["2026-Q2"]),  # the next one, two days before
        ("2026-07-24T09:00:00", ["2026-Q2"]),  # five days after
        ("2026-07-28T09:00:00", []),  # not said for a week, not said any more
    ],
)
def test_reminders_are_due_on_the_registrys_days(registry, tmp_path, when, due):
    collect(at(tmp_path / "home", registry, "2026-06-20T09:00:00"))
    assert reminders_due(at(tmp_path / "home", registry, when)) == due


def test_every_unit_gets_its_templates_once(passed):
    letters = passed.letters["opened"]
    assert to_whom(letters) == units("01", "02", "03", "04", "80")
    house = at(passed.home, passed.registry, "2026-10-08T10:00:00")
    assert (open_quarter(house, Q3), openings_due(house)) == (0, [])
    letter = next(one for one in letters if "u02@" in one.recipients[0])
    message = compose(house, letter)
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "季报_2026-Q3_EQ01_U02.xlsx"
    kept = house.templates / Q3 / "U02" / attached.get_filename()
    assert attached.get_content() == kept.read_bytes()
    cover = openpyxl.load_workbook(BytesIO(attached.get_content()))["封面"]
    assert Q3 in {cell.value for row in cover.iter_rows() for cell in row}
    assert "2026年10月15日截止" in message["Subject"]


def test_a_return_that_is_in_order_is_not_asked_for_again(passed):
    assert to_whom(passed.letters["-2"]) == units("02", "03", "04", "80")


def test_a_reminder_says_exactly_what_is_missing(passed):
    by_unit = {one.recipients[0][:3]: text_of(passed, one) for one in passed.letters["-2"]}
    assert "未收到报表" in by_unit["u03"]
    assert "还有 2 天" in by_unit["u03"]
    assert "in 2 days" in by_unit["u03"]
    assert "“U02.xlsx”已退回" in by_unit["u02"]
    assert "单位情况 " in by_unit["u02"], "the sheet and the cell"
    assert "2026-10" not in by_unit["u02"], "days are written as people write them"


def test_after_the_deadline_the_centre_is_told_and_then_the_department(passed):
    centre, department = {"contact@eq01.example"}, {"department@sheng.example"}
    late = units("02", "03", "04", "80")
    assert to_whom(passed.letters["+1"]) == late | centre
    assert to_whom(passed.letters["+5"]) == late | centre | department
    told = text_of(passed, next(one for one in passed.letters["+5"] if one.recipients[0] in department))
    assert told.count("未收到报表") == 3
    assert "示例重型机械集团有限公司（U02）" in told
    assert "宽限期也已过" in told


def test_nothing_is_reminded_of_twice(passed):
    house = at(passed.home, passed.registry, "2026-10-20T15:00:00")
    assert reminders_due(house) == []
    assert remind(house, Q3) is None


def test_a_new_house_writes_to_nobody_about_what_lies_behind_it(registry, tmp_path):
    house = at(tmp_path / "home", registry, "2026-10-26T09:00:00")
    assert (openings_due(house), reminders_due(house)) == ([], [])
    collect(house)
    later = at(tmp_path / "home", registry, "2026-10-27T09:00:00")
    assert (openings_due(later), reminders_due(later)) == ([], [])
    assert remind(later, Q3) is None
