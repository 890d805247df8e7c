"""validation results → data docs: Great Expectations' own pages, made to stand alone and to be read by an official.

Importing this module is cheap; only a page imports Great Expectations, in a process that has run it anyway.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import escape
from pydantic import BaseModel, ConfigDict

from expectations.form import Column, Form, Sheet
from expectations.frames import UNREADABLE
from expectations.relations import printed

TEMPLATES = Path(__file__).parent / "templates"
RELATIONS = "审核关系 audit relations"
# Great Expectations links to other hosts for its looks; an office may not reach them and nothing may be told to them.
_REMOTE = re.compile(
    r"<(script|style)\b[^>]*>.*?</\1>|<link\b[^>]*>|<img\b[^>]*>|<(nav|footer)\b.*?</\2>|<title>.*?</title>"
    r'|\bhref="[^"]*"',
    re.DOTALL,
)
_WORDS = {
    "Expectation Validation Result": "核对结果 validation result",
    "Evaluates whether a batch of data matches expectations.": "数据是否符合审核要求",
    "Table-Level Expectations": "不重复 unique",
    "Overview": "概览 overview",
    "Statistics": "统计 statistics",
    "Evaluated Expectations": "核对项数 checks",
    "Successful Expectations": "符合 passed",
    "Unsuccessful Expectations": "不符合 failed",
    "Success Percent": "符合率 share passed",
    "Table of Contents": "目录 contents",
    "Status": "结论 status",
    "Expectation": "审核要求 expectation",
    "Observed Value": "实际 observed",
    "Unexpected Value": "不符合的值 unexpected value",
    "Count": "次数 count",
}
_TYPES = {
    "integer": "整数 whole number",
    "date": "日期 date",
    "flag": "是否 yes or no",
    "quarter": "季度 quarter",
    "uscc": "统一社会信用代码 credit code",
    "code": "文字 text",
    "text": "文字 text",
    "remark": "不含联系方式的文字 text without contact data",
}
_SAID = {
    "required": "必填 required",
    "code": "在代码表内 in the code list",
    "unique": "不重复 unique",
}


class Failed(BaseModel):
    """One expectation that rows failed: its number, what it asks, how many of the rows, and whose they are."""

    model_config = ConfigDict(frozen=True)
    no: str
    text: str
    rows: int
    of: int
    returns: tuple[str, ...]


class SheetDocs(BaseModel):
    """How one sheet of a quarter came out. ``rows`` is 0 where nobody filled the sheet: then there is no page."""

    model_config = ConfigDict(frozen=True)
    name: str
    zh: str
    en: str
    rows: int
    asked: int
    failed: tuple[Failed, ...]


class QuarterDocs(BaseModel):
    """One quarter's docs: made when, from how many returns, of which state of the ledger."""

    model_config = ConfigDict(frozen=True)
    quarter: str
    made_at: datetime
    returns: int
    seq: int
    sheets: tuple[SheetDocs, ...]


def describe(expectations: Sequence[Any], sheet: Sheet) -> None:
    """Give native expectations the sentence their page shows; audit relations have their own."""
    for one in expectations:
        column = sheet.by_name.get(one.meta["column"])
        if column is not None:
            # Uniqueness stands in a section of its own, so it must name its column.
            name = f"[{column.no}] {column.zh} " if one.meta["rule"] == "unique" else ""
            one.description = name + _asked(one.meta["rule"], column)


def _asked(rule: str, column: Column) -> str:
    if rule == "range":
        return "在 {} 至 {} 之间 in range".format(*column.bounds)
    kind = "数值 number" if column.scale else _TYPES[column.type]
    return _SAID.get(rule, f"可读作 readable as {kind}")


