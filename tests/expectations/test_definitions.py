"""The definitions themselves: a mistake fails when they are read, and what is generated from them is up to date."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from expectations.codes import code_lists, name_of
from expectations.dictionary import PAGE, dictionary
from expectations.form import FOLDER, load_form, the_form
from expectations.quarter import Quarter
from expectations.relations import columns_of, names_in


def edited(tmp_path: Path, old: str, new: str) -> Path:
    folder = tmp_path / "forms"
    shutil.copytree(FOLDER, folder)
    file = folder / "unit.yml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    return folder


def test_the_committed_dictionary_is_the_forms() -> None:
    assert PAGE.read_text("utf-8") == dictionary(the_form()), "run `make docs`"


def test_an_unknown_context_function_fails_when_the_form_is_read(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unknown context function"):
        load_form(edited(tmp_path, "last_quarter(employees)", "next_quarter(employees)"))


def test_an_unknown_key_of_a_column_fails_when_the_form_is_read(tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        load_form(edited(tmp_path, "required: true", "requird: true"))


def test_every_relation_is_about_columns_or_declared_context_and_nothing_else() -> None:
    for sheet in the_form().sheets:
        known = set(sheet.by_name) | set(sheet.context_text)
        for rule in sheet.rules:
            assert set(names_in(rule.must)) <= known, rule.no
            assert columns_of(rule, sheet), rule.no


def test_there_are_enough_relations_and_one_looks_at_last_quarter() -> None:
    rules = [(rule, sheet) for sheet in the_form().sheets for rule in sheet.rules]
    assert len({rule.no for rule, _ in rules}) == len(rules) >= 12
    past = {
        name
        for sheet in the_form().sheets
        for name, text in sheet.context_text.items()
        if "last_quarter" in text
    }
    assert any(set(names_in(rule.must)) & past for rule, _ in rules)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("min: 1, max: 1000000}", "min: 1}", "give both or none"),
        (
            'type: "decimal(18,4)", unit: 人年, required: true, min: 0, max: 1000000',
            'type: "decimal(5,2)", unit: 人年, required: true, min: 0, max: 1000',
            "fit decimal",
        ),
    ],
)
def test_bounds_that_cannot_be_printed_or_kept_fail_when_the_form_is_read(
    tmp_path: Path, old: str, new: str, why: str
) -> None:
    with pytest.raises(ValidationError, match=why):
        load_form(edited(tmp_path, old, new))


def test_bounds_are_printed_as_plain_numbers() -> None:
    unit = the_form().by_name["unit"].by_name
    assert unit["employees"].bounds == ("1", "1000000")
    assert unit["value_added_wan_cny"].bounds == ("-1000000000000", "1000000000000")
    assert the_form().by_name["outputs"].by_name["credit_share"].bounds == ("0.0001", "1")
    assert the_form().by_name["cover"].by_name["centre"].bounds == ("", "")


def test_a_quarter_is_read_written_and_counted() -> None:
    quarter = Quarter.parse("2026-Q3")
    assert (quarter.zh, str(quarter)) == ("2026年第三季度", "2026-Q3")
    assert (quarter.start, quarter.end) == (date(2026, 7, 1), date(2026, 9, 30))
    assert [str(quarter.shift(n)) for n in (-3, -2, 1, 2)] == ["2025-Q4", "2026-Q1", "2026-Q4", "2027-Q1"]
    for wrong in ("2026-Q5", "2026Q3", "26-Q3", "2026-Q3\n"):
        with pytest.raises(ValueError, match="not a quarter"):
            Quarter.parse(wrong)


def test_a_code_has_a_name_and_a_span() -> None:
    assert name_of("city", "1405") == "晋城"
    code = code_lists()["city"][0]
    assert not code.valid_on(date(2016, 12, 31))
    ended = code.model_copy(update={"valid_to": date(2020, 12, 31)})
    assert [ended.valid_on(date(year, 12, 31)) for year in (2020, 2021)] == [True, False]
