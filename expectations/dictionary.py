"""form → data dictionary: every column and audit relation on a page people can read. ``python -m expectations.dictionary``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from expectations.codes import code_lists
from expectations.form import Column, Form, Sheet, the_form
from expectations.relations import printed

PAGE = Path(__file__).parent.parent / "docs" / "data-dictionary.md"
_SEVERITIES = {"error": "错误，退回 error", "warning": "提示 warning", "hold": "待核 hold"}


def dictionary(form: Form) -> str:
    """The dictionary of a form as Markdown; the same form gives the same text."""
    lines = [
        f"# 数据字典 data dictionary: {form.code} {form.version}",
        "",
        f"{form.zh} · {form.en}",
        "",
        "Made from `expectations/forms/*.yml` by `make docs`; do not edit.",
        "",
    ]
    for sheet in form.sheets:
        lines += _sheet(sheet, form)
    lines += ["## 代码表 code lists", ""]
    used = dict.fromkeys(column.codes for sheet in form.sheets for column in sheet.columns if column.codes)
    rows = [
        (f"`{name}`", "；".join(f"{one.shown} ({one.en})" for one in code_lists()[name])) for name in used
    ]
    return "\n".join(lines + _table(("列表 list", "代码 codes"), rows)) + "\n"


def _sheet(sheet: Sheet, form: Form) -> list[str]:
    columns = [
        (
            str(column.no),
            f"`{column.name}`",
            column.zh,
            column.en,
            column.type,
            column.unit,
            "是 yes" if column.required else "",
            _bounds(column),
            column.help,
        )
        for column in sheet.columns
    ]
    heads = (
        "编号 no.",
        "名称 name",
        "中文 Chinese",
        "英文 English",
        "类型 type",
        "单位 unit",
        "必填 required",
        "取值 values",
        "说明 note",
    )
    relations = [
        (rule.no, printed(rule, sheet, form), rule.zh, rule.en, _SEVERITIES[rule.severity])
        for rule in sheet.rules
    ]
    found = [f"## {sheet.no} {sheet.zh} `{sheet.name}` ({sheet.en})", "", *_table(heads, columns)]
    if relations:
        found += ["### 审核关系 audit relations", ""]
        found += _table(("编号 no.", "关系 relation", "说明", "meaning", "性质 severity"), relations)
    return found


def _bounds(column: Column) -> str:
    if column.codes:
        return f"代码表 `{column.codes}`"
    if column.min is None:
        return "本季内不重复 unique" if column.unique else ""
    return " … ".join(column.bounds)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table; a bar inside a cell would end it."""
    escaped = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows]
    return [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *(f"| {row} |" for row in escaped), ""]


if __name__ == "__main__":
    PAGE.write_text(dictionary(the_form()), "utf-8")
