"""ledger → returns: what is in force, and how every expected return stands. One definition for warehouse, status and report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from expectations.findings import Verdict
from expectations.quarter import Quarter
from warehouse.ledger import Ledger
from warehouse.records import ANNUAL, Arrival, Judged
from warehouse.registry import Registry

State = Literal["accepted", "returned", "held", "refused", "missing"]


def closed_years(ledger: Ledger) -> frozenset[int]:
    """The years of which an annual edition was issued: a correction of one needs a decision."""
    return frozenset(Quarter.parse(one.quarter).year for one in ledger.editions(scope=ANNUAL))


@dataclass(frozen=True)
class Submission:
    """A judged file with the time it was first received.

    ``first_verdict`` is how it was judged first, if otherwise than now: a released hold was held. ``excluded``: it was in
    force until a person decided against it.
    """

    judged: Judged
    arrival: Arrival
    first_verdict: Verdict | None = None
    excluded: bool = False

    @property
    def id(self) -> str:
        """The submission's name in tables and evidence: twelve characters of the file's hash."""
        return self.judged.sha256[:12]

    @property
    def order(self) -> tuple[datetime, int]:
        return self.arrival.received_at, self.arrival.seq


@dataclass(frozen=True)
class Standing:
    """How one expected return stands. ``in_force`` is the accepted version, ``newest`` the last one received.

    ``first_pass``: the first file that came was accepted when it was first judged.
    """

    quarter: str
    unit: str
    centre: str
    role: str
    state: State
    in_force: Submission | None
    newest: Submission | None
    received: int
    first_received_at: datetime | None
    on_time: bool
    nil: bool
    first_pass: bool


def submissions(ledger: Ledger, upto: int | None = None) -> list[Submission]:
    """Every file with its newest verdict, in order of receipt, as the arrival that was judged.

    Of verdicts that do not say which that was: when its bytes first came; if they had been turned away by then, when they
    first came again.
    """
    arrivals: dict[str, list[Arrival]] = {}
    for arrival in ledger.arrivals(upto):
        arrivals.setdefault(arrival.sha256, []).append(arrival)
    turned_away: dict[str, list[int]] = {}
    for sha256, seq in ledger.turned_away(upto):
        turned_away.setdefault(sha256, []).append(seq)
    first = {judged.sha256: judged.verdict for judged in ledger.first_verdicts(upto)}
    decisions = ledger.decisions(upto)
    found = []
    for judged in ledger.verdicts(upto):
        since = max((seq for seq in turned_away.get(judged.sha256, ()) if seq < judged.seq), default=0)
        received = arrivals[judged.sha256]
        judged_as = (one for one in received if one.seq == judged.arrival)
        arrival = next(judged_as, None) or next(one for one in received if one.seq > since)
        word = decisions.get(judged.sha256)
        excluded = word is not None and word.action == "exclude" and word.seq < judged.seq
        found.append(Submission(judged, arrival, first.get(judged.sha256), excluded))
    return sorted(found, key=lambda one: one.order)


def in_force(found: Iterable[Submission]) -> list[Submission]:
    """The accepted version of each (quarter, centre, unit): the last one received, and nothing from before one that was
    excluded: it had been replaced by whoever sent it.
    """
    latest: dict[tuple[str | None, ...], Submission] = {}
    for one in sorted(found, key=lambda one: one.order):
        key = one.judged.quarter, one.judged.centre, one.judged.unit
        if one.excluded:
            latest.pop(key, None)
        elif one.judged.verdict == "accepted":
            latest[key] = one
    return sorted(latest.values(), key=lambda one: one.order)


def standings(registry: Registry, found: Iterable[Submission], quarter: Quarter) -> list[Standing]:
    """How every return expected for ``quarter`` stands, by centre and unit."""
    by_return: dict[tuple[str | None, str | None], list[Submission]] = {}
    for one in found:
        if one.judged.quarter == str(quarter):
            by_return.setdefault((one.judged.centre, one.judged.unit), []).append(one)
    due = registry.term[str(quarter)].closes
    result = []
    for member in registry.expected(quarter):
        files = sorted(by_return.get((member.centre, member.unit), []), key=lambda one: one.order)
        accepted = in_force(files)
        newest = files[-1] if files else None
        state: State = "accepted" if accepted else newest.judged.verdict if newest else "missing"
        first = files[0].arrival.received_at if files else None
        result.append(
            Standing(
                quarter=str(quarter),
                unit=member.unit,
                centre=member.centre,
                role=member.role,
                state=state,
                in_force=accepted[0] if accepted else None,
                newest=newest,
                received=len(files),
                first_received_at=first,
                on_time=first is not None and first <= due,
                nil=bool(accepted and accepted[0].judged.nil),
                first_pass=bool(files) and (files[0].first_verdict or files[0].judged.verdict) == "accepted",
            )
        )
    return result
