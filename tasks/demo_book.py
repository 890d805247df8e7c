"""What the demo's centres remember from quarter to quarter: running numbers, results, clients and promises."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from expectations.quarter import Quarter
from tasks.demo_members import Member, Row, quarter_of

Key = tuple[str, str]  # centre, unit


@dataclass(frozen=True)
class Product:
    """A product on sale: what sheet 7 says of it, and its sales (万元) in a normal quarter once it has found its market."""

    name: str
    output_no: str
    first_sale: date
    normal: float
    sme_share: float
    buyers: int


@dataclass
class Book:
    """Only what came in is remembered: nobody follows up what a lost return would have told."""

    numbers: Counter[str] = field(default_factory=Counter)
    results: defaultdict[Key, list[Row]] = field(default_factory=lambda: defaultdict(list))
    transferred: set[str] = field(default_factory=set)
    clients: defaultdict[Key, list[int]] = field(default_factory=lambda: defaultdict(list))
    served: list[tuple[Member, int]] = field(default_factory=list)
    promised: defaultdict[tuple[Key, Quarter], list[Row]] = field(default_factory=lambda: defaultdict(list))
    products: defaultdict[Key, list[Product]] = field(default_factory=lambda: defaultdict(list))

    def next(self, series: str) -> int:
        self.numbers[series] += 1
        return self.numbers[series]

    def promise(self, member: Member, day: date, row: Row) -> None:
        """Something that will have happened on ``day`` and belongs on that quarter's sheet 6."""
        self.promised[member.key, quarter_of(day)].append({**row, "followup_date": day})
