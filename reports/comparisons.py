"""facts → comparisons: against last quarter and a year ago, like for like (同口径) wherever others reported than then."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from expectations.quarter import Quarter
from reports.facts import Facts
from reports.numbers import NO_DATA, change, change_words, said
from reports.wording import Wording

QUARTER, YEAR = 1, 4  # how many quarters back
_LIKE = {QUARTER: ("like", "like_before"), YEAR: ("like_year", "like_year_before")}
_AGAINST = {QUARTER: "quarter", YEAR: "year"}


@dataclass(frozen=True)
class Place:
    """What a figure is of: a level and scope, and a part of it (blank = the total)."""

    level: str = "province"
    scope: str = "province"
    part: str = ""


PROVINCE = Place()


@dataclass(frozen=True)
class Comparison:
    """Two values to be compared; ``like``: over the returns in use both times only, and by one definition."""

    now: Decimal | None
    before: Decimal | None
    like: bool

    @property
    def known(self) -> bool:
        return self.now is not None and self.before is not None


def value_at(
    facts: Facts, code: str, place: Place, quarter: Quarter, period: str = "quarter"
) -> Decimal | None:
    return facts.value(code, quarter, level=place.level, scope=place.scope, period=period, part=place.part)


def in_use(facts: Facts, quarter: Quarter, centre: str = "") -> frozenset[tuple[str, str]]:
    """The returns that a quarter's figures (of one centre) are made of."""
    used = facts.used.get(quarter, frozenset())
    return frozenset(one for one in used if one[0] == centre) if centre else used


def uneven(
    facts: Facts, back: int = QUARTER, quarter: Quarter | None = None, centre: str = ""
) -> tuple[int, int]:
    """How many returns in use so many quarters back are not now, and how many are now that were not then.

    Either makes the plain difference of two totals a difference of who reported.
    """
    at = quarter or facts.quarter
    now, before = in_use(facts, at, centre), in_use(facts, at.shift(-back), centre)
    return (len(before - now), len(now - before)) if before else (0, 0)


def compared(
    facts: Facts, code: str, back: int = QUARTER, place: Place = PROVINCE, quarter: Quarter | None = None
) -> Comparison:
    """A figure and what it is compared with: like for like where coverage or definition differs.

    A plain difference would then be the difference of who reported, or of how it is counted. Registry figures hang on no
    return: over a change of definition they are compared with the quarter before only, measured anew.
    """
    at = quarter or facts.quarter
    centre = place.scope if place.level == "centre" else ""
    broken = facts.broken(code, at, back)
    if not facts.measures[code].registry and (broken or any(uneven(facts, back, at, centre))):
        now, before = (value_at(facts, code, place, at, period) for period in _LIKE[back])
        return Comparison(now, before, like=True)
    return Comparison(
        value_at(facts, code, place, at), value_before(facts, code, place, at, back), like=broken
    )


def value_before(
    facts: Facts, code: str, place: Place, quarter: Quarter, back: int = QUARTER
) -> Decimal | None:
    """The value so many quarters before, by the definition of the quarter; None where it was not so measured."""
    if not facts.broken(code, quarter, back):
        return value_at(facts, code, place, quarter.shift(-back))
    return value_at(facts, code, place, quarter, "overlap") if back == QUARTER else None


def moved(facts: Facts, code: str, say: Wording, back: int = QUARTER, place: Place = PROVINCE) -> str:
    """``比上季多 6 家``, ``同口径比上年同期增长 3.2%``; blank without a comparison."""
    pair = compared(facts, code, back, place)
    words = change_words(pair.now, pair.before, facts.measures[code], say)
    like = "_like" if pair.like else ""
    return say(f"against.{_AGAINST[back]}{like}", change=words) if words else ""


def beside(
    facts: Facts, code: str, say: Wording, back: int = QUARTER, place: Place = PROVINCE
) -> tuple[str, str]:
    """A change as printed beside its figure, and 同口径 where it is like for like; 首季 where nothing came before."""
    pair = compared(facts, code, back, place)
    if len(facts.quarters) == 1 and facts.value(code) is not None:
        return say("numbers.first"), ""
    text = change(pair.now, pair.before, facts.measures[code], say)
    return text, say("against.like") if pair.like and text != NO_DATA else ""


