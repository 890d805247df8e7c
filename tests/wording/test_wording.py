"""The two wordings hold the same sentences, and what they are filled with."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import reports.wording
from expectations.form import the_form
from expectations.yaml12 import read_yaml
from reports.wording import wording
from warehouse.indicators import indicators

ZH, EN = wording("zh"), wording("en")


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(tree, dict):
        for key, part in tree.items():
            yield from leaves(part, f"{path}.{key}")
    else:
        yield path, tree


def fields(text: object) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(str(text)) if name}


HERE = Path(reports.wording.__file__).parent
TREES = {language: dict(leaves(read_yaml(HERE / f"{language}.yml"))) for language in ("zh", "en")}


def test_both_languages_have_the_same_tree():
    assert TREES["zh"].keys() == TREES["en"].keys()


@pytest.mark.parametrize(
    "path", [path for path in TREES["zh"] if ".headings" in path or "headings" in path.rpartition(".")[2]]
)
def test_tables_have_as_many_headings(path):
    assert len(TREES["zh"][path]) == len(TREES["en"][path])


def test_sentences_are_filled_with_the_same():
    """English may leave out a count's unit; nothing else may be said in one language only."""
    for path, chinese in TREES["zh"].items():
        if isinstance(chinese, str):
            # `{by}` may stand once or twice, a number may be said with its word.
            assert fields(chinese) >= fields(TREES["en"][path]) - {"year", "yy"}, path


def test_english_has_no_chinese_and_chinese_no_english_sentence():
    assert not re.search(
        "[\u00b7\u2018-\u201d\u3000-\u9fff\uff00-\uffef]", " ".join(str(one) for one in TREES["en"].values())
    )
    words = [path for path, one in TREES["zh"].items() if re.search("[a-z]{3} [a-z]{2}", str(one))]
    assert words == []


def test_a_number_takes_its_word():
    assert EN("quality.disputed", n=1, states="x").startswith("1 claim is made")
    assert EN("quality.disputed", n=2, states="x").startswith("2 claims are made")


def test_an_unknown_path_or_field_is_an_error():
    with pytest.raises(KeyError):
        ZH("no.such")
    with pytest.raises(KeyError):
        ZH("titles.answer", name="x")


def test_english_names_a_quarter_with_its_article_and_leaves_a_blank_between_sentences():
    for how in ("added", "revised", "withdrawn"):
        text = EN(f"revisions.done.{how}", unit="U", centre="C", quarter="second quarter of 2026")
        assert "for the second quarter of 2026" in text
    for path in ("summary.spark_note", "annual.spark_note"):  # a note follows it
        assert EN(path, n="eight").endswith(". ")
        assert not ZH(path, n="八").endswith(" ")


def test_english_definitions_and_relations_have_english_signs_and_one_way_to_write_the_unit_of_money():
    definitions = [one.formula_en for one in indicators().values()]
    assert not re.search("[“”‘’]", " ".join(definitions))
    relations = [rule.en for sheet in the_form().sheets for rule in sheet.rules]
    assert not [one for one in (*definitions, *relations) if "10 000" in one or "000 yuan" in one]
    assert sum("units of CNY 10,000" in one for one in relations) > 5
