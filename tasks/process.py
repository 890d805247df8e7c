"""arrivals → verdicts: parse, find out whose return each file is, check by quarter, write verdicts and answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from expectations.findings import Finding, finding, verdict_of
from expectations.quarter import Quarter
from tasks.check import Candidate, check
from tasks.disputes import letters_after
from tasks.identify import UnknownReturn, identify, read_cover
from tasks.parse import parse_files
from tasks.parsed import read_cells, read_findings
from tasks.rulings import Rulings
from tasks.senders import not_theirs, sends_for, stranger
from tasks.settings import House, one_at_a_time
from warehouse.records import Arrival, Judged, Letter
from warehouse.registry import Membership
from warehouse.returns import Submission, closed_years, in_force, submissions


@dataclass(frozen=True)
class _File:
    """A file under judgement, with what reading it found. ``unit`` is whom to answer, ``member`` whose return it is.

    ``outside``: it came from somebody who does not send for whom it names.
    """

    arrival: Arrival
    parsed: Path
    findings: tuple[Finding, ...]
    unit: str | None
    member: Membership | None
    quarter: Quarter | None
    nil: bool
    outside: bool = False


@one_at_a_time("writing")
def process(house: House) -> dict[str, int]:
    """Judge all arrivals that have no verdict, or about which something was decided or allowed since, or that came again
    after they were turned away for their name, their time or the registry. Returns counts by verdict.

    Quarters go oldest first, each in one ledger transaction, so that last quarter is settled when this one is judged.
    """
    ledger, now = house.ledger, house.now()
    ledger.record_snapshot(
        "registry", house.registry.snapshot(), now
    )  # what is judged by is what figures rest on
    rulings = Rulings.of(ledger)
    before = {one.sha256 for one in ledger.verdicts()}
    whose = {one.sha256 for one in ledger.first_verdicts()}
    files = [_read(received, path, house, whose) for received, path in _pending(house, rulings)]
    files.sort(key=lambda one: (one.arrival.received_at, one.arrival.seq))
    counts: Counter[str] = Counter()
    for quarter in sorted({one.quarter for one in files}, key=str):
        batch = [one for one in files if one.quarter == quarter]
        judged = judge(batch, quarter, house, rulings)
        answers = [
            _answer(verdict, house, _round(one, rulings, before))
            for one, verdict in zip(batch, judged, strict=True)
        ]
        claims = letters_after(
            house, [(one.arrival, verdict) for one, verdict in zip(batch, judged, strict=True)]
        )
        ledger.record_verdicts(str(quarter or "unknown"), judged, [*answers, *claims], now)
        counts.update(one.verdict for one in judged)
    return dict(counts)


def _pending(house: House, rulings: Rulings) -> list[tuple[list[Arrival], Path]]:
    """What is to be judged: the arrivals of a file that it may be judged as, and what was parsed."""
    every = submissions(house.ledger)
    standing = {one.judged.sha256: one for one in every}
    newest = {(one.judged.quarter, one.judged.unit, one.judged.centre): one for one in every}.values()
    arrivals: dict[str, list[Arrival]] = {}
    for arrival in house.ledger.arrivals():
        arrivals.setdefault(arrival.sha256, []).append(arrival)
    due = []
    for sha256, received in arrivals.items():
        known = standing.get(sha256)
        if known is None:
            due.append(received)  # the same bytes again are the same return
        elif rulings.decided_anew(known) or (
            # A newer version closes what was wrong with an earlier one.
            known in newest and rulings.let_in(known, house.ledger.findings(sha256))
        ):
            due.append([known.arrival])
        elif again := _sent_again(house, known, received):
            # What was read from it depends on its name too.
            (house.archive.parsed / known.judged.parsed).unlink(missing_ok=True)
            due.append(again)
    parsed = parse_files([(one.sha256, Path(one.name).name) for one, *_ in due], house.archive, house.form)
    return [(received, parsed[received[0].sha256]) for received in due]


# Refusals that the same bytes can outlive: under another name, on another day, after the registry was corrected, from
# whoever may send them.
_NOT_FOR_ITS_BYTES = {"wrong_name", "not_open", "not_expected", "unknown_sender", "not_theirs"}


def _sent_again(house: House, known: Submission, received: list[Arrival]) -> list[Arrival]:
    """The arrivals after a file was turned away for what may have changed since."""
    later = [one for one in received if one.seq > known.judged.seq]
    if not later or known.judged.verdict != "refused":
        return []
    rules = {one.rule for one in house.ledger.findings(known.judged.sha256) if one.severity == "refuse"}
    return later if rules <= _NOT_FOR_ITS_BYTES else []


def _read(received: list[Arrival], parsed: Path, house: House, whose: Container[str]) -> _File:
    """What a file is: the first of its arrivals from somebody who may send it, or if there is none the first. Of what was
    said once whose it is, that stands, whoever is registered by now.
    """
    trusted = received[0].sha256 in whose
    read = (_read_as(arrival, parsed, house, trusted=trusted) for arrival in received)
    first = next(read)
    return next((one for one in read if not one.outside), first) if first.outside else first


def _read_as(arrival: Arrival, parsed: Path, house: House, *, trusted: bool) -> _File:
    unknown = None if trusted else stranger(house.registry, arrival)
    if unknown:
        return _File(arrival, parsed, (unknown,), None, None, None, nil=False, outside=True)
    sender = sends_for(house.registry, arrival)
    findings = tuple(read_findings(parsed))
    if verdict_of(findings) == "refused":
        return _File(arrival, parsed, findings, sender, None, None, nil=False)
    cover = read_cover(parsed)
    try:
        member, quarter = identify(cover, house.registry, house.form, arrival.received_at)
    except UnknownReturn as unexpected:
        # Whoever is named on the cover of a mail may know nothing of it.
        named = sender or (unexpected.unit.unit if unexpected.unit and not arrival.sender else None)
        return _File(arrival, parsed, (*findings, unexpected.finding), named, None, None, nil=False)
    other = None if trusted else not_theirs(house.registry, arrival, member)
    if other:
        return _File(arrival, parsed, (*findings, other), sender, None, None, nil=False, outside=True)
    return _File(
        arrival, parsed, findings, member.unit, member, quarter, nil=cover["nil_return"].value == "true"
    )


def judge(batch: Sequence[_File], quarter: Quarter | None, house: House, rulings: Rulings) -> list[Judged]:
    """Verdicts on the files of one quarter (or on those nobody can be named for), in order of receipt."""
    if quarter is None:
        return [_judged(one, list(one.findings)) for one in batch]
    every = submissions(house.ledger)
    past = [one for one in in_force(every) if (one.judged.quarter or "") <= str(quarter)]
    again = _saved_again(batch, past, house)
    unmended = _saved_again(batch, [one for one in every if one.excluded], house)
    candidates = [
        Candidate(
            one.arrival.sha256,
            one.member,
            quarter,
            one.parsed,
            rulings.waived(one.member.unit, one.arrival.received_at),
        )
        for one in batch
        if one.member is not None and one.arrival.sha256 not in again
    ]
    checked = check(candidates, past, house.archive.parsed, house.registry, house.form)
    closes = house.registry.term[str(quarter)].closes
    closed = quarter.year in closed_years(house.ledger)
    judged = []
    for one in batch:
        sha256 = one.arrival.sha256
        said = [*one.findings, *checked.get(sha256, [])]
        if one.member:
            whose = one.member.unit, one.member.centre, str(quarter)
            said += rulings.lateness(one.arrival.received_at, closes, whose, closed=closed)
        if sha256 in unmended:
            said.append(finding("hold", "returns.excluded_again", found=unmended[sha256].id))
        if sha256 in again:
            findings = [finding("note", "returns.saved_again", found=again[sha256].id)]
        else:
            findings = rulings.decided(said, sha256)
        judged.append(_judged(one, findings, closes))
    return judged


def _saved_again(batch: Sequence[_File], past: Sequence[Submission], house: House) -> dict[str, Submission]:
    """Files that say cell for cell what another of the same return said, whatever their bytes, with that other."""
    of = {(one.judged.quarter, one.judged.unit, one.judged.centre): one for one in past}
    found = {}
    for one in batch:
        before = one.member and of.get((str(one.quarter), one.member.unit, one.member.centre))
        if before and before.judged.sha256 != one.arrival.sha256:
            kept = house.archive.parsed / before.judged.parsed
            if verdict_of(one.findings) == "accepted" and read_cells(kept).equals(read_cells(one.parsed)):
                found[one.arrival.sha256] = before
    return found


def _judged(one: _File, findings: list[Finding], closes: datetime | None = None) -> Judged:
    return Judged(
        sha256=one.arrival.sha256,
        verdict=verdict_of(findings),
        quarter=str(one.quarter) if one.quarter else None,
        unit=one.unit,
        centre=one.member.centre if one.member else None,
        late=closes is not None and one.arrival.received_at > closes,
        nil=one.nil,
        parsed=one.parsed.name,
        arrival=one.arrival.seq,
        findings=tuple(findings),
    )


def _round(one: _File, rulings: Rulings, before: set[str]) -> str:
    """What tells a second answer about a file from the first: the word or the arrival that led to it."""
    if one.arrival.sha256 not in before:
        return ""
    return f"-{max(one.arrival.seq, rulings.seq(one.arrival.sha256, one.unit))}"


def _answer(judged: Judged, house: House, round_of: str) -> Letter:
    """The answer that is due: to the unit's registered addresses, and to the operator where no return could be told."""
    to = house.registry.emails.get(judged.unit or "", ())
    if judged.quarter is None or not to:
        to = (*to, house.registry.says("operator_email"))
    return Letter(f"answer-{judged.sha256[:12]}{round_of}", "answer", judged.sha256, to)
