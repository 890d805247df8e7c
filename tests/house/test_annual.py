"""The year: its report adds up its quarters, closes them, and is revised only by what a decision lets in."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest

from expectations.quarter import Quarter
from reports.blocks import Table, View
from tasks.annual import annual, quarters_of, years_due, years_moved
from tasks.as_of import draft_of, report_as_of
from tasks.bundle import bundle
from tasks.collect import collect
from tasks.demo import write_returns
from tasks.demo_scale import excerpt
from tasks.load import load
from tasks.process import process
from tasks.replay import replay
from tasks.report import report
from tasks.revise import revise
from tasks.settings import ROOT, House
from tests.conftest import house_at
from tests.house.filing import release_held, sent_again
from warehouse.figures import Figures
from warehouse.records import ANNUAL

WINTER, SPRING, SUMMER = (
    datetime.fromisoformat(day)
    for day in ("2026-01-20T09:00:00+08:00", "2026-04-20T09:00:00+08:00", "2026-06-01T09:00:00+08:00")
)
WHY = "年度决算后按合同文本更正。"


class Story(NamedTuple):
    """The house after the year was closed, after a return came for it, and after that was let in; two editions."""

    house: House
    due_before: list[str]
    held: dict[str, int]
    second: str | None


def house_on(home: Path, registry: Path, day: datetime) -> House:
    return house_at(home, registry=registry, now=day)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """One centre: its fourth quarter is reported in winter, the year closed in spring, and corrected in summer."""
    folder = tmp_path_factory.mktemp("year")
    registry = excerpt(ROOT / "registry", folder / "registry", ("EQ01",), 7)
    winter, spring, summer = (house_on(folder / "house", registry, day) for day in (WINTER, SPRING, SUMMER))
    write_returns(winter.inbox, registry, until=WINTER)
    collect(winter)
    process(winter)
    report(winter, "2025-Q4")
    due_before = years_due(winter)
    release_held(spring)
    load(spring)
    assert years_due(spring) == ["2025"]
    assert annual(spring, "2025") == "2025-annual-e1"
    sent_again(summer, "2025-Q4", "U01", "diffusion", "contract_value_wan_cny", lambda value: value * 4, WHY)
    collect(summer)
    held = process(summer)
    assert years_moved(summer, "2025-Q4") == [], "what waits for a decision changes nothing"
    release_held(summer)
    assert revise(summer, "2025-Q4") == "2025-Q4-e2"
    assert years_moved(summer, "2025-Q4") == ["2025"]
    return Story(summer, due_before, held, annual(summer, "2025"))


def views(story: Story) -> list[View]:
    """The Chinese views of both editions."""
    return [draft_of(story.house, one).views[0] for one in story.house.ledger.editions(scope=ANNUAL)]


def tables(view: View) -> dict[str, Table]:
    return {
        f"{chapter.id} {n}": block
        for chapter in view.chapters
        for n, block in enumerate(one for one in chapter.blocks if isinstance(one, Table))
    }


def test_a_year_is_closed_when_the_next_ones_first_report_is_due(story):
    assert story.due_before == []
    assert years_due(story.house) == [], "it is closed"


def test_flows_are_the_years_and_stocks_its_ends(story):
    """Every indicator, quarter by quarter and for the year, as the warehouse has it; flows are the sum of the quarters."""
    table = tables(views(story)[1])["rd 0"]
    with story.house.store.reading() as connection:
        figures = Figures(connection)
    (spend,) = [row for row in table.rows if row[0].text.startswith("研发项目支出")]
    quarters = [figures.value("rd_spend_wan_cny", str(one)) or Decimal(0) for one in quarters_of(2025)]
    assert [cell.text for cell in spend[1:]] == [f"{one:,.0f}" for one in (sum(quarters), *quarters)]
    (members,) = [
        row for row in tables(views(story)[1])["system 0"].rows if row[0].text.startswith("成员单位")
    ]
    assert members[1].text == members[-1].text, "a stock is that of the year's end"
    assert len(tables(views(story)[1])["diffusion 0"].rows) == 18


def test_a_correction_of_a_closed_year_waits_for_a_decision_and_is_told_so(story):
    assert story.held == {"held": 1}
    (late,) = [
        finding
        for one in story.house.ledger.first_verdicts()
        for finding in story.house.ledger.findings(one.sha256, upto=one.seq)
        if finding.rule == "year_closed"
    ]
    assert late.severity == "hold"
    assert "2025 年已经关账" in late.zh
    assert "2025 was closed" in late.en


def test_what_a_decision_lets_in_is_told_as_a_revision_of_the_closed_year(story):
    assert story.second == "2025-annual-e2"
    first, second = views(story)
    assert "修订说明" not in [one.title for one in first.chapters]
    (note,) = [one for one in second.chapters if one.id == "revisions"]
    said = note.model_dump_json()
    assert "本版取代第1版" in note.lead
    assert "技术合同成交额" in said
    assert WHY in said
    assert "累计由" in said
    assert "本季由" not in said, "a year tells of its totals"
    assert second.subject.startswith("【修订版】2025年全省制造业创新中心年度报告：")
    assert second.edition.number_text == "第2版（修订版）"


def test_it_says_how_far_first_editions_have_moved(story):
    """Of the one quarter that was reported: eight key figures, in its first edition and now."""
    _, second = views(story)
    table = tables(second)["tracks 0"]
    assert [row[0].text for row in table.rows] == ["25年4季"] * 8
    assert table.rows[0][0].sub == "已出 2\N{NO-BREAK SPACE}版"
    with story.house.store.reading() as connection:
        now = Figures(connection).value("rd_spend_wan_cny", "2025-Q4")
    (spend,) = [row for row in table.rows if row[1].text == "研发项目支出"]
    assert spend[3].text == f"{now:,.0f}"


def test_officials_get_it(story):
    folders = {one.folder for one in story.house.ledger.editions(scope=ANNUAL)}
    assert folders == {"2025-annual-e1", "2025-annual-e2"}
    to = sorted(
        (one.subject, one.recipients[0]) for one in story.house.ledger.letters() if one.subject in folders
    )
    assert to == [
        (folder, f"official-{who}@sheng.example") for folder in sorted(folders) for who in ("a", "b")
    ]
    mail = json.loads((story.house.editions / "2025-annual-e1" / "mail.json").read_text("utf-8"))
    assert mail["subject"].startswith("2025年全省制造业创新中心年度报告：")
    assert "本季" not in mail["text"]


def test_it_comes_out_byte_for_byte_as_of_the_day_it_was_issued(story):
    for edition in story.house.ledger.editions(scope=ANNUAL):
        made = report_as_of(story.house, edition.quarter, str(edition.seq), ANNUAL)
        assert (made.edition, made.differing) == (edition, ())


def test_nothing_new_makes_no_new_edition(story):
    assert annual(story.house, "2025") is None


def test_the_annex_opens(story):
    book = openpyxl.load_workbook(story.house.editions / "2025-annual-e2" / "annex.xlsx")
    assert len(book.sheetnames) >= 4


@pytest.mark.parametrize(
    ("year", "error", "sentence"),
    [
        ("26", ValueError, "not a year"),
        ("2025-Q4", ValueError, "not a year"),
        ("2024", LookupError, "does not hold all quarters"),
        ("2026", LookupError, "had not opened"),
    ],
)
def test_what_is_no_whole_year_is_not_reported_on(story, year, error, sentence):
    before = story.house.ledger.editions(scope=None)
    with pytest.raises(error, match=sentence):
        annual(story.house, year)
    assert story.house.ledger.editions(scope=None) == before


def test_the_years_quarters_are_four():
    assert quarters_of(2025)[-1] == Quarter(2025, 4)


def test_a_year_is_sealed_and_made_again(story: Story, tmp_path: Path) -> None:
    second = story.house.ledger.editions(scope=ANNUAL)[-1]
    bundle(story.house, second.quarter, second.number, tmp_path / "year.zip", ANNUAL)
    made = replay(
        house_at(tmp_path / "empty", registry=tmp_path / "no registry of its own"), tmp_path / "year.zip"
    )
    assert made.edition == second
    assert made.equal, made.checks
    assert {one.what for one in made.checks} == {"chain", "kept", "parsed", "warehouse", "outputs", "record"}
