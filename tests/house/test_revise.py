"""What became known after an edition is told in a revised one, with its causes, or written down where it is slight."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from expectations.quarter import Quarter
from tasks.collect import collect
from tasks.draft import PAGE
from tasks.known import known
from tasks.load import load
from tasks.process import process
from tasks.restate import figures_issued, figures_known, revision
from tasks.revise import revise, revisions_due
from tasks.settings import House
from tests.conftest import QUARTERS, copied, house_at
from tests.house.filing import release_held, sent_again
from warehouse.indicators import Indicator, indicators
from warehouse.records import Edition

LATER = datetime.fromisoformat("2026-11-09T09:00:00+08:00")
WHY = "原报表漏填合同成交额的一部分，现按合同文本更正。"
NAME = "技术合同成交额"


def taken_in(house: House, *change: Any, reason: str = "") -> Decimal:
    """A return sent again after its deadline is held, and let in by the office; the change of its one cell."""
    was, now = sent_again(house, *change, reason=reason)
    collect(house)
    assert process(house) == {"held": 1}
    release_held(house)
    return round(Decimal(str(now)) - Decimal(str(was)), 4)


@pytest.fixture(scope="module")
def later(small_house: House, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], House]:
    """Makes copies of the small demo on a later day, what was held in it let in, and its reports brought up to that."""

    def copy(of: House = small_house) -> House:
        return copied(of, tmp_path_factory.mktemp("revise") / "house", now=LATER)

    house = copy()
    release_held(house)
    for quarter in revisions_due(house):
        revise(house, quarter)
    assert revisions_due(house) == []
    return lambda: copy(house)


@pytest.fixture(scope="module")
def revised(later: Callable[[], House]) -> tuple[House, Decimal]:
    """A contract of the second quarter turns out to be worth three times what was reported; both reports are revised."""
    house = later()
    more = taken_in(
        house, "2026-Q2", "U03", "diffusion", "contract_value_wan_cny", lambda value: value * 3, reason=WHY
    )
    assert revisions_due(house) == ["2026-Q2", "2026-Q3"]  # in the third quarter the year to date moved
    number = house.ledger.editions("2026-Q2")[-1].number
    assert revise(house, "2026-Q2") == f"2026-Q2-e{number + 1}"
    return house, more


def last_two(house: House) -> tuple[Edition, Edition]:
    before, last = house.ledger.editions("2026-Q2")[-2:]
    return before, last


def contract_values(house: House) -> list[Decimal]:
    """The province's figure of the quarter in its last two editions."""
    return [
        one.numerator
        for edition in last_two(house)
        for one in figures_issued(house, edition)
        if (one.indicator, one.period, one.level, one.part)
        == ("contract_value_wan_cny", "quarter", "province", "")
    ]


def test_the_difference_between_the_editions_is_the_cell_that_was_changed(
    revised: tuple[House, Decimal],
) -> None:
    house, more = revised
    first, second = contract_values(house)
    assert second - first == more > 0


def test_the_note_says_old_new_difference_and_whose_return_with_its_reason(
    revised: tuple[House, Decimal],
) -> None:
    house, _ = revised
    first, second = contract_values(house)
    text = json.loads((house.editions / last_two(house)[1].folder / "mail.json").read_text("utf-8"))["text"]
    text = "".join(text.split()).replace("\u00a0", "")
    share = f"+{(second - first) / first * 100:.1f}%"
    assert f"本季由{first:,.0f}万元改为{second:,.0f}万元（{share}，修订门槛1%）。" in text
    unit = house.registry.unit["U03"].name
    assert f"原因：{unit}（重型机械）更正2026年第二季度报表（原计" in text
    assert "万元，现计" in text
    assert WHY in text
    assert "示例处长甲：已核实" in text
    page = (house.editions / last_two(house)[1].folder / PAGE).read_text("utf-8")
    assert "修订说明" in page
    assert WHY in page
    assert f"第{last_two(house)[1].number}版（修订版）" in page


def test_causes_add_up_to_the_difference(revised: tuple[House, Decimal]) -> None:
    house, more = revised
    first, second = last_two(house)
    note = revision(known(house, second.known_seq), Quarter.parse("2026-Q2"), first)
    moved = {one.code: one for one in note.moved}
    assert "contract_value_wan_cny" in moved
    one = moved["contract_value_wan_cny"]
    before, now = one.values["quarter"]
    assert before is not None
    assert now is not None
    assert sum(cause.now - cause.before for cause in one.causes) == now - before == more
    (cause,) = one.causes
    assert cause.changed is not None
    assert cause.changed.unit.zh == house.registry.unit["U03"].name
    assert (note.registry, note.definitions) == (False, False), "neither changed between the editions"
    assert revision(
        known(house, second.known_seq), Quarter.parse("2026-Q2"), replace(first, made_with={})
    ).definitions
    (changed,) = note.returns
    assert (changed.how, changed.reason, str(changed.quarter)) == ("revised", WHY, "2026-Q2")


def test_the_mail_is_headed_by_what_moved_most(revised: tuple[House, Decimal]) -> None:
    house, _ = revised
    subjects = {
        name: json.loads((house.editions / last_two(house)[1].folder / name).read_text("utf-8"))["subject"]
        for name in ("mail.json", "mail.en.json")
    }
    assert subjects["mail.json"].startswith("【修订版】2026年第二季度")
    assert "改为" in subjects["mail.json"]
    assert subjects["mail.en.json"].startswith("[Revised]")
    due = [one for one in house.ledger.letters() if one.subject == last_two(house)[1].folder]
    assert len(due) == 2