Way = Literal["up", "down", "level"]


def run(facts: Facts, code: str, place: Place = PROVINCE) -> tuple[int, Way, bool]:
    """For how many quarters a figure has risen or fallen, and whether that is said like for like."""
    count, way, like = 0, "level", False
    for quarter in reversed(facts.quarters):
        pair = compared(facts, code, QUARTER, place, quarter)
        if pair.now is None or pair.before is None or pair.now == pair.before:
            break
        here = "up" if pair.now > pair.before else "down"
        if count and here != way:
            break
        count, way, like = count + 1, here, like or pair.like
    return count, way, like  # type: ignore[return-value]


def trend(facts: Facts, code: str, say: Wording, place: Place = PROVINCE) -> str:
    """``连续三季增加`` from two quarters on, else ``比上季多 6 家``, else the year before, else blank."""
    count, way, like = run(facts, code, place)
    if count >= 2:
        kind = "ratio" if facts.measures[code].kind == "ratio" else "count"
        key = f"against.run{'_like' if like else ''}.{way}.{kind}"
        return say(key, n=say.at("dates.counts")[count])
    return moved(facts, code, say, QUARTER, place) or moved(facts, code, say, YEAR, place)


def figure(facts: Facts, code: str, say: Wording, place: Place = PROVINCE) -> str:
    """``研发投入 **3.68 亿元**，比上季增长 3.4%、比上年同期增长 13.8%``."""
    measure = facts.measures[code]
    now = value_at(facts, code, place, facts.quarter)
    if now is None:
        return say("figure.none", name=say.text(measure.name))
    text = say("figure.value", name=say.text(measure.name), value=said(now, measure, say))
    text += at_least(facts, code, say, place)
    moves = _moves(facts, code, say, place)
    return say("figure.moved", figure=text, moves=moves) if moves else text


def brief(facts: Facts, code: str, say: Wording) -> str:
    """The same in few words for the first page: against a year ago, else against last quarter."""
    measure, now = facts.measures[code], facts.value(code)
    if now is None:
        return say("figure.none", name=say.text(measure.name))
    text = say("figure.value", name=say.text(measure.name), value=said(now, measure, say))
    text += at_least(facts, code, say, key="figure.at_least_brief")
    moves = moved(facts, code, say, YEAR) or moved(facts, code, say, QUARTER)
    return say("figure.moved", figure=text, moves=moves) if moves else text


def at_least(
    facts: Facts, code: str, say: Wording, place: Place = PROVINCE, key: str = "figure.at_least"
) -> str:
    """``（至少；含缺报约 2.37 亿元）`` where what is missing could move a total beyond its threshold; else blank."""
    found = None if place.part else facts.coverage.get((code, place.level, place.scope))
    if found is None or not found.significant:
        return ""
    return say(key, indication=said(found.indication, facts.measures[code], say))


def _moves(facts: Facts, code: str, say: Wording, place: Place) -> str:
    """Both changes in this order; 同口径 is said once where it holds for both."""
    moves = [moved(facts, code, say, back, place) for back in (QUARTER, YEAR)]
    if all(moves) and all(compared(facts, code, back, place).like for back in (QUARTER, YEAR)):
        measure = facts.measures[code]
        pairs = (compared(facts, code, back, place) for back in (QUARTER, YEAR))
        quarter, year = (change_words(one.now, one.before, measure, say) for one in pairs)
        return say("against.both_like", quarter=quarter, year=year)
    return say.names(filter(None, moves))


def uneven_note(facts: Facts, say: Wording) -> str:
    """What 同口径 leaves out this quarter, said once a chapter; blank where the same returns are in use."""
    gone, come = uneven(facts)
    parts = [say("uneven.gone", n=gone)] if gone else []
    parts += [say("uneven.come", n=come)] if come else []
    return say("uneven.note", parts=say.names(parts)) if parts else ""
