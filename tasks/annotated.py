"""Where the annotated copy of a unit's workbook lies."""

from __future__ import annotations

from pathlib import Path

from tasks.settings import House
from warehouse.records import Judged


def annotated_path(house: House, judged: Judged) -> Path:
    """The copy that goes with a verdict; it is made when the answer is written."""
    name = f"{judged.quarter}_{judged.centre}_{judged.unit}_{judged.sha256[:12]}_{judged.verdict}.xlsx"
    return house.home / "annotated" / name
