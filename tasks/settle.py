"""operator → settlement: who is credited with how much of what several claim, with a reason that is kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from expectations.codes import claim_kinds
from expectations.quarter import SHANGHAI, Quarter
from tasks.decide import refuse, signed
from tasks.disputes import claim_letter
from tasks.load import load
from tasks.settings import House, one_at_a_time
from warehouse.claims import Claimant, Dispute, disputes
from warehouse.records import Credit, Settlement

_SMALLEST = Decimal("0.0001")  # as the form's own shares


@one_at_a_time("writing")
def settle(
    house: House, kind: str, identifier: str, written: Sequence[str], by: str, reason: str
) -> Settlement:
    """Record a decision on a dispute: ``written`` are shares, ``UNIT=SHARE`` or ``UNIT@CENTRE=SHARE``; a claimant that
    is not named is credited with nothing. All claimants are told. A later decision takes the place of an earlier one.

    LookupError if there is no such dispute, ValueError for anything else that cannot be done.
    """
    name, why = signed(by, reason)
    one = _asked(_disputes(house), kind, identifier)
    shares = _shares(one, written)
    claimants = tuple(
        replace(each, credit=shares.get((each.unit, each.centre), Decimal(0))) for each in one.claimants
    )
    new = Settlement(
        one.kind,
        one.identifier,
        tuple(Credit(each.unit, each.centre, each.credit) for each in claimants),
        name,
        why,
    )
    earlier = [
        each
        for each in house.ledger.settlements()
        if (each.kind, each.identifier) == (one.kind, one.identifier)
    ]
    told = replace(one, state="decided", claimants=claimants)
    letters = [claim_letter(house, told, unit, f"-{len(earlier) + 1}") for unit in one.units]
    house.ledger.record_settlement(new, letters, house.now())
    return new


def listed(house: House, quarter: str | None = None) -> list[dict[str, Any]]:
    """Every dispute, of one quarter if asked: what, who claims it with which credit, how it stands, and by whom it was
    settled; JSON-able. ValueError for a wrong key, LookupError for a quarter that is not in the calendar."""
    key = str(Quarter.parse(quarter)) if quarter else None
    if key and key not in house.registry.term:
        raise LookupError(f"{quarter} is not in the calendar")
    found = _disputes(house)
    settled = {one.seq: one for one in house.ledger.settlements()}
    return [
        _row(house, one, settled.get(one.settled or 0))
        for one in found
        if key is None or any(each.quarter == key for each in one.claimants)
    ]


def _row(house: House, one: Dispute, settled: Settlement | None) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "identifier": one.identifier,
        "written": one.written,
        "state": one.state,
        "since": one.since,
        "doubtful": one.doubtful,
        "claimants": [
            {
                "unit": each.unit,
                "name": house.registry.unit[each.unit].name
                if each.unit in house.registry.unit
                else each.unit,
                "centre": each.centre,
                "quarter": each.quarter,
                "credit": f"{each.credit.normalize():f}",
            }
            for each in one.claimants
        ],
        "settled": settled
        and {
            "by": settled.by,
            "reason": settled.reason,
            "at": house.ledger.known_at(settled.seq).astimezone(SHANGHAI).isoformat(timespec="seconds"),
        },
    }


def _disputes(house: House) -> list[Dispute]:
    load(house)
    with house.store.reading() as connection:
        return disputes(connection)


def _asked(found: Sequence[Dispute], kind: str, identifier: str) -> Dispute:
    """The one dispute meant: its kind by code or English name, its identifier however it is written."""
    kinds = {one.code for one in claim_kinds() if kind.strip().casefold() in {one.code, one.en}}
    of_kind = [one for one in found if one.kind in kinds]
    meant = [one for one in of_kind if one.identifier == identifier.strip()] or [
        one for one in of_kind if _key(identifier) in {_key(one.identifier), _key(one.written)}
    ]
    if not meant:
        refuse(LookupError, "settle.unknown", kind=kind, found=identifier)
    if len(meant) > 1:
        named = "、".join(f"{one.kind} {one.identifier}" for one in meant)
        refuse(LookupError, "settle.ambiguous", found=identifier, value=named)
    return meant[0]


def _key(identifier: str) -> str:
    return re.sub(r"^ZL|[ .]", "", identifier.upper())


def _shares(one: Dispute, written: Sequence[str]) -> dict[tuple[str, str], Decimal]:
    """What is written for each claimant; together at most 1."""
    if not written:
        refuse(ValueError, "settle.no_credit")
    shares: dict[tuple[str, str], Decimal] = {}
    for text in written:
        who, _, number = text.partition("=")
        claimant = _claimant(one, who.strip())
        if claimant in shares:
            refuse(ValueError, "settle.twice", found=who.strip())
        shares[claimant] = _share(text, number)
    total = sum(shares.values(), Decimal(0))
    if total > 1:
        refuse(ValueError, "settle.too_much", found=f"{total.normalize():f}")
    return shares


def _claimant(one: Dispute, who: str) -> tuple[str, str]:
    unit, _, centre = who.partition("@")
    mine: list[Claimant] = [
        each for each in one.claimants if each.unit == unit and centre in {"", each.centre}
    ]
    if not mine:
        refuse(ValueError, "settle.not_a_claimant", found=who, value=_named(one.claimants))
    if len(mine) > 1:
        refuse(ValueError, "settle.which_centre", found=who, value=_named(mine))
    return mine[0].unit, mine[0].centre


def _named(claimants: Sequence[Claimant]) -> str:
    return "、".join(f"{each.unit}@{each.centre}" for each in claimants)


def _share(text: str, number: str) -> Decimal:
    try:
        share = Decimal(number.strip())
    except InvalidOperation:
        refuse(ValueError, "settle.not_a_share", found=text)
    if not share.is_finite() or not 0 <= share <= 1 or share % _SMALLEST:
        refuse(ValueError, "settle.not_a_share", found=text)
    return share
