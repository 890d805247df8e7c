"""failed row → finding: a sentence with a cell, the values it speaks of, and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from expectations.findings import Finding, finding
from expectations.form import Column, Form, Sheet
from expectations.notation import COMPUTED
from expectations.quarter import Quarter
from expectations.relations import columns_of, computed_in, context_label, context_label_en, names_in
from expectations.rules import Rule
from reports.changes import RestatedCell
from reports.text import Text
from tasks.rulings import told
from warehouse.records import Exemption

if TYPE_CHECKING:
    from expectations.suites import Failure

Cell = dict[str, str]  # its address, what was found in it, and why that could not be read
_NAMED = 10  # cells that one finding names
_RELATION = {"error": "relation", "warning": "relation_warning", "hold": "relation_hold"}
_EMPTY, _NOT_THERE = "空", "该版表式无此栏"


def order_of(failure: Failure, sheet: Sheet) -> tuple[Any, ...]:
    """Columns before relations, then by row, then as the form has them."""
    names = list(sheet.by_name)
    rules = [rule.no for rule in sheet.rules]
    is_relation = failure.rule in rules
    position = rules.index(failure.rule) if is_relation else names.index(failure.column)
    return is_relation, failure.row, position


class Before(NamedTuple):
    """Where an earlier return says otherwise: the quarter, the return, its row, and the columns that differ."""

    quarter: str
    submission: str
    row: int
    columns: tuple[str, ...]


def told_before(row: Mapping[Any, Any], sheet: Sheet) -> dict[str, Before]:
    """What the check frame found to be restated in a row, by context."""
    found = {}
    for context in sheet.context:
        if context.function == "restated" and (said := _shown(row[context.name])):
            quarter, submission, at, *columns = said.split()
            found[context.name] = Before(quarter, submission, int(at), tuple(columns))
    return found


def told_cells(said: Finding, form: Form) -> tuple[RestatedCell, ...]:
    """The columns that a finding of ``restated`` names, read from its sentence; none where not all of it can be read.

    It may be cut short, or of an earlier form; what it says then is known from its words alone.
    """
    sheet = next((one for one in form.sheets if one.zh == said.sheet), None)
    found, here, there = [], 0, 0
    for column in sheet.columns if sheet else ():
        now = re.search(
            rf"\[{column.no}\] {re.escape(column.zh)}＝(.*?)（([A-Z]+\d+|{_NOT_THERE})）[；。]", said.zh
        )
        before = re.search(
            rf"(\d{{4}}-Q\d) 采用的\[{column.no}\]＝(.*?)（{re.escape(said.sheet)}!([A-Z]*\d*)）[；。]",
            said.zh,
        )
        here, there = here + bool(now), there + bool(before)
        if now and before:
            values = ["" if one == _EMPTY else one for one in (now[1], before[2])]
            at = "" if now[2] == _NOT_THERE else now[2]
            found.append(
                RestatedCell(
                    column=Text(column.zh, column.en),
                    codes=column.codes,
                    now=values[0],
                    cell=at,
                    quarter=Quarter.parse(before[1]),
                    before=values[1],
                    there=before[3],
                )
            )
    whole = here == there == len(found) and "…" not in said.zh
    return tuple(found) if whole else ()


@dataclass(frozen=True)
class Sentences:
    """Turns failed rows of one sheet into findings. ``cells`` are those of the rows and of what they restate, ``waived`` by
    submission the relations it may break.
    """

    form: Form
    sheet: Sheet
    rows: dict[tuple[str, int], dict[Any, Any]]
    cells: dict[tuple[str, int, str], Cell]
    waived: Mapping[str, Mapping[str, Exemption]] = field(default_factory=dict)
    twins: dict[tuple[str, str, Any], str] = field(default_factory=dict)  # once a value, not once a row

    def rests_on_unreadable(self, failure: Failure) -> bool:
        """A relation over a cell that could not be read says nothing new: the cell has its own finding."""
        rule = next((rule for rule in self.sheet.rules if rule.no == failure.rule), None)
        if rule is None:
            return False
        columns = self._about(rule, failure)
        return not columns or any(self._cell(failure, name)["reason"] for name in columns)

    def _about(self, rule: Rule, failure: Failure) -> tuple[str, ...]:
        """The columns a failed relation is about; of what is restated, those that differ and can be read."""
        if before := self._before(rule, failure):
            return tuple(name for name in before.columns if not self._cell(failure, name)["reason"])
        return columns_of(rule, self.sheet)

    def _before(self, rule: Rule, failure: Failure) -> Before | None:
        before = told_before(self.rows[failure.submission, failure.row], self.sheet)
        return next((before[name] for name in names_in(rule.must) if name in before), None)

    def _cell(self, failure: Failure, column: str) -> Cell:
        return self.cells[failure.submission, failure.row, column]

    def finding_of(self, failure: Failure) -> Finding:
        for rule in self.sheet.rules:
            if rule.no == failure.rule:
                return self._relation(rule, failure)
        column = self.sheet.by_name[failure.column]
        cell = self.cells[failure.submission, failure.row, column.name]
        where = {"sheet": self.sheet.zh, "cell": cell["cell"], "column": column.zh, "column_en": column.en}
        # People's names and numbers are not repeated in findings: they travel further than the workbook.
        found = "" if column.private or cell["reason"] == "contact_data" else cell["found"]
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
        columns = [self.sheet.by_name[name] for name in self._about(rule, failure)]
        first = self._cell(failure, columns[0].name)
        where = {
            "sheet": self.sheet.zh,
            "cell": first["cell"],
            "column": columns[0].zh,
            "found": first["found"],
        }
        other, _, name = rule.cell.partition(".")
        if name:
            there = self.form.by_name[other]
            cell = there.address(name, there.first_row)
            where = {"sheet": there.zh, "cell": cell, "column": there.by_name[name].zh, "found": ""}
        severity, key = rule.severity, _RELATION[rule.severity]
        waiver = self.waived.get(failure.submission, {}).get(rule.no)
        if waiver and severity != "warning":
            severity, key = "warning", "relation_waived"
        # Addresses are of this sheet, even where the finding is not.
        said = self._values(columns, failure, f"{self.sheet.zh}!" if name else "")
        said += (
            self._accepted(columns, before)
            if (before := self._before(rule, failure))
            else self._beyond(rule, failure)
        )
        return finding(
            severity,
            f"rules.{key}",
            rule=rule.no,
            **where,
            sentence=rule.zh,
            sentence_en=rule.en,
            values="；".join(zh for zh, _ in said),
            values_en="; ".join(en for _, en in said),
            **(told(waiver) if waiver else {}),
        )

    def _values(self, columns: Sequence[Column], failure: Failure, home: str) -> list[tuple[str, str]]:
        """What the row says, in Chinese and in English."""
        said = []
        for column in columns:
            cell = self._cell(failure, column.name)
            at, found = f"{home}{cell['cell']}" if cell["cell"] else "", cell["found"]
            # A workbook of an earlier version may lack the cell.
            zh = f"[{column.no}] {column.zh}＝{found or _EMPTY}（{at or _NOT_THERE}）"
            said.append(
                (zh, f"[{column.no}] {column.en} = {found or 'blank'} ({at or 'not in that version'})")
            )
        return said

    def _accepted(self, columns: Sequence[Column], before: Before) -> list[tuple[str, str]]:
        """What an earlier return says instead, and where."""
        said = []
        for column in columns:
            cell = self.cells[before.submission, before.row, column.name]
            at, found = f"{self.sheet.zh}!{cell['cell']}", cell["found"]
            zh = f"{before.quarter} 采用的[{column.no}]＝{found or _EMPTY}（{at}）"
            said.append((zh, f"accepted for {before.quarter}: [{column.no}] = {found or 'blank'} ({at})"))
        return said

    def _beyond(self, rule: Rule, failure: Failure) -> list[tuple[str, str]]:
        """What the relation compares the row with and stands in none of its cells."""
        said, row = [], self.rows[failure.submission, failure.row]
        for context in self.sheet.context:
            if context.name in names_in(rule.must):
                value = _shown(row[context.name])
                zh = f"{context_label(context, self.sheet, self.form)}＝{value or '空'}"
                label_en = context_label_en(context, self.sheet, self.form)
                said.append((zh, f"{label_en} = {value.replace('、', ', ') or 'blank'}"))
        for computed, call in computed_in(rule).items():
            label, label_en = COMPUTED[call.name]
            said.append((f"{label}＝{_shown(row[computed])}", f"{label_en} = {_shown(row[computed])}"))
        return said


def _shown(value: Any) -> str:
    if value is None or value != value:
        return ""
    if hasattr(value, "date"):
        return str(value.date())
    return f"{value:.15g}" if isinstance(value, float) else str(value)
