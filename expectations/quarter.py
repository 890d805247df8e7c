"""A quarter, written ``2026-Q3``; wall time is Asia/Shanghai."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_KEY = re.compile(r"([0-9]{4})-Q([1-4])")
_ORDINAL = "一二三四"


@dataclass(frozen=True, order=True)
class Quarter:
    """Year and number (1–4). Ordered; ``str`` is the key used in files, tables and partition keys."""

    year: int
    number: int

    @classmethod
    def parse(cls, key: str) -> Quarter:
        """Read ``2026-Q3``; anything else is a ValueError."""
        match = _KEY.fullmatch(key)
        if match is None:
            raise ValueError(f"not a quarter: {key!r} (expected e.g. 2026-Q3)")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    def shift(self, quarters: int) -> Quarter:
        index = self.year * 4 + self.number - 1 + quarters
        return Quarter(index // 4, index % 4 + 1)

    @property
    def start(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def end(self) -> date:
        return self.shift(1).start - timedelta(days=1)

    @property
    def zh(self) -> str:
        return f"{self.year}年第{_ORDINAL[self.number - 1]}季度"

    @property
    def en(self) -> str:
        return f"{self.year} Q{self.number}"


def year_of(text: str) -> int:
    """The year a partition key names; ValueError if it is none."""
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        raise ValueError(f"not a year such as 2026: {text!r}")
    return int(text)
