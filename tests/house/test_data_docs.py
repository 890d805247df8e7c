"""The data docs of a quarter: what operators read of Great Expectations, without people and without other hosts."""

from __future__ import annotations

import re
from html import escape, unescape
from pathlib import Path

import pytest

from expectations.form import the_form
from expectations.frames import relations_sql
from expectations.quarter import Quarter
from reports.data_docs import QuarterDocs, describe, failed, page
from tasks.check import Candidate, load_frames
from tasks.collect import collect
from tasks.data_docs import data_docs_due, publish_data_docs, publish_due
from tasks.parsed import CellRead, write_parsed
from tasks.process import process
from tasks.reader import read_workbook
from tasks.settings import ROOT, House
from tests.conftest import NOW, house_at
from tests.house.filing import COVER, send, workbook
from tests.returns.filled import changed
from warehouse.registry import Registry
from warehouse.store import scratch

MARKUP = "<svg onload=alert(1)>"
SECRET = "示例秘密人"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Two returns in order, one with more R&D staff than employees, one file that is no workbook; docs published."""
    house = house_at(tmp_path_factory.mktemp("docs"))
    send(house, "U01.xlsx", workbook("EQ01", "U01"), "2026-10-09T09:00:00")
    send(house, "U02-old.xlsx", workbook("EQ01", "U02"), "2026-10-09T10:00:00")
    send(house, "U02.xlsx", workbook("EQ01", "U02", rd_technical_staff=201), "2026-10-10T09:00:00")
    send(house, "U03.xlsx", b"<html>log in again</html>", "2026-10-10T09:00:00")
    collect(house)
    process(house)
    assert data_docs_due(house) == ["2026-Q3"]
    assert publish_due(house) == ["2026-Q3"]
    return house


def published(house: House) -> dict[str, str]:
    folder = house.home / "data-docs"
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*.*")}


def test_there_is_a_page_a_sheet_that_was_filled_and_an_index(house: House) -> None:
    assert set(published(house)) == {
        "index.html",
        "2026-Q3/summary.json",
        "2026-Q3/cover.html",
        "2026-Q3/unit.html",
    }
    index = published(house)["index.html"]
    assert re.findall(r'href="([^"]+)"', index) == ["2026-Q3/cover.html", "2026-Q3/unit.html"]
    assert index.count("（空 empty）") == 6


def test_the_newest_version_of_every_return_is_what_is_told(house: House) -> None:
    docs = QuarterDocs.model_validate_json(published(house)["2026-Q3/summary.json"])
    assert (docs.quarter, docs.returns, docs.made_at) == ("2026-Q3", 2, NOW)
    (unit,) = [sheet for sheet in docs.sheets if sheet.name == "unit"]
    (fault,) = unit.failed
    assert (fault.no, fault.rows, fault.of, fault.returns) == ("R2.1", 1, 2, ("U02（EQ01）",))


def test_a_relation_reads_as_an_official_knows_it(house: House) -> None:
    rule = next(rule for rule in the_form().by_name["unit"].rules if rule.no == "R2.1")
    index, unit = (unescape(published(house)[name]) for name in ("index.html", "2026-Q3/unit.html"))
    assert f"{rule.zh}　[2] ≤ [1]" in index
    text = " ".join(re.sub(r"<[^>]+>", " ", unit.partition("</head>")[2]).split())
    assert f"R2.1 {rule.zh}" in text
    assert "1 unexpected values found. 50% of 2 total rows." in text
    assert "[1] 季末从业人员" in text
    assert "在 1 至 1000000 之间" in text
    assert "__text" not in text
    assert text.index("R2.2") < text.index("R2.10") < text.index("[1] 季末") < text.index("[7] 本季研发投入")


def test_people_are_in_no_page(house: House) -> None:
    private = [column.name for column in the_form().by_name["cover"].columns if column.private]
    for text in published(house).values():
        for name in private:
            assert str(COVER[name]) not in text


def test_nothing_is_fetched_from_another_host(house: House) -> None:
    for name, text in published(house).items():
        assert not re.search(r"https?://|<script|<link|<img|@import|url\(", text), name


def test_docs_are_due_again_only_after_another_verdict(house: House) -> None:
    assert data_docs_due(house) == publish_due(house) == []
    before = published(house)
    assert publish_data_docs(house, "2026-Q3") == house.home / "data-docs" / "index.html"
    assert published(house) == before, "the same returns at the same time give the same docs"


@pytest.mark.parametrize(("quarter", "why"), [("2031-Q1", "calendar"), ("2026-Q4", "could be read")])
def test_a_quarter_without_returns_has_no_docs(house: House, quarter: str, why: str) -> None:
    with pytest.raises(LookupError, match=why):
        publish_data_docs(house, quarter)


def test_what_a_contact_column_holds_is_not_shown_even_where_it_fails(tmp_path: Path) -> None:
    """A filler whose name could not be read, and a recipient's code: the count of the one, the value of the other."""
    from expectations.suites import KEYS, batch_of, new_context, suite

    form, quarter = the_form(), Quarter(2026, 3)
    registry = Registry.read(ROOT / "registry")
    member = next(one for one in registry.expected(quarter) if (one.centre, one.unit) == ("EQ01", "U02"))
    cells, findings = read_workbook(
        changed({"技术扩散": {"I7": "91350100M000100Y44", "I8": MARKUP}}), "季报.xlsx", form
    )
    write_parsed(tmp_path / "parsed", [_hidden(one) for one in cells], findings)
    pages = {}
    with scratch() as connection:
        batch = [Candidate("a" * 64, member, quarter, tmp_path / "parsed")]
        load_frames(connection, batch, [], tmp_path, registry, form)
        for name in ("cover", "diffusion"):
            sheet = form.by_name[name]
            frame = connection.execute(relations_sql(sheet, form)).df()
            asked = suite(sheet, quarter.end)
            describe(asked.expectations, sheet)
            how = {"result_format": "COMPLETE", "unexpected_index_column_names": KEYS}
            result = batch_of(new_context(), sheet, frame).validate(asked, result_format=how)
            told = failed(result, sheet, form, {"a" * 12: "U02（EQ01）"})
            pages[name] = page(result, sheet, "2026-Q3", NOW) + "".join(one.model_dump_json() for one in told)
    assert "[13]" in pages["cover"]
    assert "1 unexpected values found" in pages["cover"]
    assert SECRET not in pages["cover"]
    assert "91350100M000100Y44" in pages["diffusion"]
    assert MARKUP not in pages["diffusion"], "what a unit wrote is text"
    assert escape(MARKUP) in pages["diffusion"]


def _hidden(cell: CellRead) -> CellRead:
    return cell._replace(value=None, found=SECRET, reason="not_text") if cell.column == "filler" else cell


def test_a_return_in_force_is_not_asked_why_it_takes_its_own_place(house: House) -> None:
    """U01's is in force and the newest; U02's newest would take the place of the one that was accepted."""
    docs = QuarterDocs.model_validate_json(published(house)["2026-Q3/summary.json"])
    (cover,) = [sheet for sheet in docs.sheets if sheet.name == "cover"]
    assert [(fault.no, fault.returns) for fault in cover.failed] == [("R1.10", ("U02（EQ01）",))]
