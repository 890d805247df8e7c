"""What was parsed from a file, as one Parquet file: a row a cell, the findings of reading in its metadata."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.lib import StringBuilder

from expectations.findings import Finding

# Raise it when reading changes what is read: kept files of an older reader are then read anew.
PARSER = "4"
CELLS = pa.schema(
    [
        ("sheet", pa.string()),
        ("row", pa.int32()),
        ("column", pa.string()),
        ("cell", pa.string()),
        ("found", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
    ]
)


class CellRead(NamedTuple):
    """One cell: ``found`` as shown to people, ``value`` canonical or None, ``reason`` why it could not be read."""

    sheet: str
    row: int
    column: str
    cell: str
    found: str
    value: str | None
    reason: str


def write_parsed(path: Path | BytesIO, cells: list[CellRead], findings: list[Finding]) -> None:
    """Write cells and findings; the bytes depend on nothing else."""
    said = json.dumps([one.model_dump() for one in findings], ensure_ascii=False)
    columns = zip(*cells, strict=True) if cells else [()] * len(CELLS)
    arrays = [_array(values, field.type) for values, field in zip(columns, CELLS, strict=True)]
    table = pa.Table.from_arrays(arrays, schema=CELLS.with_metadata({"findings": said}))
    # A few hundred short rows: dictionaries and statistics would cost more than they save.
    pq.write_table(table, path, use_dictionary=False, write_statistics=False)


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """An array made without ``pa.array``, which imports pandas: a fifth of a second for every reader that starts."""
    if kind == pa.int32():
        return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(array("i", values))])
    builder = StringBuilder()
    builder.append_values(values)
    return builder.finish()


def read_findings(path: Path) -> list[Finding]:
    """The findings of reading that were kept with a parsed file."""
    metadata = pq.read_schema(path).metadata or {}
    return [Finding(**one) for one in json.loads(metadata[b"findings"])]


def read_cells(path: Path) -> pa.Table:
    """What a parsed file says, cell for cell: where each value stands, and what it is or why it is none."""
    columns = ["sheet", "row", "column", "value", "reason"]
    return pq.read_table(path, columns=columns).replace_schema_metadata()
