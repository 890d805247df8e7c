"""What Great Expectations is asked, and that nothing it keeps to itself goes unnoticed."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from expectations.form import the_form
from expectations.suites import failures, new_context, relation_expectation, suite

UNIT = the_form().by_name["unit"]
DAY = date(2026, 9, 30)


def test_its_data_docs_read_as_audit_relations() -> None:
    """On the pages of the data docs as in the rendered content of a result."""
    from great_expectations.render.renderer.content_block import (
        ExpectationSuiteBulletListContentBlockRenderer,
    )
    from great_expectations.render.renderer.inline_renderer import InlineRenderer

    rule = next(rule for rule in UNIT.rules if rule.no == "R2.3")
    asked = relation_expectation(rule).configuration
    (line, _) = ExpectationSuiteBulletListContentBlockRenderer.render([asked]).to_json_dict()["bullet_list"]
    said = line["string_template"]
    assert (said["template"], said["params"]) == ("$no $sentence", {"no": "R2.3", "sentence": rule.zh})
    (content,) = InlineRenderer(render_object=asked).get_rendered_content()
    shown = content.value.to_json_dict()
    assert shown["template"] == "$no $sentence"
    assert [shown["params"][name]["value"] for name in ("no", "sentence")] == ["R2.3", rule.zh]


def test_every_column_is_asked_for_its_type_and_every_rule_once() -> None:
    for sheet in the_form().sheets:
        asked = [(one.meta["rule"], one.meta["column"]) for one in suite(sheet, DAY).expectations]
        assert len(set(asked)) == len(asked)
        assert {column for rule, column in asked if rule == "type"} == set(sheet.by_name)
        assert {rule.no for rule in sheet.rules} <= {rule for rule, _ in asked}


def test_no_row_is_no_failure() -> None:
    assert failures(new_context(), UNIT, pd.DataFrame(), DAY) == []


def test_what_great_expectations_cannot_judge_is_an_exception_and_no_silent_pass() -> None:
    """A frame without the columns: GX keeps the exception in its result and calls the rest successful."""
    frame = pd.DataFrame({"submission": ["a"], "row": [6]})
    with pytest.raises(RuntimeError, match="expect_column"):
        failures(new_context(), UNIT, frame, DAY)
