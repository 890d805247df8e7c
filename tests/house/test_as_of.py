"""What was known on a day past can be told again, byte for byte, whatever has arrived since."""

from __future__ import annotations

import hashlib
from datetime import datetime

import pytest

from tasks.as_of import report_as_of
from tasks.collect import collect
from tasks.draft import made_with
from tasks.known import known
from tasks.process import process
from tasks.report import report
from tasks.restate import FIGURES
from tasks.settings import House
from tests.conftest import QUARTERS, copied
from tests.house.filing import release_held, sent_again
from warehouse.figures import Figures, read_figures_file

LATER = datetime.fromisoformat("2026-11-09T09:00:00+08:00")


@pytest.fixture(scope="module")
def later(small_house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Four editions are out; then a late return is let in, a revision comes, and two more editions go out."""
    house = copied(small_house, tmp_path_factory.mktemp("later") / "house", now=LATER)
    sent_again(house, "2026-Q2", "U01", "unit", "rd_person_years", lambda value: value + 2)
    collect(house)
    process(house)
    release_held(house)
    assert [report(house, quarter) for quarter in QUARTERS[1:]] == ["2026-Q2-e3", "2026-Q3-e2"]
    return house


def person_years(house: House, upto: int | None = None) -> object:
    with known(house, upto).reading() as connection:
        return Figures(connection).value("rd_person_years", "2026-Q2")


def test_an_edition_comes_out_byte_for_byte_as_of_the_day_it_was_issued(later: House) -> None:
    """The first edition of every quarter; of two of them another was issued since."""
    assert [one.folder for one in later.ledger.editions()] == [
        "2026-Q1-e1",
        "2026-Q2-e1",
        "2026-Q2-e2",
        "2026-Q2-e3",
        "2026-Q3-e1",
        "2026-Q3-e2",
    ]
    for quarter in QUARTERS:
        edition = later.ledger.editions(quarter)[0]
        made = report_as_of(later, quarter, str(edition.seq))
        assert (made.edition, made.differing) == (edition, ())
        files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in made.folder.iterdir()}
        assert files == edition.outputs
        assert {"report.html", "report.pdf", "annex.xlsx"} <= set(files)


def test_a_return_in_use_has_the_warnings_of_the_verdict_that_stood_then(later: House) -> None:
    seen = set()
    for edition in later.ledger.editions():
        state = known(later, edition.known_seq)
        with state.reading() as connection:
            told = dict(connection.execute("select sha256, warned from led_submission").fetchall())
        in_use = [one.judged.sha256 for one in state.in_force]
        found = {sha256: {one.severity for one in state.findings(sha256)} for sha256 in in_use}
        assert told == {sha256: "warning" in severities for sha256, severities in found.items()}
        seen |= set(told.values())
    assert seen == {True, False}


def test_an_instant_names_what_was_known_then(later: House) -> None:
    _, first, second = later.ledger.editions("2026-Q2")
    assert report_as_of(later, "2026-Q2", "2026-08-04T00:00").edition == first
    assert report_as_of(later, "2026-Q2", LATER.isoformat()).edition == second
    assert person_years(later) - person_years(later, first.seq) == 2  # type: ignore[operator]


def test_the_current_warehouse_is_untouched_by_questions_about_the_past(later: House) -> None:
    before = later.store.made_of(), later.ledger.last_seq()
    report_as_of(later, "2026-Q1", str(later.ledger.editions("2026-Q1")[0].seq))
    assert (later.store.made_of(), later.ledger.last_seq()) == before


def test_what_nobody_was_told_says_so(later: House) -> None:
    """After the revision was let in and before the second edition: known, and not issued."""
    second = later.ledger.editions("2026-Q2")[-1]
    made = report_as_of(later, "2026-Q2", str(second.known_seq))
    assert made.edition is None
    page = (made.folder / "report.html").read_text("utf-8")
    assert "推算稿（未印发）" in page
    assert "第3版" not in page


@pytest.mark.parametrize(
    ("when", "error"), [("yesterday", ValueError), ("0", LookupError), ("2020-01-01", LookupError)]
)
def test_a_time_that_was_never_known_is_refused(later: House, when: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        report_as_of(later, "2026-Q3", when)


def test_an_edition_says_what_it_rests_on_and_what_it_was_made_with(later: House) -> None:
    _, first, second = later.ledger.editions("2026-Q2")
    assert first.made_with == made_with(first.quarter)
    assert set(first.made_with) == {"code", "definitions", "indicators", "libraries", "python", "machine"}
    assert "duckdb " in first.made_with["libraries"]
    assert "typst " in first.made_with["libraries"]
    (gone,) = set(first.submissions) - set(second.submissions)
    assert {one.quarter for one in later.ledger.verdicts() if one.sha256 == gone} == {"2026-Q2"}
    assert set(first.submissions) == {
        one.judged.sha256 for one in known(later, first.seq).in_force if one.judged.quarter <= "2026-Q2"
    }


def test_the_figures_an_edition_was_issued_with_are_kept_with_it(later: House) -> None:
    for edition in later.ledger.editions("2026-Q2"):
        kept = read_figures_file(later.editions / edition.folder / FIGURES)
        with known(later, edition.known_seq).reading() as connection:
            assert kept == Figures(connection).of("2026-Q2")
