"""rows → findings: one Great Expectations run per sheet and batch, each failed row turned into a sentence with a cell."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.findings import Finding, finding
from expectations.form import Column, Form, Rule, Sheet
from expectations.frames import frame_sql, relations_sql
from expectations.notation import COMPUTED
from expectations.quarter import Quarter
from expectations.relations import columns_of, computed_in, context_label, context_label_en, names_in
from warehouse.build import load_cells, load_sizes
from warehouse.registry import Membership, Registry
from warehouse.returns import Submission
from warehouse.store import Connection, insert, scratch

if TYPE_CHECKING:
    from expectations.suites import Failure


@dataclass(frozen=True)
class Candidate:
    """A parsed file that says whose return it is."""

    sha256: str
    member: Membership
    quarter: Quarter
    parsed: Path

    @property
    def id(self) -> str:
        return self.sha256[:12]


def check(
    batch: Sequence[Candidate], past: Sequence[Submission], parsed: Path, registry: Registry, form: Form
) -> dict[str, list[Finding]]:
    """Judge a batch of one quarter against the form, the registry and ``past``: what is in force of this quarter and
    of earlier ones. What a return of the batch would replace is left out of it.

    Returns findings by sha256, in the order of the form; a return without findings has an empty list.
    """
    # Imports Great Expectations: seconds, paid only by who checks.
    from expectations.suites import failures, new_context

    found: dict[str, list[Finding]] = {one.sha256: [] for one in batch}
    if not batch:
        return found
    by_id = {one.id: one for one in batch}
    context, last_day = new_context(), batch[0].quarter.end
    # All the database does is done by one thread, which makes the next frames while Great Expectations judges this one.
    with scratch() as connection, ThreadPoolExecutor(1) as database:
        load_frames(connection, batch, past, parsed, registry, form)
        frames = database.map(lambda sheet: connection.execute(relations_sql(sheet, form)).df(), form.sheets)
        for sheet, frame in zip(form.sheets, frames, strict=True):
            failed = failures(context, sheet, frame, last_day)
            told = sorted({one.submission for one in failed})
            rows = frame[frame["submission"].isin(told)].to_dict("records")
            by_key = {(row["submission"], int(row["row"])): row for row in rows}
            cells = database.submit(_cells, connection, sheet, told).result()
            said = _Sentences(form, sheet, by_key, cells)
            for failure in sorted(failed, key=lambda one: _order(one, sheet)):
                if said.rests_on_unreadable(failure):
                    continue
                found[by_id[failure.submission].sha256].append(said.finding_of(failure))
    return found


def _order(failure: Failure, sheet: Sheet) -> tuple[Any, ...]:
    names = list(sheet.by_name)
    rules = [rule.no for rule in sheet.rules]
    is_relation = failure.rule in rules
    position = rules.index(failure.rule) if is_relation else names.index(failure.column)
    return is_relation, failure.row, position


def load_frames(
    connection: Connection,
    batch: Sequence[Candidate],
    past: Sequence[Submission],
    parsed: Path,
    registry: Registry,
    form: Form,
) -> None:
    """Fill a scratch database with what ``relations_sql`` asks: the batch, what it is compared with, the registry."""
    replaced = {(str(one.quarter), one.member.unit, one.member.centre) for one in batch}
    kept = [
        one
        for one in past
        if (one.judged.quarter, one.judged.unit, one.judged.centre) not in replaced
        and one.judged.unit in registry.unit
    ]
    load_cells(connection, "now_cells", {one.id: one.parsed for one in batch})
    load_cells(connection, "past_cells", {one.id: parsed / one.judged.parsed for one in kept})
    for sheet in form.sheets:
        now = frame_sql(sheet, "now_cells", texts=True, private=True, judged=True)
        then = frame_sql(sheet, "past_cells", judged=True)
        connection.execute(f"create temp table now_{sheet.name} as {now}")
        connection.execute(f"create temp table past_{sheet.name} as {then}")
    load_sizes(connection, registry)
    _load_submissions(connection, batch, kept, registry)


_SUBMISSION = {
    **dict.fromkeys(
        ("submission", "unit", "centre", "quarter", "last_quarter", "unit_name", "kind", "role"), "text"
    ),
    **dict.fromkeys(("quarter_start", "quarter_end"), "date"),
    "newest": "boolean",
}


def _load_submissions(
    connection: Connection, batch: Sequence[Candidate], kept: Sequence[Submission], registry: Registry
) -> None:
    """The table ``submissions``: of each return whose it is and what the relations may ask the registry about it."""
    newest = {(one.member.unit, one.member.centre): one.id for one in batch}.values()  # in order of receipt
    rows = [
        (
            one.id,
            *_known(one.member.unit, one.member.centre, one.member.role, one.quarter, registry),
            one.id in newest,
        )
        for one in batch
    ]
    for one in kept:
        unit, centre, quarter = one.judged.unit or "", one.judged.centre or "", one.judged.quarter or ""
        rows.append((one.id, *_known(unit, centre, "", Quarter.parse(quarter), registry), True))
    columns = ", ".join(f"{name} {kind}" for name, kind in _SUBMISSION.items())
    connection.execute(f"create temp table submissions ({columns})")
    insert(connection, "submissions", rows)


def _known(unit: str, centre: str, role: str, quarter: Quarter, registry: Registry) -> tuple[Any, ...]:
    registered = registry.unit[unit]
    quarters = (str(quarter), str(quarter.shift(-1)))
    return (unit, centre, *quarters, registered.name, registered.kind, role, quarter.start, quarter.end)


_Cell = dict[str, str]
_NAMED = 10  # cells that one finding names


def _cells(connection: Connection, sheet: Sheet, told: Sequence[str]) -> dict[tuple[str, int, str], _Cell]:
    """Address, quotation and reason of a sheet's cells in some submissions, by submission, row and column."""
    rows = connection.execute(
        'select submission, row, "column", cell, found, reason from now_cells '
        "where sheet = ? and submission in (select unnest(?))",
        [sheet.name, told],
    ).fetchall()
    return {
        (s, r, c): {"cell": cell, "found": found, "reason": reason} for s, r, c, cell, found, reason in rows
    }


@dataclass(frozen=True)
class _Sentences:
    """Turns failed rows of one sheet into findings."""

    form: Form
    sheet: Sheet
    rows: dict[tuple[str, int], dict[Any, Any]]
    cells: dict[tuple[str, int, str], _Cell]
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
