"""A ledger of many units and quarters, written without any workbook: the page reads nothing else."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

from expectations.findings import Verdict, finding
from expectations.quarter import Quarter
from tasks.demo_scale import grown
from tasks.settings import ROOT, House
from tests.conftest import house_at
from warehouse.records import Arrival, Judged, Letter
from warehouse.registry import Membership

# By the remainder of a return's number; what is not named is accepted.
OTHERS: dict[int, Verdict | None] = {7: "returned", 19: "held", 23: None, 29: "refused"}


def crowd(folder: Path, units: int, quarters: int) -> House:
    """A house of so many units with a return a unit and quarter, a few of them late, returned, held, refused or missing."""
    registry = grown(ROOT / "registry", folder / "registry", units, quarters)
    house = house_at(folder / "house", registry=registry)
    for term in house.registry.opened(house.now()):
        key, arrivals, judged = Quarter.parse(term.quarter), [], []
        for n, member in enumerate(house.registry.expected(key)):
            verdict = OTHERS.get((n + 3 * key.number) % 31, "accepted")
            if verdict:
                sha256 = hashlib.sha256(f"{term.quarter} {n}".encode()).hexdigest()
                at = (term.closes if n % 37 == 5 else term.opens) + timedelta(hours=1 + n % 300)
                name = f"{term.quarter}/季报-{member.unit}.xlsx"
                arrivals.append(Arrival("inbox", name, "1", sha256, 20_000, at))
                judged.append(_judged(term.quarter, member, sha256, verdict, late=at > term.closes))
        house.ledger.record_arrivals(arrivals, house.now())
        answers = [
            Letter(f"answer-{one.sha256[:12]}", "answer", one.sha256, ("u@unit.example",)) for one in judged
        ]
        house.ledger.record_verdicts(term.quarter, judged, answers, house.now())
    return house


def _judged(quarter: str, member: Membership, sha256: str, verdict: Verdict, *, late: bool) -> Judged:
    said = {"returned": "error", "held": "hold", "refused": "refuse"}.get(verdict, "note")
    found = finding(said, "rules.required", sheet="单位情况", cell="D7", column="季末从业人员")  # type: ignore[arg-type]
    return Judged(sha256, verdict, quarter, member.unit, member.centre, late, False, "", (found,) * 3)
