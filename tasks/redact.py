"""workbook → a copy without contacts, in a guarded child: read as the workbook was, contacts aside, or there is none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pyarrow.parquet as pq

from expectations.form import Form, the_form
from tasks.guard import Guarded, serve
from tasks.parse import READERS
from tasks.parsed import CellRead
from tasks.reader import read_workbook
from tasks.take_over import taken_over


def without_contacts(cells: Iterable[CellRead], form: Form) -> list[CellRead]:
    """Cells as they were read, those of contacts blank."""
    private = {
        (sheet.name, column.name) for sheet in form.sheets for column in sheet.columns if column.private
    }
    return [
        one._replace(found="", value=None, reason="") if (one.sheet, one.column) in private else one
        for one in cells
    ]


def read_rows(path: Path | BytesIO) -> list[CellRead]:
    """The cells of a parsed file."""
    with pq.ParquetFile(path) as file:
        return [CellRead(**one) for one in file.read(list(CellRead._fields)).to_pylist()]


def redacted_copies(files: Sequence[tuple[Path, str, Path]]) -> list[str]:
    """Write copies without contacts of files (raw, its name, copy); of each blank, or why there is none."""
    with ThreadPoolExecutor(READERS) as pool:
        shares = list(pool.map(_redact, [files[n::READERS] for n in range(READERS)]))
    return [shares[n % READERS][n // READERS] for n in range(len(files))]


def _redact(share: Sequence[tuple[Path, str, Path]]) -> list[str]:
    with Guarded("tasks.redact") as child:
        return [
            child.ask(raw=str(raw), name=name, out=str(out)) or _why_none(out) for raw, name, out in share
        ]


def _why_none(out: Path) -> str:
    return "" if out.exists() else "去除联系方式后读不出相同内容 without contacts it is not read the same"


def copy_of(content: bytes, name: str, form: Form) -> bytes | None:
    """The copy of a workbook that can be read; None where it would not be read as the workbook was, contacts aside."""
    cells, _ = read_workbook(content, name, form)
    if not cells:
        return None
    wanted = without_contacts(cells, form)
    copy = taken_over(content, name, wanted, form)
    return copy if read_workbook(copy, name, form)[0] == wanted else None


def _work(request: dict[str, str]) -> None:
    copy = copy_of(Path(request["raw"]).read_bytes(), request["name"], the_form())
    if copy is not None:
        Path(request["out"]).write_bytes(copy)


if __name__ == "__main__":
    serve(_work)
