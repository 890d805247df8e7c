"""failed row → finding: a sentence with a cell, the values it speaks of, and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from expectations.findings import Finding, finding
from expectations.form import Column, Form, Rule, Sheet
from expectations.notation import COMPUTED
from expectations.relations import columns_of, computed_in, context_label, context_label_en, names_in

if TYPE_CHECKING:
    from expectations.suites import Failure

Cell = dict[str, str]  # its address, what was found in it, and why that could not be read
_NAMED = 10  # cells that one finding names


def order_of(failure: Failure, sheet: Sheet) -> tuple[Any, ...]:
    """Columns before relations, then by row, then as the form has them."""
    names = list(sheet.by_name)
    rules = [rule.no for rule in sheet.rules]
    is_relation = failure.rule in rules
    position = rules.index(failure.rule) if is_relation else names.index(failure.column)
    return is_relation, failure.row, position


@dataclass(frozen=True)
class Sentences:
    """Turns failed rows of one sheet into findings."""

    form: Form
    sheet: Sheet
    rows: dict[tuple[str, int], dict[Any, Any]]
    cells: dict[tuple[str, int, str], Cell]
    twins: dict[tuple[str, str, Any], str] = field(default_factory=dict)  # once a value, not once a row

    def rests_on_unreadable(self, failure: Failure) -> bool:
        """A relation over a cell that could not be read says nothing new: the cell has its own finding."""
        columns = next(
            (columns_of(rule, self.sheet) for rule in self.sheet.rules if rule.no == failure.rule), ()
        )
        return any(self.cells[failure.submission, failure.row, name]["reason"] for name in columns)

    def finding_of(self, failure: Failure) -> Finding:
        for rule in self.sheet.rules:
            if rule.no == failure.rule:
                return self._relation(rule, failure)
        column = self.sheet.by_name[failure.column]
        cell = self.cells[failure.submission, failure.row, column.name]
        where = {"sheet": self.sheet.zh, "cell": cell["cell"], "column": column.zh, "column_en": column.en}
        # People's names and numbers are not repeated in findings: they travel further than the workbook.
        found = "" if column.private else cell["found"]
        if failure.rule == "type":
            return finding("error", f"types.{cell['reason']}", **where, found=found, unit=column.unit)
        if failure.rule == "unique":
            return finding("error", "rules.unique", **where, found=found, cells=self._twins(failure, column))
        lowest, highest = column.bounds
        return finding("error", f"rules.{failure.rule}", **where, found=found, min=lowest, max=highest)

    def _twins(self, failure: Failure, column: Column) -> str:
        """The cells of a column that hold the same, at most ten by address."""
        value = self.rows[failure.submission, failure.row][column.name]
        key = failure.submission, column.name, value
        if key not in self.twins:
            cells = [
                self.sheet.address(column.name, row)
                for (submission, row), values in self.rows.items()
                if submission == failure.submission and values[column.name] == value
            ]
            self.twins[key] = "、".join(cells[:_NAMED]) + ("……" if len(cells) > _NAMED else "")
        return self.twins[key]

    def _relation(self, rule: Rule, failure: Failure) -> Finding:
        other, _, name = rule.cell.partition(".")
        columns = [self.sheet.by_name[name] for name in columns_of(rule, self.sheet)]
        cells = [self.cells[failure.submission, failure.row, column.name] for column in columns]
        home = f"{self.sheet.zh}!" if name else ""  # addresses are of this sheet, the finding is not
        zh, en = [], []
        for column, cell in zip(columns, cells, strict=True):
            zh.append(f"[{column.no}] {column.zh}＝{cell['found'] or '空'}（{home}{cell['cell']}）")
            en.append(f"[{column.no}] {column.en} = {cell['found'] or 'blank'} ({home}{cell['cell']})")
        row = self.rows[failure.submission, failure.row]
        for context in self.sheet.context:
            if context.name in names_in(rule.must):
                value = _shown(row[context.name])
                zh.append(f"{context_label(context, self.sheet, self.form)}＝{value or '空'}")
                label_en = context_label_en(context, self.sheet, self.form)
                en.append(f"{label_en} = {value.replace('、', ', ') or 'blank'}")
        for computed, call in computed_in(rule).items():
            label, label_en = COMPUTED[call.name]
            zh.append(f"{label}＝{_shown(row[computed])}")
            en.append(f"{label_en} = {_shown(row[computed])}")
        key = {"error": "relation", "warning": "relation_warning", "hold": "relation_hold"}[rule.severity]
        where = {"sheet": self.sheet.zh, "cell": cells[0]["cell"], "column": columns[0].zh}
        if name:
            there = self.form.by_name[other]
            where = {
                "sheet": there.zh,
                "cell": there.address(name, there.first_row),
                "column": there.by_name[name].zh,
            }
        return finding(
            rule.severity,
            f"rules.{key}",
            rule=rule.no,
            **where,
            found="" if name else cells[0]["found"],
            sentence=rule.zh,
            sentence_en=rule.en,
            values="；".join(zh),
            values_en="; ".join(en),
        )


def _shown(value: Any) -> str:
    if value is None or value != value:
        return ""
    if hasattr(value, "date"):
        return str(value.date())
    return f"{value:.15g}" if isinstance(value, float) else str(value)
