"""The definitions themselves: a mistake fails when they are read, and what is generated from them is up to date."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pydantic import ValidationError

from expectations.dictionary import PAGE, dictionary
from expectations.form import FOLDER, load_form, the_form
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
