"""warehouse → figures of a quarter."""

from __future__ import annotations

from expectations.quarter import Quarter
from tasks.load import load
from tasks.settings import House
from warehouse.figures import Figure, Figures


def measure(house: House, quarter: str) -> list[Figure]:
    """All figures of a quarter; ValueError for a wrong key, LookupError for a quarter not in the calendar."""
    key = str(Quarter.parse(quarter))
    if key not in house.registry.term:
        raise LookupError(f"{key} is not in the calendar")
    load(house)
    with house.store.reading() as connection:
        return Figures(connection).of(key)
