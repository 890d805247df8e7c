"""parsed → receipt: the headline figures of one return as they were understood, so that the unit can see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq

from expectations.form import Form, Sheet
from reports.answer import Receipt

Row = Mapping[str, str | None]  # column → canonical text
_UNITS_EN = {"人": "people", "人年": "person-years", "万元": "× CNY 10,000", "人次": "people", "家": ""}


@dataclass(frozen=True)
class Headline:
    """One figure of a table sheet: how many rows, or the sum of ``columns`` over them.

    ``where`` keeps rows whose column holds one of the values; of rows that share ``once`` the first counts.
    """

    sheet: str
    zh: str
    en: str
    unit: str
    columns: tuple[str, ...] = ()
    where: tuple[str, frozenset[str]] | None = None
    once: str = ""

    def value(self, rows: Iterable[Row]) -> Decimal:
        kept: dict[str, Row] = {}
        for number, row in enumerate(rows):
            if self.where and row.get(self.where[0]) not in self.where[1]:
                continue
            key = row.get(self.once) if self.once else str(number)
            if key:
                kept.setdefault(key, row)
        if not self.columns:
            return Decimal(len(kept))
        return sum(
            (Decimal(row.get(name) or 0) for row in kept.values() for name in self.columns), Decimal(0)
        )


_SPEND = tuple(f"spend_{fund}_wan_cny" for fund in ("fiscal", "enterprise", "financial", "other"))
_RAISED = frozenset({"股权", "贷款", "基金", "财政", "保险"})
_BROUGHT = frozenset({"资金投入", "知识产权投入", "设备投入", "人员投入"})
HEADLINES = (
    Headline("projects", "研发项目", "R&D projects", "项"),
    Headline("projects", "其中在研", "of which active", "项", where=("status", frozenset({"在研"}))),
    Headline("projects", "项目支出", "spend of projects", "万元", _SPEND),
    Headline("outputs", "研发产出", "outputs", "项"),
    Headline("diffusion", "技术扩散事项", "diffusion events", "项"),
    Headline("diffusion", "合同（按编号计）", "contracts (by number)", "份", once="contract_no"),
    Headline(
        "diffusion", "合同成交额", "contract value", "万元", ("contract_value_wan_cny",), once="contract_no"
    ),
    Headline("diffusion", "培训", "people trained", "人次", ("people_trained",)),
    Headline("followup", "后续进展", "follow-ups", "条"),
    Headline("followup", "到账", "received", "万元", ("amount_wan_cny",), ("kind", frozenset({"到账"}))),
    Headline("followup", "首次应用", "first applications", "项", where=("kind", frozenset({"首次应用"}))),
    Headline("industrialisation", "产品或工艺", "products or processes", "个"),
    Headline("industrialisation", "销售额", "sales", "万元", ("sales_wan_cny",)),
    Headline("industrialisation", "其中销往中小企业", "of which to SMEs", "万元", ("sme_sales_wan_cny",)),
    Headline("finance", "资金与机制事项", "finance events", "项"),
    Headline("finance", "融资", "funds raised", "万元", ("amount_wan_cny",), ("kind", _RAISED)),
    Headline(
        "finance", "成员投入", "members' contributions", "万元", ("amount_wan_cny",), ("kind", _BROUGHT)
    ),
)


def receipt(parsed: Path, form: Form) -> tuple[Receipt, ...]:
    """What was read from a return, sheet by sheet: all numbers of the unit's own sheet, and the tables' headlines.

    It comes from the parsed file that was judged and is loaded, not from the workbook again.
    """
    sheets = _rows(parsed)
    lines = []
    for sheet in form.sheets:
        rows = list(sheets.get(sheet.name, {}).values())
        if sheet.layout == "table":
            # Of an empty sheet, that it is empty says it all.
            mine = [one for one in HEADLINES if one.sheet == sheet.name][: None if rows else 1]
            lines += [_line(sheet, one.zh, one.en, one.value(rows), one.unit) for one in mine]
        elif rows:
            told = [
                (column, rows[0].get(column.name)) for column in sheet.columns if column.scale is not None
            ]
            lines += [
                _line(sheet, c.zh, c.en, Decimal(value), c.unit) for c, value in told if value is not None
            ]
    return tuple(lines)


def _rows(parsed: Path) -> dict[str, dict[int, dict[str, str | None]]]:
    """Sheet → worksheet row → its values by column."""
    found: dict[str, dict[int, dict[str, str | None]]] = {}
    for cell in pq.read_table(parsed, columns=["sheet", "row", "column", "value"]).to_pylist():
        found.setdefault(cell["sheet"], {}).setdefault(cell["row"], {})[cell["column"]] = cell["value"]
    return found


def _line(sheet: Sheet, zh: str, en: str, value: Decimal, unit: str) -> Receipt:
    plain = f"{value.normalize():,f}"
    unit_en = _UNITS_EN.get(unit, unit if unit.isascii() else "")
    return Receipt(sheet.zh, sheet.en, zh, en, f"{plain} {unit}".strip(), f"{plain} {unit_en}".strip())
