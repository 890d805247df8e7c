"""archive + ledger → warehouse: accepted rows, marts and figures. A pure function of what was kept up to one ``seq``."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from expectations.codes import code_lists
from expectations.form import FOLDER, Form, Sheet
from expectations.frames import ddl, frame_sql, table_name
from expectations.quarter import Quarter
from warehouse.indicators import indicators
from warehouse.records import Settlement
from warehouse.registry import Registry
from warehouse.returns import Standing, Submission, in_force, standings
from warehouse.store import Connection, insert

SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True)
class Inputs:
    """All a generation depends on. ``parsed`` is the folder of parsed files, ``warned`` the sha256 of those with warnings."""

    seq: int
    known_at: datetime
    registry: Registry
    submissions: Sequence[Submission]
    parsed: Path
    form: Form
    settlements: Sequence[Settlement] = ()
    warned: frozenset[str] = frozenset()

    @property
    def quarters(self) -> list[Quarter]:
        return [Quarter.parse(term.quarter) for term in self.registry.opened(self.known_at)]

    @property
    def standings(self) -> list[Standing]:
        return [
            one for quarter in self.quarters for one in standings(self.registry, self.submissions, quarter)
        ]


def build_warehouse(connection: Connection, inputs: Inputs) -> None:
    """Fill an empty database; raises if what was loaded does not add up to what the ledger accepted."""
    stage(connection, inputs, inputs.form.sheets)
    load_definitions(connection, inputs.registry)
    derive(connection, inputs.form)
    connection.execute(
        "create table generation as select ? as seq, ? as definitions", [inputs.seq, definitions_hash()]
    )
    _verify_counts(connection)


def stage(connection: Connection, inputs: Inputs, sheets: Sequence[Sheet]) -> None:
    """Registry, ledger and the accepted rows of ``sheets``: all that marts are made from."""
    create_tables(connection, inputs.form)
    load_registry(connection, inputs.registry, inputs.quarters)
    opened = {str(quarter) for quarter in inputs.quarters}
    accepted = [one for one in in_force(inputs.submissions) if one.judged.quarter in opened]
    _load_ledger(connection, inputs, accepted)
    load_cells(connection, "cells", {one.id: inputs.parsed / one.judged.parsed for one in accepted})
    for sheet in sheets:
        connection.execute(f"insert into {table_name(sheet)} by name {frame_sql(sheet, 'cells')}")


@cache
def definitions_hash() -> str:
    """The hash of all that turns kept rows into figures: forms, code lists, indicators, SQL, and the code around them."""
    digest = hashlib.sha256()
    for folder in (SQL.parent, FOLDER.parent):
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".yml", ".sql", ".j2", ".py"}:
                digest.update(
                    path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0"
                )
    return digest.hexdigest()


def create_tables(connection: Connection, form: Form) -> None:
    """The empty tables of registry, definitions, ledger and staged returns."""
    connection.execute((SQL / "tables.sql").read_text("utf-8"))
    for sheet in form.sheets:
        connection.execute(ddl(sheet))


def derive(connection: Connection, form: Form) -> None:
    """Marts, parts and figures from the registry, ledger and staged tables."""
    derive_marts(connection, form)
    connection.execute((SQL / "definitions.sql").read_text("utf-8"))
    connection.execute(_rendered(SQL / "parts.sql.j2", indicators=indicators().values()))
    for path in sorted((SQL / "figures").iterdir()):
        connection.execute(path.read_text("utf-8"))


def derive_marts(connection: Connection, form: Form, *, only: Collection[str] = ()) -> None:
    """The marts, each after those it is made from; ``only`` names the files wanted."""
    for path in sorted((SQL / "marts").iterdir()):
        if not only or path.name in only:
            connection.execute(_rendered(path, form=form, table_name=table_name))


def _rendered(path: Path, **values: Any) -> str:
    """The SQL of one file; what ends in ``.j2`` is made from the form or the indicators."""
    if path.suffix != ".j2":
        return path.read_text("utf-8")
    environment = Environment(
        loader=FileSystemLoader(path.parent),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - SQL
    )
    return environment.get_template(path.name).render(**values)


def load_registry(connection: Connection, registry: Registry, quarters: Sequence[Quarter]) -> None:
    """What figures need of the registry; contacts stay out."""
    # Of a table that figures stand in, the line of its CSV file goes along: the heading is line 1.
    rows: dict[str, list[tuple[Any, ...]]] = {
        "reg_centre": [
            (line, c.centre, c.name, c.field, c.branch, c.legal_form, c.city)
            for line, c in enumerate(registry.centres, 2)
        ],
        "reg_stage": [(line, s.centre, s.stage, s.start, s.end) for line, s in enumerate(registry.stages, 2)],
        "reg_unit": [
            (line, u.unit, u.uscc, u.name, u.kind, u.city) for line, u in enumerate(registry.units, 2)
        ],
        "reg_membership": [
            (line, m.centre, m.unit, m.role, m.start, m.end) for line, m in enumerate(registry.memberships, 2)
        ],
        "reg_quarter": [(str(quarter), quarter.end) for quarter in quarters],
        "reg_opening": [
            (line, o.centre, o.risk_fund_wan_cny, o.at) for line, o in enumerate(registry.openings, 2)
        ],
        "reg_threshold": [
            (line, t.indicator, t.mark, t.value, t.valid_from)
            for line, t in enumerate(registry.thresholds, 2)
        ],
    }
    for table, values in rows.items():
        insert(connection, table, values)
    load_sizes(connection, registry)


def load_sizes(connection: Connection, registry: Registry) -> None:
    """The dated table of enterprise sizes, which checks and figures read alike."""
    rows = [
        (z.industry, z.size, z.min_employees, z.min_revenue_wan_cny, z.valid_from) for z in registry.sizes
    ]
    insert(connection, "reg_size", rows)


def load_definitions(connection: Connection, registry: Registry) -> None:
    """The indicators, and the scopes a figure is asked for even where nothing happened."""
    rows = [
        (
            *(i.code, i.kind, i.min_n, i.from_registry, i.city, list(i.levels)),
            *(i.ever, i.rolling, i.warm_up, i.top, i.bounded, i.mark, i.sized, position),
        )
        for position, i in enumerate(indicators().values())
    ]
    insert(connection, "def_indicator", rows)
    parts = [(i.code, part, since, until) for i in indicators().values() for part, since, until in i.parts()]
    insert(connection, "def_part", parts)
    changed = [(i.code, one.since) for i in indicators().values() for one in i.versions if one.broke]
    insert(connection, "def_version", changed)
    scopes = [("province", "province")]
    scopes += [("field", entry.code) for entry in code_lists()["field"]]
    scopes += [("city", entry.code) for entry in code_lists()["city"] if len(entry.code) == 4]
    scopes += [("centre", c.centre) for c in registry.centres]
    scopes += [("unit", u.unit) for u in registry.units]
    insert(connection, "def_scope", scopes)


def _load_ledger(connection: Connection, inputs: Inputs, accepted: Sequence[Submission]) -> None:
    roles = {(m.centre, m.unit, str(q)): m.role for q in inputs.quarters for m in inputs.registry.expected(q)}
    rows = []
    for one in accepted:
        judged = one.judged
        # A unit taken off the register after its return was accepted keeps what it reported, without a role.
        role = roles.get((judged.centre or "", judged.unit or "", judged.quarter or ""), "")
        whose = (judged.unit, judged.centre, judged.quarter, role)
        rows.append((one.id, judged.sha256, *whose, judged.nil, judged.sha256 in inputs.warned))
    insert(connection, "led_submission", rows)
    insert(
        connection,
        "led_return",
        [
            (
                *(s.quarter, s.unit, s.centre, s.role, s.state, s.received, s.on_time, s.nil, s.first_pass),
                told.id if (told := s.in_force or s.newest) else None,
            )
            for s in inputs.standings
        ],
    )
    insert(connection, "led_settlement", settled_shares(inputs.settlements))


def settled_shares(settlements: Iterable[Settlement]) -> list[tuple[Any, ...]]:
    """The newest decision on each claim, a row a claimant; who decided stays in the ledger."""
    newest = {(one.kind, one.identifier): one for one in sorted(settlements, key=lambda one: one.seq)}
    return [
        (one.seq, one.kind, one.identifier, credit.unit, credit.centre, credit.share)
        for one in newest.values()
        for credit in one.credits
    ]


def load_cells(connection: Connection, table: str, files: dict[str, Path]) -> None:
    """A temporary table of the cells of parsed files, with the submission each belongs to."""
    columns = 'submission text, sheet text, row integer, "column" text, cell text, found text, value text, reason text'
    connection.execute(f"create temp table {table} ({columns})")
    if files:
        connection.execute("create or replace temp table parsed_files (submission text, path text)")
        insert(connection, "parsed_files", [(k, str(v)) for k, v in files.items()])
        connection.execute(
            f"insert into {table} select f.submission, c.* exclude (filename) "  # noqa: S608 - the name is ours
            "from read_parquet(?, filename = true) c join parsed_files f on f.path = c.filename",
            [[str(path) for path in files.values()]],
        )


def _verify_counts(connection: Connection) -> None:
    """Every accepted return has exactly its cover and its unit sheet; else the warehouse must not be published."""
    wrong = connection.execute(
        "select s.submission from led_submission s "
        "left join stg_return__cover c using (submission) left join stg_return__unit u using (submission) "
        "group by s.submission having count(c.submission) <> 1 or count(u.submission) <> 1"
    ).fetchall()
    if wrong:
        raise RuntimeError(f"submissions without exactly one cover and unit sheet: {wrong}")
