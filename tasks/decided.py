"""ledger → what people allowed, decided and confirmed about the returns of a quarter, as far as it was known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import get_args

from expectations.quarter import SHANGHAI, Quarter
from reports.decided import ConfirmationFact, ConfirmationState, Decided, ExceptionFact, ExceptionKind
from reports.text import Text
from tasks.known import Known
from warehouse.exemptions import WAIVER, allowed, waived
from warehouse.records import Confirmation, Exemption
from warehouse.returns import Standing, Submission, in_force, submissions

_LET_IN: dict[str, ExceptionKind] = {"release": "release", "include": "include"}
_STATES: dict[str, ConfirmationState] = {one: one for one in get_args(ConfirmationState)}
_ORDER: tuple[ExceptionKind, ...] = ("late", "waiver", "release", "include", "exclude")


def decided(known: Known, quarter: Quarter) -> Decided:
    """All of a quarter: what its returns were allowed, how those in use were let in, which are excluded, what centres say."""
    found = known.standings(quarter)
    exceptions = [
        *_allowed_late(known, found),
        *_waived(known, found),
        *_let_in_or_out(known, found),
    ]
    exceptions.sort(key=lambda one: (_ORDER.index(one.kind), one.on))
    return Decided(tuple(exceptions), tuple(_confirmations(known, quarter)))


def _allowed_late(known: Known, found: Sequence[Standing]) -> Iterator[ExceptionFact]:
    """The last word on each return that is due."""
    for stands in found:
        if one := allowed(known.exemptions, stands.unit, stands.centre, stands.quarter):
            yield _exempted(known, "late", one, one.centre)


def _waived(known: Known, found: Sequence[Standing]) -> Iterator[ExceptionFact]:
    """The relations that returns in use break by a waiver: they warn where they would have returned or held."""
    units = {one.unit for one in known.exemptions if one.kind == WAIVER}
    for stands in found:
        one = stands.in_force
        if one is None or stands.unit not in units:
            continue
        then = [each for each in known.exemptions if each.seq < one.judged.seq]
        by_rule = waived(then, stands.unit, one.arrival.received_at)
        told = (each.rule for each in known.findings(one.judged.sha256) if each.severity == "warning")
        for rule in dict.fromkeys(told):
            if rule in by_rule:
                yield _exempted(known, "waiver", by_rule[rule], stands.centre)


def _exempted(known: Known, kind: ExceptionKind, one: Exemption, centre: str) -> ExceptionFact:
    return ExceptionFact(
        kind=kind,
        unit=_unit(known, one.unit),
        centre=_centre(known, centre),
        by=one.by,
        reason=one.reason,
        on=_day(known, one.seq),
        until=one.until.astimezone(SHANGHAI).date(),
        rule=one.rule,
        relation=_relation(known, one.rule),
    )


def _relation(known: Known, rule: str) -> Text | None:
    """What an audit relation says; of another version of the form it is known by its number alone."""
    every = (one for sheet in known.inputs.form.sheets for one in sheet.rules)
    found = next((one for one in every if one.no == rule), None)
    return Text(found.zh, found.en) if found else None


def _let_in_or_out(known: Known, found: Sequence[Standing]) -> Iterator[ExceptionFact]:
    """Returns in use that a decision let in, and those that are not, because one excluded them."""
    decisions = known.house.ledger.decisions(known.inputs.seq)
    for stands in found:
        one = stands.in_force or stands.newest
        decision = decisions.get(one.judged.sha256) if one else None
        if one is None or decision is None or decision.seq > one.judged.seq:
            continue
        kind = "exclude" if one.excluded else _LET_IN.get(decision.action) if stands.in_force else None
        if kind:
            yield ExceptionFact(
                kind=kind,
                unit=_unit(known, stands.unit),
                centre=_centre(known, stands.centre),
                by=decision.by,
                reason=decision.reason,
                on=_day(known, decision.seq),
            )


# ── what centres say
def _confirmations(known: Known, quarter: Quarter) -> Iterator[ConfirmationFact]:
    """Of each centre that was asked its last answer, or that there is none yet."""
    told = known.house.ledger.recorded(Confirmation, known.inputs.seq)
    mine = [one for one in told if one.quarter == str(quarter)]
    for centre in sorted({one.centre for one in mine} & known.registry.centre.keys()):
        asked, *later = [one for one in mine if one.centre == centre]
        last = later[-1] if later else asked
        answered = last.until is None
        yield ConfirmationFact(
            centre=_centre(known, centre),
            state=_STATES[last.state],
            on=_day(known, last.seq) if last.until is None else last.until.astimezone(SHANGHAI).date(),
            comment=last.comment,
            changed=answered and _used(known, asked, asked.seq) != _used(known, asked),
        )


def _used(known: Known, asked: Confirmation, upto: int | None = None) -> set[str]:
    """The returns of a centre in use, as of a seq, or now."""
    found: Sequence[Submission] = known.in_force
    if upto is not None:
        found = in_force(submissions(known.house.ledger, upto))
    mine = asked.quarter, asked.centre
    return {one.judged.sha256 for one in found if (one.judged.quarter, one.judged.centre) == mine}


def _day(known: Known, seq: int) -> date:
    return known.house.ledger.known_at(seq).astimezone(SHANGHAI).date()


def _unit(known: Known, code: str) -> Text:
    unit = known.registry.unit[code]
    return Text(unit.name, unit.name_en)


def _centre(known: Known, code: str) -> Text:
    centre = known.registry.centre[code]
    return Text(centre.short, centre.short_en)
