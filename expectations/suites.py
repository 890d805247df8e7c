"""form → Great Expectations suites: native expectations for columns, ``ExpectAuditRelation`` for audit relations.

Importing this module imports Great Expectations (seconds): only a check does so, once a process.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from typing import Any

import great_expectations as gx
import pandas as pd
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations import (
    ExpectColumnValuesToBeBetween,
    ExpectColumnValuesToBeInSet,
    ExpectColumnValuesToMatchRegex,
    ExpectColumnValuesToNotBeNull,
    ExpectCompoundColumnsToBeUnique,
)
from great_expectations.render import LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.renderer.renderer import renderer
from great_expectations.render.renderer_configuration import RendererValueType

from expectations.codes import codes_on
from expectations.form import Column, Sheet
from expectations.rules import Rule

# Anchored and ASCII: ``^\d+$`` would take full-width digits and a trailing line feed.
_TYPE_PATTERNS = {
    "integer": r"\A-?[0-9]+\Z",
    "date": r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z",
    "flag": r"\A(?:true|false)\Z",
    "quarter": r"\A[0-9]{4}-Q[1-4]\Z",
    "uscc": r"\A[0-9A-HJ-NPQRTUWXY]{18}\Z",
}
KEYS = ["submission", "row"]


class ExpectAuditRelation(ExpectColumnValuesToBeInSet):
    """An audit relation holds on every row it applies to; ``column`` is the boolean column the check frame computed."""

    no: str
    sentence: str

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: Any) -> Any:
        renderer_configuration.template_str = "$no $sentence"
        for name in ("no", "sentence"):
            value = renderer_configuration.kwargs.get(name, "")
            renderer_configuration.add_param(name=name, param_type=RendererValueType.STRING, value=value)
        return renderer_configuration

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    def _prescriptive_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None
    ) -> Any:
        """The same for the pages of the data docs, which are written by an older renderer."""
        kwargs = (configuration or result.expectation_config).kwargs
        said = {"template": "$no $sentence", "params": {name: kwargs[name] for name in ("no", "sentence")}}
        return [RenderedStringTemplateContent(content_block_type="string_template", string_template=said)]


@dataclass(frozen=True)
class Failure:
    """One row that failed one expectation; ``rule`` is required, type, code, range, unique or a relation's number."""

    submission: str
    row: int
    rule: str
    column: str


def type_pattern(column: Column) -> str:
    """The pattern a column's canonical text must match; for texts, anything that could be read."""
    if column.type == "integer" or column.scale is None:
        return _TYPE_PATTERNS.get(column.type, r"\A[^\ufffd]")
    return rf"\A-?[0-9]+(?:\.[0-9]{{1,{column.scale}}})?\Z"


def column_expectations(column: Column, day: date) -> list[Any]:
    """The native expectations of one column on a day, each carrying its rule and column as ``meta``."""
    text = f"{column.name}__text"

    def meta(rule: str) -> dict[str, Any]:
        return {"rule": rule, "column": column.name, "no": column.no, "zh": column.zh}

    found: list[Any] = [
        ExpectColumnValuesToMatchRegex(column=text, regex=type_pattern(column), meta=meta("type"))
    ]
    if column.required:
        found.append(ExpectColumnValuesToNotBeNull(column=text, meta=meta("required")))
    if column.codes:
        codes = codes_on(column.codes, day)
        found.append(ExpectColumnValuesToBeInSet(column=column.name, value_set=codes, meta=meta("code")))
    if column.min is not None or column.max is not None:
        found.append(
            ExpectColumnValuesToBeBetween(
                column=column.name, min_value=column.min, max_value=column.max, meta=meta("range")
            )
        )
    if column.unique:
        found.append(
            ExpectCompoundColumnsToBeUnique(
                column_list=["submission", column.name],
                ignore_row_if="any_value_is_missing",
                meta=meta("unique"),
            )
        )
    return found


def relation_expectation(rule: Rule) -> ExpectAuditRelation:
    """The expectation of one audit relation."""
    return ExpectAuditRelation(
        column=rule.no, value_set=[True], no=rule.no, sentence=rule.zh, meta={"rule": rule.no, "column": ""}
    )


def suite(sheet: Sheet, day: date) -> gx.ExpectationSuite:
    """Everything a sheet must be, as one suite; code lists as they are valid on ``day``, the quarter's last."""
    expectations = [one for column in sheet.columns for one in column_expectations(column, day)]
    expectations += [relation_expectation(rule) for rule in sheet.rules]
    return gx.ExpectationSuite(name=f"return_{sheet.name}", expectations=expectations)


def new_context() -> Any:
    """A Great Expectations context of this process alone. Make one a check: each keeps a folder for its docs."""
    # This module of GX sets its own level to INFO, past whatever the program asked for.
    logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


def batch_of(context: Any, sheet: Sheet, frame: pd.DataFrame) -> Any:
    """A check frame as a batch, to be asked of without a validation definition: nobody reads the store that one would
    write the result to, an eighth of the run.
    """
    asset = context.data_sources.add_pandas(sheet.name).add_dataframe_asset(sheet.name)
    return asset.add_batch_definition_whole_dataframe("batch").get_batch({"dataframe": frame})


def failures(context: Any, sheet: Sheet, frame: pd.DataFrame, day: date) -> list[Failure]:
    """Judge a check frame (all rows of one sheet and batch); an exception inside GX is raised.

    The frame has KEYS, ``<column>``, ``<column>__text`` and a boolean column a relation.
    """
    if frame.empty:
        return []  # Great Expectations passes and fails empty frames at random; there is no row to judge
    batch = batch_of(context, sheet, frame)
    # Which rows fail costs as much again as whether any does: it is asked only of what some row fails.
    failing = [_meta(one) for one in _asked(batch, suite(sheet, day), "BOOLEAN_ONLY") if not one.success]
    if not failing:
        return []
    again = [one for one in suite(sheet, day).expectations if one.meta in failing]
    how: dict[str, Any] = {"result_format": "COMPLETE", "unexpected_index_column_names": KEYS}
    how |= {"return_unexpected_index_query": False}  # a text of pandas that nobody reads: a tenth of the run
    which = _asked(batch, gx.ExpectationSuite(name=sheet.name, expectations=again), how)
    return [failure for one in which for failure in _failures_of(one)]


def _asked(batch: Any, asked: gx.ExpectationSuite, how: str | dict[str, Any]) -> list[Any]:
    """The result of every expectation; an exception inside GX is raised."""
    results: list[Any] = batch.validate(asked, result_format=how).results
    for one in results:
        if one.exception_info and one.exception_info.get("raised_exception", _raised(one.exception_info)):
            raise RuntimeError(f"{one.expectation_config.type}: {one.exception_info}")
    return results


def _meta(result: Any) -> dict[str, Any]:
    found: dict[str, Any] = result.expectation_config.meta
    return found


def _failures_of(result: Any) -> list[Failure]:
    meta = _meta(result)
    rows = result.result.get("unexpected_index_list") or []
    return [Failure(row["submission"], int(row["row"]), meta["rule"], meta["column"]) for row in rows]


def _raised(exception_info: dict[str, Any]) -> bool:
    """With several metrics the info is nested: one entry a metric."""
    return any(isinstance(one, dict) and one.get("raised_exception") for one in exception_info.values())
