"""verdict → answer: what a unit is told about one file, with its own workbook annotated."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from expectations.findings import Finding
from expectations.form import Form
from expectations.quarter import SHANGHAI, Quarter
from expectations.values import visible
from reports.answer import Answer, Receipt, render_answer
from tasks.annotate import annotate
from tasks.settings import House
from warehouse.archive import written_whole
from warehouse.records import Judged
from warehouse.returns import submissions


def compose_answer(house: House, sha256: str) -> tuple[str, str, str, Path | None]:
    """Subject, text, HTML and annotated workbook (None for refused files, which are never reopened) of an answer."""
    found = next(one for one in submissions(house.ledger) if one.judged.sha256 == sha256)
    judged, arrival = found.judged, found.arrival
    findings = house.ledger.findings(sha256)
    annotated = annotated_copy(house, judged, findings)
    unit = house.registry.unit.get(judged.unit or "")
    answer = Answer(
        verdict=judged.verdict,
        quarter=Quarter.parse(judged.quarter).zh if judged.quarter else "",
        who=(f"{unit.name}（{judged.centre}）" if judged.centre else unit.name) if unit else "",
        file=visible(Path(arrival.name).name),
        received=arrival.received_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"),
        findings=tuple(findings),
        receipt=receipt(house.archive.parsed / judged.parsed, house.form)
        if judged.verdict == "accepted"
        else (),
        annotated=annotated is not None,
        contact=house.registry.says("contact"),
    )
    return *render_answer(answer), annotated


def annotated_copy(house: House, judged: Judged, findings: list[Finding]) -> Path | None:
    """The unit's workbook with its findings marked in it, under ``annotated/``; made once a verdict."""
    if judged.verdict in {"refused", "accepted"} or not findings:
        return None
    name = f"{judged.quarter}_{judged.centre}_{judged.unit}_{judged.sha256[:12]}_{judged.verdict}.xlsx"
    target = house.home / "annotated" / name
    if not target.exists():
        try:
            with written_whole(target) as temporary:
                failed = annotate(house.archive.raw_path(judged.sha256), findings, temporary)
                if failed:
                    raise _NoCopy(failed)
        except _NoCopy:
            return None
    return target


class _NoCopy(Exception):
    """The guarded child could not write the copy; the answer goes without one."""


def receipt(parsed: Path, form: Form) -> tuple[Receipt, ...]:
    """What was understood: the unit's own figures, and how many records each table sheet holds."""
    cells = pq.read_table(parsed, columns=["sheet", "row", "column", "found", "value"]).to_pylist()
    lines = []
    for sheet in form.sheets:
        mine = [cell for cell in cells if cell["sheet"] == sheet.name]
        if sheet.layout == "table":
            rows = len({cell["row"] for cell in mine})
            lines.append(Receipt(f"{sheet.zh}（条数）", f"{sheet.en} (records)", str(rows)))
        for cell in mine:
            column = sheet.by_name[cell["column"]]
            if sheet.layout == "record" and column.scale is not None and cell["value"] is not None:
                unit = f" {column.unit}" if column.unit else ""
                lines.append(Receipt(column.zh, column.en, f"{cell['value']}{unit}"))
    return tuple(lines)
