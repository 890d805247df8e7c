"""operator → exemption: a unit may be late with a return, or break a rule, up to an instant, for a reason that is kept.

The unit is told.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time

from expectations.form import Form
from expectations.quarter import SHANGHAI, Quarter
from reports.plain_letter import PlainLetter, said
from reports.text import Text
from tasks.calendar_words import instant, quarter_of
from tasks.decide import refuse, signed
from tasks.remind import centre_text, unit_text
from tasks.settings import House, one_at_a_time
from warehouse.exemptions import LATE, WAIVER
from warehouse.records import Exemption, Letter
from warehouse.returns import closed_years


@one_at_a_time("writing")
def allow_late(
    house: House, unit: str, centre: str, quarter: str, until: datetime, by: str, reason: str
) -> Exemption:
    """Record that what a unit sends for a centre's quarter up to an instant is not late. What waits for that already is
    judged again by ``process``; a later word takes the place of an earlier one.

    LookupError if no such return is expected, ValueError for anything else that cannot be done.
    """
    name, why = _signed(house, until, by, reason)
    key = Quarter.parse(quarter)
    if str(key) not in house.registry.term or not house.registry.expected_of(centre, unit, key):
        refuse(LookupError, "exempt.not_expected", found=f"{unit}@{centre}/{key}")
    closes = house.registry.term[str(key)].closes
    if until <= closes:
        refuse(ValueError, "exempt.not_later", found=_day(until), value=_day(closes))
    if key.year in closed_years(house.ledger):
        refuse(ValueError, "exempt.year_closed", found=str(key.year))
    return _recorded(house, Exemption(LATE, unit, until, name, why, centre, str(key)))


@one_at_a_time("writing")
def waive(house: House, unit: str, rule: str, until: datetime, by: str, reason: str) -> Exemption:
    """Record that what a unit sends up to an instant may break an audit relation. What was returned or held for that is
    judged again by ``process``; a later word takes the place of an earlier one.

    LookupError for an unknown unit or relation, ValueError for anything else that cannot be done.
    """
    name, why = _signed(house, until, by, reason)
    if unit not in house.registry.unit:
        refuse(LookupError, "exempt.no_unit", found=unit)
    relations = {one.no for sheet in house.form.sheets for one in sheet.rules}
    if rule not in relations:
        refuse(LookupError, "exempt.no_rule", found=rule)
    if rule not in waivable(house.form):
        refuse(ValueError, "exempt.not_waivable", found=rule)
    return _recorded(house, Exemption(WAIVER, unit, until, name, why, rule=rule))


def named(written: str) -> tuple[str, str, str]:
    """Unit, centre and quarter of a return written ``U02@EQ01/2026-Q3``; LookupError for anything else."""
    found = re.fullmatch(r"([^@/\s]+)@([^@/\s]+)/(\d{4}-Q[1-4])", written.strip())
    if found is None:
        refuse(LookupError, "exempt.not_expected", found=written)
    return found[1], found[2], found[3]


def end_of(day: str) -> datetime:
    """The last second in Shanghai of a day written ``2026-10-30``; ValueError for anything else."""
    try:
        return datetime.combine(date.fromisoformat(day.strip()), time(23, 59, 59), SHANGHAI)
    except ValueError:
        refuse(ValueError, "exempt.no_day", found=day)


def waivable(form: Form) -> frozenset[str]:
    """The audit relations that a unit may be let off: those that would return or hold what it sends. What the registry
    says, who the unit is and which days lie in the quarter, is corrected there and not waived here.
    """
    grave = {one.no for sheet in form.sheets for one in sheet.rules if one.severity != "warning"}
    return frozenset(grave - form.rules_asking("registry"))


def _signed(house: House, until: datetime, by: str, reason: str) -> tuple[str, str]:
    if until.tzinfo is None:
        raise ValueError(f"an instant without an offset: {until}")
    if until <= house.now():
        refuse(ValueError, "exempt.past", found=_day(until))
    return signed(by, reason)


def _day(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _recorded(house: House, new: Exemption) -> Exemption:
    number = len(house.ledger.recorded(Exemption)) + 1
    to = house.registry.reached_at(new.unit)
    letter = Letter(f"exemption-{number}-{new.unit}", "exemption", str(number), to)
    house.ledger.record(new, [letter], house.now())
    return new


def written_exemption(house: House, letter: Letter) -> PlainLetter:
    """What a unit was allowed, until when, and what it need not do again."""
    one = house.ledger.recorded(Exemption)[int(letter.subject) - 1]
    fields: dict[str, Text | str] = {"until": instant(one.until), "reason": one.reason}
    if one.kind == LATE:
        fields |= {
            "quarter": quarter_of(Quarter.parse(one.quarter)),
            "centre": centre_text(house, one.centre),
        }
    else:
        rule = next(each for sheet in house.form.sheets for each in sheet.rules if each.no == one.rule)
        fields |= {"rule": one.rule, "text": Text(rule.zh, rule.en)}
    return PlainLetter(
        subject=said(f"exempt.{one.kind}_subject", **fields),
        who=unit_text(house, one.unit),
        paragraphs=(
            said(f"exempt.{one.kind}_told", **fields),
            said("exempt.reason", **fields),
            said(f"exempt.{one.kind}_do"),
        ),
        contact=Text(*house.registry.both("contact")),
    )
