"""What a recount starts from: the accepted workbooks as they came, the registry's CSV files, the ledger's own rows.

Sheets, headings and code lists are found by their printed text; nothing of forms, parser or warehouse is used. Amounts
are whole numbers of ten-thousandths, so that sums are exact.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

Frame = pd.DataFrame
RECORDS = ("封面", "单位情况")
TABLES = ("研发项目", "研发产出", "技术扩散", "后续进展", "产业化", "资金与机制")
# Contact data counts towards nothing.
PRIVATE = ("单位负责人", "统计负责人", "填表人", "联系电话", "电子邮箱")
SHOWN_WITH_NAME = ("所属领域", "受让方所在地")
NUMBER_IN_CHINESE = {"一": 1, "二": 2, "三": 3, "四": 4}
SCALE = 10_000


def exact(cells: pd.Series) -> pd.Series:
    """Cells as whole ten-thousandths; blank stays blank."""
    return (cells.astype("Float64") * SCALE).round().astype("Int64")


def claimed(numbers: pd.Series) -> pd.Series:
    """Identifiers as two units' claims are compared: without case, blanks, points and the prefix ZL."""
    found = numbers.str.upper().str.replace(r"^ZL|[ .]", "", regex=True)
    return found.where(found != "")


def quarter_of(said: str) -> str:
    """``2026年第三季度`` or ``2026-Q3`` → ``2026-Q3``."""
    year, _, number = said.partition("年第")
    return f"{year}-Q{NUMBER_IN_CHINESE[number[0]]}" if number else said


def heading(cell: object) -> str:
    """The name in a printed heading, without its unit and mark."""
    return "".join(str(cell).split("（")[0].replace("*", "").split())


def cell_of(title: str, cell: Any) -> Any:
    """What a cell says: None if blank; where the drop-down shows code and name (``1401 太原``) the code."""
    if cell == "":
        return None
    return cell.partition(" ")[0] if title in SHOWN_WITH_NAME else cell


@dataclass(frozen=True)
class Kept:
    """Where a house keeps what came in: ``inbox`` holds the files as they were sent. ``upto``: as of a seq of the ledger.

    ``ledger`` is its address as a database.
    """

    inbox: Path
    ledger: str
    registry: Path
    upto: int = 2**31

    @cached_property
    def listed(self) -> dict[str, Frame]:
        """The registry's tables by name, every cell as text, blank as None."""
        return {
            path.stem: pd.read_csv(path, dtype=str).astype(object).where(lambda table: table.notna(), None)
            for path in self.registry.glob("*.csv")
        }

    @cached_property
    def files(self) -> Frame:
        """Every file that said whose it is, oldest first: when it came, how it was judged at first and at last."""
        with sa.create_engine(self.ledger).connect() as ledger:
            until = {"params": {"upto": self.upto}}
            came = pd.read_sql(
                sa.text("select sha256, seq, name, received_at from arrival where seq <= :upto"),
                ledger,
                **until,
            )
            judged = pd.read_sql(
                sa.text("select * from verdict where seq <= :upto order by seq"), ledger, **until
            )
        assert came["sha256"].is_unique, "which of a file's arrivals counts is not recounted"
        judged = judged[judged["quarter"].notna()]
        first, last = (judged.drop_duplicates("sha256", keep=which) for which in ("first", "last"))
        both = last.merge(first[["sha256", "verdict"]], on="sha256", suffixes=("", "_at_first"))
        return both.merge(came, on="sha256", suffixes=("_judged", "")).sort_values(["received_at", "seq"])

    @cached_property
    def accepted(self) -> Frame:
        """The file in force of each return: the last accepted one that came."""
        found = self.files[self.files["verdict"] == "accepted"]
        return found.drop_duplicates(["quarter", "centre", "unit"], keep="last")

    def path(self, name: str, sha256: str) -> Path:
        """A file as it was sent; AssertionError if it is not the one that was judged."""
        path = self.inbox / name
        assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256, name
        return path


class Books:
    """The accepted workbooks: ``returns`` has one row each with its unit sheet, ``tables`` the rows of the others.

    Every row has the quarter, centre and unit its cover names and the ``row`` it stands in; they are sorted by these,
    so that of rows that claim the same the first stands.
    """

    def __init__(self, kept: Kept) -> None:
        by_code = kept.listed["units"].set_index("uscc")["unit"].to_dict()
        paths = [kept.path(*one) for one in zip(kept.accepted["name"], kept.accepted["sha256"], strict=True)]
        read = [self._read(path, by_code) for path in paths]
        self.returns = Frame([record for record, _ in read])
        self.tables = {name: self._table(name, [tables[name] for _, tables in read]) for name in TABLES}
        self.codes = self._codes(paths[-1])

    @staticmethod
    def _read(path: Path, by_code: dict[str, str]) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
        book = CalamineWorkbook.from_path(path)
        sheets = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in RECORDS + TABLES
        }
        said = {
            heading(row[1]): cell_of("", row[3]) for name in RECORDS for row in sheets[name][5:] if row[1]
        }
        whose = {
            "quarter": quarter_of(said["报告期"]),
            "centre": said["创新中心代码"],
            "unit": by_code[said["统一社会信用代码"]],
        }
        counted = [said[name] for name in said if name not in {*PRIVATE, "更正说明"}]
        tables: dict[str, list[dict[str, Any]]] = {}
        for name in TABLES:
            titles = [heading(cell) for cell in sheets[name][4]]
            filled = [
                (at, row) for at, row in enumerate(sheets[name][6:], 7) if any(cell != "" for cell in row)
            ]
            rows = [{t: cell_of(t, cell) for t, cell in zip(titles, row, strict=True)} for _, row in filled]
            counted += [cell for row in rows for cell in row.values()]
            tables[name] = [{**row, "row": at, **whose} for row, (at, _) in zip(rows, filled, strict=True)]
        cells, blank = len(counted), sum(cell is None for cell in counted)
        return {**said, **whose, "row": 0, "cells": cells, "filled": cells - blank}, tables

    @staticmethod
    def _table(name: str, found: list[list[dict[str, Any]]]) -> Frame:
        rows = Frame([row for rows in found for row in rows])
        return rows.sort_values(["quarter", "centre", "unit", "row"], ignore_index=True)

    @staticmethod
    def _codes(path: Path) -> dict[str, list[str]]:
        """The code lists a workbook prints, by their title."""
        rows = CalamineWorkbook.from_path(path).get_sheet_by_name("代码表").to_python()
        return {
            str(title): [cell_of(str(title), cell) for cell in column if cell != ""]
            for title, *column in zip(*rows, strict=True)
        }
