"""disputes → letters and facts: who is told that others claim the same, and what the report lists."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from expectations.codes import claim_kinds, code_lists
from expectations.form import Form
from expectations.quarter import SHANGHAI, Quarter
from reports.changes import ClaimantFact, DisputeFact
from reports.claim_letter import Claim, Party
from reports.plain_letter import PlainLetter
from reports.text import Text
from tasks.known import Known
from tasks.settings import House
from warehouse.build import Inputs
from warehouse.claims import Claimant, Dispute, disputes, disputes_among
from warehouse.records import Arrival, Judged, Letter, Settlement
from warehouse.registry import Registry
from warehouse.returns import Submission, submissions


# ── letters
def letters_after(house: House, batch: Sequence[tuple[Arrival, Judged]]) -> list[Letter]:
    """The letters that a batch's verdicts make due to claimants, its own and earlier ones, once for each standing.

    Whose answer says already, by a relation, that others claim the same is not told twice that it is in dispute; that
    all shares now agree is told to everybody.
    """
    judged = {one.sha256[:12]: one for _, one in batch}
    if not any(one.verdict == "accepted" for one in judged.values()):
        return []
    queued = {one.key for one in house.ledger.letters()}
    due: dict[str, Letter] = {}
    for one in disputes_among(_inputs_after(house, batch)):
        if one.state != "decided" and any(each.submission in judged for each in one.claimants):
            due |= {letter.key: letter for letter in _due(house, one, judged)}
    return [letter for key, letter in due.items() if key not in queued]


def _inputs_after(house: House, batch: Sequence[tuple[Arrival, Judged]]) -> Inputs:
    """What the warehouse will be made of once the batch's verdicts are written."""
    again = {judged.sha256 for _, judged in batch}
    out = {sha256 for sha256, one in house.ledger.decisions().items() if one.action == "exclude"}
    before = [one for one in submissions(house.ledger) if one.judged.sha256 not in again]
    return Inputs(
        seq=house.ledger.last_seq(),
        known_at=house.now(),
        registry=house.registry,
        submissions=[
            *before,
            *(Submission(judged, arrival, excluded=judged.sha256 in out) for arrival, judged in batch),
        ],
        parsed=house.archive.parsed,
        form=house.form,
        settlements=house.ledger.settlements(),
    )


def _due(house: House, one: Dispute, judged: dict[str, Judged]) -> Iterator[Letter]:
    rules = house.form.rules_asking("claimants")
    told = {
        each.unit
        for each in one.claimants
        if each.submission in judged and _warned(house.form, judged[each.submission], each, rules)
    }
    for unit in one.units:
        if one.state == "agreed" or unit not in told:
            yield claim_letter(house, one, unit)


def _warned(form: Form, judged: Judged, claim: Claimant, rules: frozenset[str]) -> bool:
    """Whether the answer about a return says that others claim what stands in this row."""
    sheet = form.by_name[claim.sheet].zh
    return any(
        finding.rule in rules and finding.sheet == sheet and re.sub(r"\D", "", finding.cell) == str(claim.row)
        for finding in judged.findings
    )


def claim_letter(house: House, one: Dispute, unit: str, round_of: str = "") -> Letter:
    """Word to one unit about a dispute; its key follows from who claims and, once settled, from what each is credited."""
    standing = [[each.unit, each.centre] for each in one.claimants]
    if one.state != "open":
        standing = [[*who, f"{each.credit:f}"] for who, each in zip(standing, one.claimants, strict=True)]
    told = json.dumps([one.kind, one.identifier, standing], ensure_ascii=False)
    digest = hashlib.sha256(told.encode()).hexdigest()[:12]
    own = next(each for each in one.claimants if each.unit == unit)
    about = {
        "kind": one.kind,
        "number": own.written,
        "state": one.state,
        "unit": unit,
        "again": one.settled is not None,
        "claimants": [[each.unit, each.centre, each.quarter, f"{each.credit:f}"] for each in one.claimants],
    }
    to = house.registry.reached_at(unit)
    return Letter(
        f"dispute-{one.state}-{digest}{round_of}-{unit}",
        "dispute",
        f"{one.kind} {own.written}"[:100],
        to,
        about=json.dumps(about, ensure_ascii=False),
    )


def written_claim_letter(house: House, letter: Letter) -> PlainLetter:
    """A letter to a claimant, from what it was queued with and the registry's names."""
    about, registry = json.loads(letter.about), house.registry
    parties = [
        (unit, Party(_unit(registry, unit), centre, quarter, Decimal(credit)))
        for unit, centre, quarter, credit in about["claimants"]
    ]
    claim = Claim(
        kind=about["kind"],
        number=about["number"],
        state=about["state"],
        own=tuple(party for unit, party in parties if unit == about["unit"]),
        others=tuple(party for unit, party in parties if unit != about["unit"]),
        shared=about["kind"] in {one.code for one in code_lists()["output_kind"]},
        again=about["again"],
        contact=Text(*registry.both("contact")),
    )
    return claim.letter()


def _unit(registry: Registry, code: str) -> Text:
    found = registry.unit.get(code)
    return Text(found.name, found.name_en) if found else Text(code, code)


# ── facts
def dispute_facts(known: Known, quarter: Quarter) -> tuple[DisputeFact, ...]:
    """What the report of a quarter lists: disputes of the quarter, earlier ones still open, and those settled since it
    began; nothing that only later quarters know."""
    inputs = known.inputs
    with known.reading() as connection:
        found = disputes(connection)
    settled = {one.seq: one for one in inputs.settlements}
    facts = [_fact(known.house, inputs.registry, one, settled) for one in found]
    return tuple(one for one in facts if _concerns(one, quarter))


def _concerns(one: DisputeFact, quarter: Quarter) -> bool:
    if one.since > quarter:
        return False
    now = any(each.quarter == quarter for each in one.claimants)
    lately = one.settled_on is not None and one.settled_on >= quarter.start
    return now or lately or one.state == "open"


def _fact(house: House, registry: Registry, one: Dispute, settled: dict[int, Settlement]) -> DisputeFact:
    by = settled.get(one.settled or 0)
    kind = next(each for each in claim_kinds() if each.code == one.kind)
    return DisputeFact(
        kind=Text(kind.code, kind.en),
        number=one.written,
        state=one.state,
        since=Quarter.parse(one.since),
        doubtful=one.doubtful,
        claimants=tuple(_claimant(registry, each) for each in one.claimants),
        settled_by=by.by if by else "",
        settled_on=house.ledger.known_at(by.seq).astimezone(SHANGHAI).date() if by else None,
    )


def _claimant(registry: Registry, one: Claimant) -> ClaimantFact:
    unit, centre = registry.unit[one.unit], registry.centre[one.centre]
    return ClaimantFact(
        unit=Text(unit.short, unit.short_en),
        centre=Text(centre.short, centre.short_en),
        quarter=Quarter.parse(one.quarter),
        credit=one.credit,
    )
