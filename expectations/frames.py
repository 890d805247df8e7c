"""cells → frames: the SQL that turns cells into a sheet's typed rows, and rows into a check frame. Made from the form."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from expectations.form import Form, Sheet
from expectations.relations import computed_in

SQL = Path(__file__).parent / "sql"
# Marks a value that could not be read for its type; no type rule can match it, whatever stood in the cell.
UNREADABLE = "\ufffd"
MACROS = (SQL / "macros.sql").read_text("utf-8")


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(SQL), undefined=StrictUndefined, autoescape=False)  # noqa: S701 - SQL


def frame_sql(
    sheet: Sheet, cells: str, *, texts: bool = False, private: bool = False, judged: bool = False
) -> str:
    """SQL for one row a record from the cell table ``cells``; ``texts`` adds what stood there, ``private`` contacts."""
    columns = [column for column in sheet.columns if private or not column.private]
    return (
        _environment()
        .get_template("frame.sql.j2")
        .render(sheet=sheet, cells=cells, columns=columns, texts=texts, judged=judged, unreadable=UNREADABLE)
    )


def relations_sql(sheet: Sheet, form: Form) -> str:
    """SQL for the check frame: rows, context, what is computed to compare with, and a boolean column a relation.

    In it null means that the relation does not apply.
    """
    keys = {other.name: other.key for other in form.sheets}
    computed = {name: call.sql("duckdb") for rule in sheet.rules for name, call in computed_in(rule).items()}
    return _environment().get_template("relations.sql.j2").render(sheet=sheet, keys=keys, computed=computed)


def table_name(sheet: Sheet) -> str:
    """The sheet's table in the warehouse."""
    return f"stg_return__{sheet.name}"


def ddl(sheet: Sheet) -> str:
    """``create table`` for the sheet's accepted rows, without private columns."""
    keys = ["submission varchar not null", "row integer not null"]
    columns = [f"{column.name} {column.sql_type}" for column in sheet.columns if not column.private]
    return f"create table {table_name(sheet)} (\n    " + ",\n    ".join(keys + columns) + "\n);"