def test_what_it_asks_for_is_asked_from_its_own_day_on(revised: tuple[House, Decimal]) -> None:
    """The report of the second quarter was due in July; nobody can decide by then in November."""
    house, _ = revised
    text = json.loads((house.editions / last_two(house)[1].folder / "mail.json").read_text("utf-8"))["text"]
    asked = re.findall(r"·(\d+)月(\d+)日前", text)
    assert asked
    assert all((int(month), int(day)) > (LATER.month, LATER.day) for month, day in asked)


def test_a_later_quarter_is_revised_where_its_year_to_date_moved(revised: tuple[House, Decimal]) -> None:
    house, _ = revised
    before = len(house.ledger.editions("2026-Q3"))
    assert revise(house, "2026-Q3") == f"2026-Q3-e{before + 1}"
    text = "".join(
        json.loads((house.editions / f"2026-Q3-e{before + 1}" / "mail.json").read_text("utf-8"))[
            "text"
        ].split()
    )
    assert "累计由" in text
    assert revisions_due(house) == []


def test_readers_are_shown_how_far_first_figures_have_moved(revised: tuple[House, Decimal]) -> None:
    house, _ = revised
    first, second = contract_values(house)
    page = (house.editions / last_two(house)[1].folder / PAGE).read_text("utf-8")
    table = page[page.index("项数字前后不同") :]
    table = table[: table.index("</table>")]
    (row,) = (one for one in table.split("<tr") if NAME in one and "2026年第二季度" in one)
    assert [f"{value:,.0f}" in row for value in (first, second)] == [True, True]


def test_what_is_slight_is_written_down_and_nobody_is_written_to(later: Callable[[], House]) -> None:
    house = later()
    taken_in(house, "2026-Q2", "U01", "unit", "rd_person_years", lambda value: round(value + 0.01, 4))
    assert "2026-Q2" in revisions_due(house)
    editions, letters = house.ledger.editions(), house.ledger.letters()
    for quarter in revisions_due(house):
        assert revise(house, quarter) is None
    assert (house.ledger.editions(), house.ledger.letters()) == (editions, letters)
    now = known(house).inputs.seq
    (one,) = (
        each for each in house.ledger.assessments() if (each.quarter, each.known_seq) == ("2026-Q2", now)
    )
    assert one.number == editions_of(house, "2026-Q2")
    assert revisions_due(house) == []


def editions_of(house: House, quarter: str) -> int:
    return house.ledger.editions(quarter)[-1].number


def test_only_a_quarter_that_was_reported_on_can_be_revised(later: Callable[[], House]) -> None:
    with pytest.raises(LookupError, match="no edition to revise"):
        revise(later(), "2026-Q4")


@pytest.mark.parametrize(
    ("changed", "told"),
    [({"contacts": ()}, False), ({"recipients": ()}, False), ({"openings": ()}, True)],
    ids=str,
)
def test_only_what_figures_rest_on_is_a_change_of_the_registry(
    house_copy: House, changed: dict[str, Any], told: bool
) -> None:
    registry = house_copy.registry.model_copy(update=changed)
    house_copy.ledger.record_snapshot("registry", registry.snapshot(), house_copy.now())
    edition = house_copy.ledger.editions("2026-Q1")[0]
    assert revision(known(house_copy), Quarter.parse("2026-Q1"), edition).registry is told


def test_a_definition_or_mark_of_next_year_calls_for_no_revision(
    later: Callable[[], House], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the first quarter it measures has opened, every figure is what it was."""
    before = later()
    was = known(before)
    told = {quarter: figures_known(was, quarter) for quarter in QUARTERS}
    house = with_mark(before, tmp_path / "next", "2027-01-01")
    define(monkeypatch, until="2026-Q4")
    collect(house)
    load(house)
    assert known(house).inputs.seq > was.inputs.seq
    assert revisions_due(house) == []
    assert {quarter: figures_known(known(house), quarter) for quarter in QUARTERS} == told


def test_a_definition_put_into_the_past_does(
    later: Callable[[], House], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = with_mark(later(), tmp_path / "past", "2027-01-01")
    define(monkeypatch, until="2025-Q4")
    collect(house)
    load(house)
    assert revisions_due(house) == list(QUARTERS)


def with_mark(house: House, folder: Path, valid_from: str) -> House:
    """The house with another floor of leading enterprises in its registry, valid from a day."""
    shutil.copytree(house.settings.registry, folder)
    with (folder / "thresholds.csv").open("a", encoding="utf-8") as handle:
        handle.write(f"leading_enterprises,floor,1,{valid_from},示例,Example\n")
    return house_at(house.home, registry=folder, now=LATER)


def define(monkeypatch: pytest.MonkeyPatch, until: str) -> None:
    """People trained are counted by trainings from the quarter after ``until`` on."""
    one = indicators()["people_trained"]
    now = {"until": until, "why": "改", "why_en": "changed", "where": one.where}
    now |= {"formula": one.formula, "formula_en": one.formula_en}
    earlier = [each.model_dump(exclude_unset=True) for each in one.earlier if each.until < until]
    later = Indicator(
        **(one.model_dump() | {"numerator": "1", "earlier": [*earlier, now | {"numerator": one.numerator}]})
    )
    told = indicators() | {one.code: later}
    for module in ("warehouse.build", "warehouse.figures", "tasks.restate"):
        monkeypatch.setattr(f"{module}.indicators", lambda: told)
