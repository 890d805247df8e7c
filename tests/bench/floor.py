"""The bare floor and the hand-written way: the least and the most that reading and keeping the same files can cost."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import great_expectations as gx
import pandas as pd
import pyarrow as pa
import python_calamine

from expectations.form import Form, Sheet
from expectations.suites import column_expectations

Rows = list[list[Any]]


def floor(files: Sequence[Path], form: Form, database: Path) -> tuple[float, float]:
    """Seconds to read every sheet of the form with calamine, and to insert the rows into a DuckDB file, synced."""
    began = perf_counter()
    rows: dict[str, Rows] = {sheet.name: [] for sheet in form.sheets}
    for file in files:
        book = python_calamine.load_workbook(BytesIO(file.read_bytes()))
        for sheet in form.sheets:
            rows[sheet.name] += _records(
                book.get_sheet_by_name(sheet.zh).to_python(skip_empty_area=False), sheet
            )
    read = perf_counter()
    with duckdb.connect(database) as connection:
        for sheet in form.sheets:
            table = _arrow(rows[sheet.name], sheet)
            connection.register("rows", table)
            connection.execute(f"create table {sheet.name} as select * from rows")
            connection.unregister("rows")
        connection.execute("checkpoint")
    return read - began, perf_counter() - read


def by_hand(files: Sequence[Path], form: Form, database: Path) -> float:
    """Seconds the usual script takes: pandas and openpyxl, Great Expectations a file and sheet, an insert a sheet."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    began = perf_counter()
    with duckdb.connect(database) as connection:
        for number, file in enumerate(files):
            for sheet in form.sheets:
                raw = pd.read_excel(
                    BytesIO(file.read_bytes()),
                    sheet_name=sheet.zh,
                    header=None,
                    engine="openpyxl",
                    dtype=object,
                )
                frame = pd.DataFrame(
                    _records(raw.astype(object).where(raw.notna(), None).values.tolist(), sheet),
                    columns=list(sheet.by_name),
                ).astype("string")
                frame = frame.assign(
                    submission=str(number), **{f"{name}__text": frame[name] for name in frame}
                )
                _validate(context, f"{number}-{sheet.name}", sheet, frame)
                connection.execute(f"create table if not exists {sheet.name} as select * from frame limit 0")
                connection.execute(f"insert into {sheet.name} select * from frame")
        connection.execute("checkpoint")
    return perf_counter() - began


def _validate(context: Any, name: str, sheet: Sheet, frame: pd.DataFrame) -> None:
    """The column rules alone: whoever writes this by hand checks no relation across sheets."""
    asset = context.data_sources.add_pandas(name).add_dataframe_asset(name)
    batch = asset.add_batch_definition_whole_dataframe("batch")
    rules = [
        rule
        for column in sheet.columns
        for rule in column_expectations(column, pd.Timestamp("2026-09-30").date())
        if rule.meta["rule"] in {"type", "required"}
    ]
    suite = context.suites.add(gx.ExpectationSuite(name=name, expectations=rules))
    definition = gx.ValidationDefinition(name=name, data=batch, suite=suite)
    context.validation_definitions.add(definition).run(batch_parameters={"dataframe": frame})


def _records(rows: Sequence[Sequence[Any]], sheet: Sheet) -> Rows:
    """The data rows of a sheet; a record sheet gives one."""
    width = len(sheet.columns)
    if sheet.layout == "record":
        values = [row[3] if len(row) > 3 else None for row in rows[5 : 5 + width]]
        return [values]
    data = [[*row[:width], *[None] * (width - len(row))] for row in rows[6:]]
    return [row for row in data if any(value not in (None, "") for value in row)]


def _arrow(rows: Rows, sheet: Sheet) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(sheet.columns)
    texts = [[None if value in (None, "") else str(value) for value in column] for column in columns]
    return pa.table(
        {name: pa.array(text, pa.string()) for name, text in zip(sheet.by_name, texts, strict=True)}
    )