def failed(result: Any, sheet: Sheet, form: Form, of: dict[str, str]) -> tuple[Failed, ...]:
    """What rows failed, by expectation, in the form's order. ``of`` names the return of each submission."""
    found = []
    for one in result.results:
        rows = one.result.get("unexpected_index_list") or []
        if rows:
            whose = dict.fromkeys(of[row["submission"]] for row in rows)
            no, text = _named(one.expectation_config.meta, sheet, form)
            found.append(
                Failed(no=no, text=text, rows=len(rows), of=one.result["element_count"], returns=tuple(whose))
            )
    return tuple(sorted(found, key=lambda one: _order(one.no)))


def _named(meta: dict[str, Any], sheet: Sheet, form: Form) -> tuple[str, str]:
    for rule in sheet.rules:
        if rule.no == meta["rule"]:
            return rule.no, f"{rule.zh}　{printed(rule, sheet, form)}"
    column = sheet.by_name[meta["column"]]
    return f"[{column.no}]", f"{column.zh}：{_asked(meta['rule'], column)}"


def page(result: Any, sheet: Sheet, quarter: str, made_at: datetime) -> str:
    """The page of one sheet as standing HTML. It changes ``result``: values of private columns are taken out of it."""
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    for one in result.results:
        _without_values(one, sheet)
        meta = one.expectation_config.meta
        column = sheet.by_name.get(meta["column"])
        if "column" in one.expectation_config.kwargs:
            one.expectation_config.kwargs["column"] = f"[{column.no}] {column.zh}" if column else RELATIONS
    result.meta = {"run_id": RunIdentifier(run_name=quarter, run_time=made_at)}
    render: Callable[[Any], Any] = ValidationResultsPageRenderer(run_info_at_end=False).render
    document = render(result)
    for one in document.sections:
        if one.section_name == "Overview":  # what runs and files are called inside is nothing to an operator
            one.content_blocks = [
                block for block in one.content_blocks if block.content_block_type == "table"
            ]
    document.sections.sort(key=lambda one: _order(one.section_name))
    view: Callable[[Any], str] = DefaultJinjaPageView().render
    shown = _REMOTE.sub("", view(document)).replace(UNREADABLE, "")
    for english, both in _WORDS.items():
        shown = re.sub(rf"(>\s*){re.escape(english)}(\s*<)", rf"\g<1>{both}\g<2>", shown)
    for part, place in (("head", "</head>"), ("top", "<body>")):
        ours = _environment().get_template("data_docs_page.html.j2")
        text = ours.render(part=part, sheet=sheet, quarter=quarter)
        shown = shown.replace(place, f"{text}{place}" if part == "head" else f"{place}{text}", 1)
    return shown


# What of a result shows what stood in cells or in which rows.
_VALUES = re.compile(r"unexpected_(list|index_list|index_query|rows)|partial_unexpected_.*|details")


def _without_values(one: Any, sheet: Sheet) -> None:
    """Counts stay; values go where they are people's, and row numbers everywhere: findings say those to the unit."""
    column = sheet.by_name.get(one.expectation_config.meta["column"])
    public = column is not None and not column.private
    kept = {"partial_unexpected_list", "partial_unexpected_counts"} if public else set()
    for name in [name for name in one.result if _VALUES.fullmatch(name) and name not in kept]:
        del one.result[name]
    # Great Expectations puts values into its pages as they are: what a unit wrote must not become part of the page.
    for name in kept & one.result.keys():
        one.result[name] = [_escaped(value) for value in one.result[name]]


def _escaped(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _escaped(one) for name, one in value.items()}
    return str(escape(value)) if isinstance(value, str) else value


def _order(name: str) -> tuple[int, ...]:
    """Overview, then relations, then columns by number."""
    numbers = tuple(map(int, re.findall(r"[0-9]+", name)))
    return (
        (2, *numbers)
        if name.startswith("[")
        else (1, *numbers)
        if name[0] == "R" or name == RELATIONS
        else (0,)
    )


def index(quarters: Sequence[QuarterDocs]) -> str:
    """The site's first page: every quarter, newest first, each sheet with what failed and whose it is."""
    return _environment().get_template("data_docs.html.j2").render(quarters=quarters)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
