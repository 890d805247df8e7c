"""archive + ledger → warehouse: accepted rows, marts and figures. A pure function of what was kept up to one ``seq``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from expectations.codes import code_lists
from expectations.form import Form
from expectations.frames import ddl, frame_sql, table_name
from expectations.quarter import Quarter
from warehouse.indicators import indicators
from warehouse.registry import Registry
from warehouse.returns import Standing, Submission, in_force, standings
from warehouse.store import Connection

SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True)
class Inputs:
    """All a generation depends on. ``parsed`` is the folder of parsed files."""

    seq: int
    known_at: datetime
    registry: Registry
    submissions: Sequence[Submission]
    parsed: Path
    form: Form

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
    _load_registry(connection, inputs)
    _load_definitions(connection, inputs)
    opened = {str(quarter) for quarter in inputs.quarters}
    accepted = [one for one in in_force(inputs.submissions) if one.judged.quarter in opened]
    _load_ledger(connection, inputs, accepted)
    _load_rows(connection, inputs, accepted)
    for path in sorted((SQL / "marts").glob("*.sql")):
        connection.execute(path.read_text("utf-8"))
    connection.execute(parts_sql())
    connection.execute((SQL / "figures.sql").read_text("utf-8"))
    connection.execute("create table generation as select ? as seq", [inputs.seq])
    _verify_counts(connection)


def parts_sql() -> str:
    """SQL of the table ``parts``, made from the indicators' definitions."""
    environment = Environment(loader=FileSystemLoader(SQL), undefined=StrictUndefined, autoescape=False)  # noqa: S701 - SQL
    return environment.get_template("parts.sql.j2").render(indicators=indicators().values())


def _table(connection: Connection, name: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    connection.execute(f"create table {name} ({columns})")
    values = list(rows)
    if values:
        marks = ", ".join("?" * len(values[0]))
        connection.executemany(f"insert into {name} values ({marks})", values)  # noqa: S608 - names are ours


def _load_registry(connection: Connection, inputs: Inputs) -> None:
    registry = inputs.registry
    _table(
        connection,
        "reg_centre",
        "centre text, name text, field text, city text",
        [(c.centre, c.name, c.field, c.city) for c in registry.centres],
    )
    _table(
        connection,
        "reg_stage",
        'centre text, stage text, "from" date, "to" date',
        [(s.centre, s.stage, s.start, s.end) for s in registry.stages],
    )
    _table(
        connection,
        "reg_unit",
        "unit text, uscc text, name text, kind text, city text",
        [(u.unit, u.uscc, u.name, u.kind, u.city) for u in registry.units],
    )
    _table(
        connection,
        "reg_membership",
        'centre text, unit text, role text, "from" date, "to" date',
        [(m.centre, m.unit, m.role, m.start, m.end) for m in registry.memberships],
    )
    _table(
        connection,
        "reg_size",
        "industry text, size text, min_employees bigint, min_revenue_wan_cny decimal(18,4), valid_from date",
        [(z.industry, z.size, z.min_employees, z.min_revenue_wan_cny, z.valid_from) for z in registry.sizes],
    )
    _table(
        connection, "reg_quarter", "quarter text, last_day date", [(str(q), q.end) for q in inputs.quarters]
    )


def _load_definitions(connection: Connection, inputs: Inputs) -> None:
    _table(
        connection,
        "def_indicator",
        "indicator text, kind text, min_n integer, from_registry boolean, city text, levels text[]",
        [(i.code, i.kind, i.min_n, i.from_registry, i.city, list(i.levels)) for i in indicators().values()],
    )
    scopes = [("province", "province")]
    scopes += [("field", field) for field in dict.fromkeys(c.field for c in inputs.registry.centres)]
    scopes += [("city", entry.code) for entry in code_lists()["city"] if len(entry.code) == 4]
    scopes += [("centre", c.centre) for c in inputs.registry.centres]
    _table(connection, "def_scope", "level text, scope text", scopes)


def _load_ledger(connection: Connection, inputs: Inputs, accepted: Sequence[Submission]) -> None:
    roles = {(m.centre, m.unit, str(q)): m.role for q in inputs.quarters for m in inputs.registry.expected(q)}
    rows = []
    for one in accepted:
        judged = one.judged
        role = roles[judged.centre or "", judged.unit or "", judged.quarter or ""]
        rows.append((one.id, judged.sha256, judged.unit, judged.centre, judged.quarter, role, judged.nil))
    _table(
        connection,
        "led_submission",
        "submission text, sha256 text, unit text, centre text, quarter text, role text, nil boolean",
        rows,
    )
    _table(
        connection,
        "led_return",
        "quarter text, unit text, centre text, role text, state text, received integer, on_time boolean, nil boolean",
        [
            (s.quarter, s.unit, s.centre, s.role, s.state, s.received, s.on_time, s.nil)
            for s in inputs.standings
        ],
    )


def _load_rows(connection: Connection, inputs: Inputs, accepted: Sequence[Submission]) -> None:
    for sheet in inputs.form.sheets:
        connection.execute(ddl(sheet))
    load_cells(connection, "cells", {one.id: inputs.parsed / one.judged.parsed for one in accepted})
    for sheet in inputs.form.sheets:
        connection.execute(f"insert into {table_name(sheet)} by name {frame_sql(sheet, 'cells')}")


def load_cells(connection: Connection, table: str, files: dict[str, Path]) -> None:
    """A temporary table of the cells of parsed files, with the submission each belongs to."""
    columns = 'submission text, sheet text, row integer, "column" text, cell text, found text, value text, reason text'
    connection.execute(f"create temp table {table} ({columns})")
    for submission, path in files.items():
        connection.execute(f"insert into {table} select ?, * from read_parquet(?)", [submission, str(path)])  # noqa: S608


def _verify_counts(connection: Connection) -> None:
    """Every accepted return has exactly its cover and its unit sheet; else the warehouse must not be published."""
    wrong = connection.execute(
        "select s.submission from led_submission s "
        "left join stg_return__cover c using (submission) left join stg_return__unit u using (submission) "
        "group by s.submission having count(c.submission) <> 1 or count(u.submission) <> 1"
    ).fetchall()
    if wrong:
        raise RuntimeError(f"submissions without exactly one cover and unit sheet: {wrong}")
