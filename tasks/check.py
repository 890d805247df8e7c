"""rows → findings: one Great Expectations run per sheet and batch, each failed row turned into a sentence with a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from expectations.findings import Finding
from expectations.form import Form, Sheet
from expectations.frames import frame_sql, relations_sql
from expectations.quarter import Quarter
from tasks.sentences import Cell, Sentences, order_of, told_before
from warehouse.build import load_cells, load_sizes
from warehouse.records import Exemption
from warehouse.registry import Membership, Registry
from warehouse.returns import Submission
from warehouse.store import Connection, insert, scratch


@dataclass(frozen=True)
class Candidate:
    """A parsed file that says whose return it is. ``waived`` are the relations it may break, and who says so."""

    sha256: str
    member: Membership
    quarter: Quarter
    parsed: Path
    waived: Mapping[str, Exemption] = field(default_factory=dict)

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
    waived = {one.id: one.waived for one in batch}
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
            earlier = {before.submission for row in rows for before in told_before(row, sheet).values()}
            cells = database.submit(_cells, connection, sheet, [*told, *sorted(earlier)]).result()
            said = Sentences(form, sheet, by_key, cells, waived)
            for failure in sorted(failed, key=lambda one: order_of(one, sheet)):
                if said.rests_on_unreadable(failure):
                    continue
                found[by_id[failure.submission].sha256].append(said.finding_of(failure))
    return found


def load_frames(
    connection: Connection,
    batch: Sequence[Candidate],
    past: Sequence[Submission],
    parsed: Path,
    registry: Registry,
    form: Form,
) -> None:
    """Fill a scratch database with what ``relations_sql`` asks: the batch, what it is compared with, the registry."""
    of = {(str(one.quarter), one.member.unit, one.member.centre) for one in batch}
    replaced = {_key(one): one.id for one in past if _key(one) in of}
    kept = [one for one in past if _key(one) not in of and one.judged.unit in registry.unit]
    load_cells(connection, "now_cells", {one.id: one.parsed for one in batch})
    load_cells(connection, "past_cells", {one.id: parsed / one.judged.parsed for one in kept})
    for sheet in form.sheets:
        now = frame_sql(sheet, "now_cells", texts=True, private=True, judged=True)
        then = frame_sql(sheet, "past_cells", judged=True)
        connection.execute(f"create temp table now_{sheet.name} as {now}")
        connection.execute(f"create temp table past_{sheet.name} as {then}")
    load_sizes(connection, registry)
    _load_submissions(connection, batch, kept, registry, replaced)


_Key = tuple[str | None, str | None, str | None]  # quarter, unit, centre
_SUBMISSION = {
    **dict.fromkeys(
        ("submission", "unit", "centre", "quarter", "last_quarter", "unit_name", "kind", "role"), "text"
    ),
    **dict.fromkeys(("quarter_start", "quarter_end"), "date"),
    "newest": "boolean",
    "replaced": "text",
}


def _other(id_: str, replaced: str | None) -> str | None:
    """The return that another takes the place of; one that is looked at again, as data docs do, replaces none."""
    return replaced if replaced != id_ else None


def _key(one: Submission) -> _Key:
    return one.judged.quarter, one.judged.unit, one.judged.centre


def _load_submissions(
    connection: Connection,
    batch: Sequence[Candidate],
    kept: Sequence[Submission],
    registry: Registry,
    replaced: Mapping[_Key, str],
) -> None:
    """The table ``submissions``: of each return whose it is and what the relations may ask the registry about it."""
    newest = {(one.member.unit, one.member.centre): one.id for one in batch}.values()  # in order of receipt
    rows = [
        (
            one.id,
            *_known(one.member.unit, one.member.centre, one.member.role, one.quarter, registry),
            one.id in newest,
            _other(one.id, replaced.get((str(one.quarter), one.member.unit, one.member.centre))),
        )
        for one in batch
    ]
    for one in kept:
        unit, centre, quarter = one.judged.unit or "", one.judged.centre or "", one.judged.quarter or ""
        rows.append((one.id, *_known(unit, centre, "", Quarter.parse(quarter), registry), True, None))
    columns = ", ".join(f"{name} {kind}" for name, kind in _SUBMISSION.items())
    connection.execute(f"create temp table submissions ({columns})")
    insert(connection, "submissions", rows)


def _known(unit: str, centre: str, role: str, quarter: Quarter, registry: Registry) -> tuple[Any, ...]:
    registered = registry.unit[unit]
    quarters = (str(quarter), str(quarter.shift(-1)))
    return (unit, centre, *quarters, registered.name, registered.kind, role, quarter.start, quarter.end)


def _cells(connection: Connection, sheet: Sheet, told: Sequence[str]) -> dict[tuple[str, int, str], Cell]:
    """Address, quotation and reason of a sheet's cells in some submissions, by submission, row and column."""
    rows = connection.execute(
        'select submission, row, "column", cell, found, reason from (from now_cells union all from past_cells) '
        "where sheet = ? and submission in (select unnest(?))",
        [sheet.name, told],
    ).fetchall()
    return {
        (s, r, c): {"cell": cell, "found": found, "reason": reason} for s, r, c, cell, found, reason in rows
    }
