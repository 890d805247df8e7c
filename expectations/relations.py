"""Audit relations 审核关系: one SQL text that is executed as a column, printed with column numbers and quoted to units."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from sqlglot import exp

from expectations.form import Form, Sheet
from expectations.notation import Notation, parsed
from expectations.rules import Context, Rule

_REGISTRY_WORDS = {
    "kind": "登记类别",
    "role": "登记角色",
    "quarter_start": "报告期首日",
    "quarter_end": "报告期末日",
    "unit_name": "登记名称",
}


@cache
def names_in(expression: str) -> tuple[str, ...]:
    """The column and context names of an expression, in the order they stand in it."""
    found = parsed(expression).find_all(exp.Column, bfs=False)
    return tuple(dict.fromkeys(column.name for column in found))


def columns_of(rule: Rule, sheet: Sheet) -> tuple[str, ...]:
    """The sheet's columns a rule is about; the first is where its finding points, unless the rule names a cell."""
    named = [rule.cell, *names_in(rule.must)]
    for context in sheet.context:
        if context.function in {"elsewhere", "claimants", "restated"} and context.name in named:
            named += context.columns
    return tuple(dict.fromkeys(name for name in named if name in sheet.by_name))


def printed(rule: Rule, sheet: Sheet, form: Form) -> str:
    """The relation as an official reads it: columns by number, signs for operators (``R2.3`` → ``[7] ≤ [6]``)."""
    return notation(sheet, form).relation(rule.must)


def notation(sheet: Sheet, form: Form) -> Notation:
    """How a sheet's relations are written."""
    labels = {column.name: f"[{column.no}]" for column in sheet.columns}
    labels |= {context.name: context_label(context, sheet, form) for context in sheet.context}
    return Notation(
        labels=labels,
        codes={column.name: column.codes for column in sheet.columns if column.codes},
        flags=frozenset(column.name for column in sheet.columns if column.type == "flag"),
    )


def computed_in(rule: Rule) -> dict[str, exp.Expr]:
    """What a relation compares a column with and stands in no cell: function calls, by the check frame's column."""
    sides = [side for node in parsed(rule.must).find_all(exp.EQ) for side in (node.this, node.expression)]
    calls = [side for side in sides if isinstance(side, exp.Anonymous)]
    return {f"{rule.no} {number}": call for number, call in enumerate(calls, start=1)}


def context_label(context: Context, sheet: Sheet, form: Form) -> str:
    """A context column as printed: ``上季[1]``, ``登记类别``, ``研发产出行数``, ``封面[5]``."""
    first = next(iter(context.arguments), "")
    own = numbers(sheet, context.columns, "、", "至")
    match context.function:
        case "last_quarter":
            return f"上季{own}"
        case "registry":
            return _REGISTRY_WORDS[first]
        case "claimants":
            if "centre" in context.arguments:
                return f"本中心同报{own}的其他单位"
            return f"同报{own}的其他单位或中心"
        case "elsewhere":
            return f"报另一中心时不同的{own}"
        case "dropped":
            return f"上季在列而本季未报的{form.by_name[first].zh}"
        case "restated":
            once = _once(context, sheet)
            return f"以前各季已采用而又报的{once}" if once else f"与以前各季采用的不同的{own}"
        case "replaced":
            return "本季已采用的前一版"
    other, _, column = first.partition(".")
    if not column:
        return f"{form.by_name[other].zh}行数"
    place = f"{form.by_name[other].zh}[{form.by_name[other].by_name[column].no}]"
    return f"{place}合计" if context.function == "sum_of_sheet" else place


def context_label_en(context: Context, sheet: Sheet, form: Form) -> str:
    """The same in English: ``last quarter [1]``, ``registered kind``, ``rows of Outputs``, ``Cover [5]``."""
    first = next(iter(context.arguments), "")
    own = numbers(sheet, context.columns, ", ", " to ")
    match context.function:
        case "last_quarter":
            return f"last quarter {own}"
        case "registry":
            return f"registered {first.replace('_', ' ')}"
        case "claimants":
            who = "units of the centre" if "centre" in context.arguments else "units or centres"
            return f"other {who} reporting the same {own}"
        case "elsewhere":
            return f"told otherwise to the other centre, of {own}"
        case "dropped":
            return f"last quarter's {form.by_name[first].en.lower()} missing now"
        case "restated":
            once = _once(context, sheet)
            return f"{once} accepted in an earlier quarter" if once else f"not as accepted before, of {own}"
        case "replaced":
            return "the version accepted before"
    other, _, column = first.partition(".")
    if not column:
        return f"rows of {form.by_name[other].en}"
    place = f"{form.by_name[other].en} [{form.by_name[other].by_name[column].no}]"
    return f"sum of {place}" if context.function == "sum_of_sheet" else place


def _once(context: Context, sheet: Sheet) -> str:
    """The number of the sheet's key where it is never to come again, or blank."""
    return f"[{sheet.by_name[sheet.key].no}]" if sheet.key in context.columns else ""


def numbers(sheet: Sheet, names: Iterable[str], comma: str, to: str) -> str:
    """The numbers of some of the sheet's columns: ``[1]、[4]至[6]``; three and more on end by the first and the last."""
    runs: list[list[int]] = []
    for number in sorted(sheet.by_name[name].no for name in names if name in sheet.by_name):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = [
        f"[{run[0]}]{to}[{run[-1]}]" if len(run) > 2 else comma.join(f"[{one}]" for one in run)
        for run in runs
    ]
    return comma.join(told)
