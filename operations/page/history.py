"""ledger → one return's history: every file that came, what was found in it, what people decided, what was written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fastapi import HTTPException

from expectations.findings import Finding, gravest_first
from expectations.quarter import Quarter
from operations.page.picture import AWAITED
from reports.text import Text
from tasks.annotated import annotated_path
from tasks.exempt import waivable
from tasks.settings import House
from tasks.shown_state import shown_state
from warehouse.exemptions import LATE, allowed_until
from warehouse.history import findings_of, instants
from warehouse.records import Decision, Exemption, Letter
from warehouse.registry_rows import Term
from warehouse.returns import Standing, Submission, standings, submissions


@dataclass(frozen=True)
class Ruling:
    """A decision with when it was made; ``waits`` until the next collection judges by it."""

    decision: Decision
    at: datetime
    waits: bool


@dataclass(frozen=True)
class File:
    """A file that came, the newest verdict on it and all that is known of it. ``annotated`` is there or None."""

    one: Submission
    findings: tuple[Finding, ...]
    rulings: tuple[Ruling, ...]
    annotated: Path | None
    in_force: bool

    @property
    def waits(self) -> bool:
        return any(one.waits for one in self.rulings)

    @property
    def excluded(self) -> bool:
        """Whether the last word of a person was to leave it out."""
        return bool(self.rulings) and self.rulings[-1].decision.action == "exclude"


@dataclass(frozen=True)
class Allowed:
    """An exemption with when it was given; ``waits`` where a file was judged before it was."""

    exemption: Exemption
    at: datetime
    waits: bool


@dataclass(frozen=True)
class History:
    """One return: its state, its files, the newest first, what was allowed and written, and the rules that may be waived."""

    term: Term
    standing: Standing
    state: str
    unit: Text
    centre: Text
    files: tuple[File, ...]
    allowed: tuple[Allowed, ...]
    letters: tuple[Letter, ...]
    late_until: datetime | None
    rules: tuple[str, ...]

    @property
    def waits(self) -> bool:
        """Whether something decided here is still to be judged by."""
        return any(one.waits for one in self.files) or any(one.waits for one in self.allowed)


def history(house: House, quarter: str, centre: str, unit: str) -> History:
    """All about one expected return; 404 if none is expected."""
    registry, ledger = house.registry, house.ledger
    term = next((one for one in registry.opened(house.now()) if one.quarter == quarter), None)
    found = [
        one
        for one in submissions(ledger)
        if (one.judged.quarter, one.judged.unit) == (quarter, unit) and one.judged.centre in {centre, None}
    ]
    stands = standings(registry, found, Quarter.parse(quarter)) if term else []
    standing = next((one for one in stands if (one.centre, one.unit) == (centre, unit)), None)
    if term is None or standing is None:
        raise HTTPException(404, f"no return of {unit} for {centre} is expected in {quarter}")
    names = {one.judged.sha256 for one in found}
    exempted = [
        one
        for one in ledger.recorded(Exemption)
        if one.unit == unit and (one.kind != LATE or (one.quarter, one.centre) == (quarter, centre))
    ]
    until = allowed_until(exempted, unit, centre, quarter)
    findings = findings_of(ledger, names)
    counts = {name: dict(Counter[str](one.severity for one in said)) for name, said in findings.items()}
    state: str = shown_state(standing, counts)
    at = house.registry.unit[unit], house.registry.centre[centre]
    return History(
        term=term,
        standing=standing,
        state=AWAITED if state == "missing" and house.now() <= term.due else state,
        unit=Text(at[0].name, at[0].name_en),
        centre=Text(at[1].name, at[1].name_en),
        files=tuple(_files(house, found, findings, standing)),
        allowed=tuple(_allowed(house, exempted, standing)),
        letters=tuple(_letters(house, names, f"-{quarter}-{unit}")),
        late_until=until if until and until > house.now() else None,
        rules=tuple(
            sorted({each.rule for said in findings.values() for each in said} & waivable(house.form))
        ),
    )


def _files(
    house: House, found: list[Submission], findings: dict[str, list[Finding]], standing: Standing
) -> list[File]:
    """The files, the newest first."""
    names = {one.judged.sha256 for one in found}
    decided = [one for one in house.ledger.decided() if one.sha256 in names]
    at = instants(house.ledger, [one.seq for one in decided])
    files = []
    for one in reversed(found):
        sha256, seq = one.judged.sha256, one.judged.seq
        rulings = [Ruling(each, at[each.seq], each.seq > seq) for each in decided if each.sha256 == sha256]
        copy = annotated_path(house, one.judged)
        files.append(
            File(
                one,
                gravest_first(findings.get(sha256, ())),
                tuple(rulings),
                copy if copy.is_file() else None,
                in_force=standing.in_force is not None and standing.in_force.judged.sha256 == sha256,
            )
        )
    return files


def _allowed(house: House, exempted: list[Exemption], standing: Standing) -> list[Allowed]:
    """What was allowed, the newest first; it waits while the newest file, not in use, was judged before it."""
    at, now = instants(house.ledger, [one.seq for one in exempted]), house.now()
    open_since = standing.newest.judged.seq if standing.newest and standing.state != "accepted" else None
    return [
        Allowed(one, at[one.seq], open_since is not None and one.seq > open_since and one.until > now)
        for one in reversed(exempted)
    ]


def _letters(house: House, files: set[str], ending: str) -> list[Letter]:
    """The answers about files and what the unit was written about the quarter."""
    return [
        one
        for one in house.ledger.letters()
        if (one.kind == "answer" and one.subject in files) or one.key.endswith(ending)
    ]
