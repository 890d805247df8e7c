"""Small records with one thing changed at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from expectations.findings import Finding
from warehouse.records import Arrival, Edition, Judged, Letter

AT = datetime.fromisoformat("2026-10-12T09:30:00.123456+08:00")
SHA = "a" * 64


def an_arrival(**other: Any) -> Arrival:
    return replace(Arrival("inbox", "2026-Q3/季报.xlsx", "10-1", SHA, 10, AT), **other)


def a_verdict(**other: Any) -> Judged:
    plain = Judged(SHA, "accepted", "2026-Q3", "U02", "EQ01", late=False, nil=False, parsed="a.parquet")
    return replace(plain, **other)


def a_finding(**other: Any) -> Finding:
    plain = {"severity": "error", "rule": "R2.1", "sheet": "单位情况", "cell": "D12", "column": "从业人员"}
    return Finding(**{**plain, "found": "约三十", "zh": "请更正。", "en": "Please correct.", **other})


def an_edition(**other: Any) -> Edition:
    plain = Edition("2026-Q3", "authority", 1, "1" * 64, 7, AT, "2026-Q3-e1", {"report.pdf": "f" * 64})
    return replace(plain, **other)


def a_letter(**other: Any) -> Letter:
    return replace(Letter("answer-1", "answer", SHA, ("u02@unit.example",)), **other)
