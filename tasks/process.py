"""arrivals → verdicts: parse, find out whose return each file is, check by quarter, write verdicts and answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from expectations.findings import Finding, finding, verdict_of
from expectations.form import Form
from expectations.quarter import SHANGHAI, Quarter
from tasks.check import Candidate, check
from tasks.parse import parse_files
from tasks.parsed import read_findings
from tasks.settings import House
from warehouse.ledger import Arrival, Decision, Judged, Letter
from warehouse.registry import Membership, Registry
from warehouse.returns import in_force, submissions


@dataclass(frozen=True)
class _File:
    """A file under judgement, with what reading it found; ``member`` is None while nobody is known to have sent it."""

    arrival: Arrival
    parsed: Path
    findings: tuple[Finding, ...]
    member: Membership | None
    quarter: Quarter | None
    nil: bool


def process(house: House) -> dict[str, int]:
    """Judge all arrivals that have no verdict, or whose decision is newer than it. Returns counts by verdict.

    Quarters go oldest first, each in one ledger transaction, so that last quarter is settled when this one is judged.
    """
    ledger, now = house.ledger, house.now()
    ledger.record_snapshot(
        "registry", house.registry.snapshot(), now
    )  # what is judged by is what figures rest on
    decisions = ledger.decisions()
    files = [_read(arrival, path, house) for arrival, path in _pending(house, decisions)]
    counts: Counter[str] = Counter()
    for quarter in sorted({one.quarter for one in files}, key=str):
        batch = [one for one in files if one.quarter == quarter]
        judged = judge(batch, quarter, house, decisions)
        letters = [_answer(one, house) for one in judged]
        ledger.record_verdicts(str(quarter or "unknown"), judged, letters, now)
        counts.update(one.verdict for one in judged)
    return dict(counts)


def _pending(house: House, decisions: dict[str, Decision]) -> list[tuple[Arrival, Path]]:
    judged = {one.sha256: one.seq for one in house.ledger.verdicts()}
    first: dict[str, Arrival] = {}
    for arrival in house.ledger.arrivals():
        first.setdefault(arrival.sha256, arrival)  # the same bytes again are the same return
    due = [
        arrival
        for sha256, arrival in first.items()
        if sha256 not in judged or (sha256 in decisions and decisions[sha256].seq > judged[sha256])
    ]
    parsed = parse_files([(one.sha256, Path(one.name).name) for one in due], house.archive, house.form)
    return [(one, parsed[one.sha256]) for one in sorted(due, key=lambda one: (one.received_at, one.seq))]


def _read(arrival: Arrival, parsed: Path, house: House) -> _File:
    findings = tuple(read_findings(parsed))
    if verdict_of(findings) == "refused":
        return _File(arrival, parsed, findings, None, None, nil=False)
    cover = cover_values(parsed)
    try:
        member, quarter = identify(cover, house.registry, house.form, arrival.received_at)
    except UnknownReturn as unknown:
        return _File(arrival, parsed, (*findings, unknown.finding), None, None, nil=False)
    return _File(arrival, parsed, findings, member, quarter, nil=cover["nil_return"] == "true")


def cover_values(parsed: Path) -> dict[str, str | None]:
    """The cover of a parsed file: canonical value by column."""
    table = pq.read_table(parsed, columns=["sheet", "column", "value"])
    rows = table.filter(pc.equal(table["sheet"], "cover")).to_pylist()
    return {row["column"]: row["value"] for row in rows}


class UnknownReturn(Exception):
    """The cover names no return that is expected; carries the finding."""

    def __init__(self, found: Finding) -> None:
        super().__init__(found.en)
        self.finding = found


def identify(
    cover: dict[str, str | None], registry: Registry, form: Form, received: datetime
) -> tuple[Membership, Quarter]:
    """Whose return this is, for which quarter; UnknownReturn if the registry expects no such return."""
    sheet = form.by_name["cover"]
    unit = registry.unit_by_uscc.get(cover["uscc"] or "")
    term = registry.term.get(cover["quarter"] or "")
    if unit and term:
        quarter = Quarter.parse(term.quarter)
        if received < term.opens:
            opens = term.opens.astimezone(SHANGHAI).strftime("%Y-%m-%d")
            raise UnknownReturn(
                finding(
                    "refuse",
                    "files.not_open",
                    sheet=sheet.zh,
                    cell=sheet.address("quarter", 0),
                    column=sheet.by_name["quarter"].zh,
                    found=str(quarter),
                    opens=opens,
                )
            )
        for member in registry.expected(quarter):
            if (member.unit, member.centre) == (unit.unit, cover["centre"]):
                return member, quarter
    names = ("centre", "uscc", "quarter")
    found = "，".join(
        f"{sheet.by_name[name].zh} {cover[name] or '空'}（{sheet.address(name, 0)}）" for name in names
    )
    raise UnknownReturn(
        finding(
            "refuse",
            "files.not_expected",
            sheet=sheet.zh,
            cell=sheet.address("centre", 0),
            column=sheet.by_name["centre"].zh,
            found=found,
        )
    )


def judge(
    batch: Sequence[_File], quarter: Quarter | None, house: House, decisions: dict[str, Decision]
) -> list[Judged]:
    """Verdicts on the files of one quarter (or on those nobody can be named for), in order of receipt."""
    if quarter is None:
        return [_judged(one, list(one.findings)) for one in batch]
    past = [one for one in in_force(submissions(house.ledger)) if (one.judged.quarter or "") < str(quarter)]
    candidates = [
        Candidate(one.arrival.sha256, one.member, quarter, one.parsed)
        for one in batch
        if one.member is not None
    ]
    checked = check(candidates, past, house.archive.parsed, house.registry, house.form)
    closes = house.registry.term[str(quarter)].closes
    return [
        _judged(
            one,
            _decided(
                [*one.findings, *checked[one.arrival.sha256], *_lateness(one, closes)],
                decisions.get(one.arrival.sha256),
            ),
            closes,
        )
        for one in batch
    ]


def _lateness(one: _File, closes: datetime) -> list[Finding]:
    if one.arrival.received_at <= closes:
        return []
    received, due = (
        at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") for at in (one.arrival.received_at, closes)
    )
    return [finding("hold", "returns.late", found=received, received=received, due=due)]


def _decided(findings: list[Finding], decision: Decision | None) -> list[Finding]:
    """A released return is held no more, but its errors stand; a rejected one goes back with the reason."""
    if decision is None:
        return findings
    if decision.action == "reject":
        return [*findings, finding("error", "returns.rejected", found=decision.reason)]
    return [
        one.model_copy(update={"severity": "warning"}) if one.severity == "hold" else one for one in findings
    ]


def _judged(one: _File, findings: list[Finding], closes: datetime | None = None) -> Judged:
    return Judged(
        sha256=one.arrival.sha256,
        verdict=verdict_of(findings),
        quarter=str(one.quarter) if one.quarter else None,
        unit=one.member.unit if one.member else None,
        centre=one.member.centre if one.member else None,
        late=closes is not None and one.arrival.received_at > closes,
        nil=one.nil,
        parsed=one.parsed.name,
        findings=tuple(findings),
    )


def _answer(judged: Judged, house: House) -> Letter:
    """The answer that is due: to the unit's registered addresses, or to the operator where nobody can be named."""
    to = house.registry.emails.get(judged.unit or "", ()) or (house.registry.says("operator_email"),)
    decision = house.ledger.decisions().get(judged.sha256)
    round_of = f"-{decision.seq}" if decision else ""
    return Letter(f"answer-{judged.sha256[:12]}{round_of}", "answer", judged.sha256, to)
