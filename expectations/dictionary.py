"""form → data dictionary: every column and audit relation on a page people can read. ``python -m expectations.dictionary``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from expectations.codes import code_lists
from expectations.findings import severity_words
from expectations.form import Column, Form, Sheet, the_form
from expectations.relations import context_label, context_label_en, printed
from expectations.rules import Function

PAGE = Path(__file__).parent.parent / "docs" / "data-dictionary.md"


# What each context function means, in Chinese and in English; how it is written stands beside it, taken from the form.
_FUNCTIONS: dict[Function, tuple[str, str]] = {
    "last_quarter": (
        "同一单位向同一中心上季报表中同一编号（或同一产品）的数，以已采用的为准",
        "the value of the same record in the unit's return of last quarter that is in force",
    ),
    "registry": ("登记簿和报告期中的内容", "what the registry and the calendar say"),
    "sum_of_sheet": (
        "本报表另一表的行数，或其中一栏的合计",
        "the rows of another sheet of the return, or a column's sum",
    ),
    "lookup": (
        "本报表另一表中的数；按编号查找的，先查本报表，再查本中心其他单位本季的报表，再查本中心以前的报表",
        "a value of another sheet: in this return; by a number, else in the centre's other returns, else in its earlier ones",
    ),
    "claimants": (
        "报了同一内容的其他单位和本单位的另一中心（不分季度；可限于本中心）；比较时不计大小写、空格、点和 ZL",
        "other units, or the unit for its other centre, that report the same in any quarter, whatever case, blanks, points, ZL",
    ),
    "elsewhere": (
        "同一单位本季向另一中心报的数中与本报表不同的",
        "what the unit tells its other centre this quarter, where it differs from this return",
    ),
    "dropped": (
        "上季报表中在研而本报表没有的编号",
        "the numbers that were active in last quarter's return and are not in this one",
    ),
    "restated": (
        "同一单位以前各季采用的报表中同一编号（或同一产品）的最近一行，与本行不同之处；只报一次的编号，又报即是不同",
        "where the row differs from the unit's newest one of that number in force of an earlier quarter, or repeats it",
    ),
    "replaced": (
        "同一单位本季向同一中心报送、已采用而将被本报表取代的报表",
        "the unit's return to the centre for this quarter that is in force and that this one would replace",
    ),
}


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
    lines += _notation(form)
    for sheet in form.sheets:
        lines += _sheet(sheet, form)
    lines += ["## 代码表 code lists", ""]
    used = dict.fromkeys(column.codes for sheet in form.sheets for column in sheet.columns if column.codes)
    rows = [
        (f"`{name}`", "；".join(f"{one.shown} ({one.en})" for one in code_lists()[name])) for name in used
    ]
    return "\n".join(lines + _table(("列表 list", "代码 codes"), rows)) + "\n"


def _notation(form: Form) -> list[str]:
    """How to read the relations: the notation of columns and, with an example of each, of what lies beyond the row."""
    declared = [(context, sheet) for sheet in form.sheets for context in sheet.context]
    examples = {
        context.function: (context_label(context, sheet, form), context_label_en(context, sheet, form))
        for context, sheet in sorted(declared, key=lambda one: len(one[0].arguments))
    }
    rows = [("[1]", "本行第 1 栏的数", "the value of column 1 in the same row")]
    for function, (meaning, meaning_en) in _FUNCTIONS.items():
        if function in examples:
            label, label_en = examples[function]
            rows.append((label, meaning, f"{label_en}: {meaning_en}"))
    return [
        "## 审核关系的读法 how to read audit relations",
        "",
        "关系中有空值而不能判断的不适用；必填栏为空另作错误。错误的报表退回，待核的暂不采用，提示的照常采用。",
        "",
        "A relation that a blank leaves open does not apply; a required blank is an error of its own. An error sends the",
        "return back, a hold keeps it out until it is decided, a warning does neither.",
        "",
        *_table(("写法 notation", "含义", "meaning"), rows),
    ]


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
        (
            rule.no,
            printed(rule, sheet, form),
            rule.zh,
            rule.en,
            f"{severity_words(rule.severity)} {rule.severity}",
        )
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
