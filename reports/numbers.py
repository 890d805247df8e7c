"""values → printed numbers: rounding, units, signs. Half rounds up, minus is U+2212, a number never parts from its unit.

What a language does with a unit is in its wording: ``numbers.scales`` lists the units of quantities (money, labour)
with the steps they are printed in; changes of quantities are said in per cent, of counts in units.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypedDict

from reports.facts import Measure
from reports.wording import Wording

NO_DATA = "—"
_MINUS = "\u2212"
# A change of a quantity below one per cent, of a share below two tenths of a point, is called level.
_LEVEL_PERCENT, _LEVEL_POINTS = Decimal(1), Decimal("0.2")


def rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def plain(value: Decimal | int, decimals: int = 0) -> str:
    """``4,862`` or ``−3.4``."""
    return f"{rounded(Decimal(value), decimals):,}".replace("-", _MINUS)


def fraction(share: Decimal) -> str:
    """``0.6``: a share of one with the decimals it has."""
    return f"{share.normalize():f}"


def percent(part: Decimal | int, whole: Decimal | int, decimals: int = 0) -> str:
    """``37%``: a part of a whole that is not 0."""
    return f"{plain(Decimal(part) / Decimal(whole) * 100, decimals)}%"


def _scale(measure: Measure, say: Wording) -> Any:
    return say.at("numbers.scales").get(measure.unit.zh)


def _step(value: Decimal, measure: Measure, say: Wording) -> Any:
    scale = _scale(measure, say)
    return next(one for one in scale["steps"] if abs(value) >= one[0]) if scale else None


def _scaled(value: Decimal, divisor: Any, decimals: int) -> str:
    return plain(value / Decimal(str(divisor)), decimals if value else 0)


def printed(value: Decimal | None, measure: Measure, say: Wording) -> tuple[str, str]:
    """A value and its unit as printed: (``24``, ``家``), (``3.68``, ``亿元``), (``69.0``, ``%``), (``—``, blank)."""
    if value is None:
        return NO_DATA, ""
    if measure.share:
        return plain(value * 100, measure.decimals), "%"
    step = _step(value, measure, say)
    if step:
        before, _, after = str(step[3]).partition(
            "{n}"
        )  # a currency stands before its number, all else behind it
        return f"{before}{_scaled(value, step[1], step[2])}", after.strip()
    text = plain(value, measure.decimals)
    return text, counted_by(text, measure, say)


def counting_unit(measure: Measure, say: Wording) -> str:
    """The unit said after a number: Chinese counts with a word, English names only what is no plain count."""
    plain_count = measure.kind in {"flow", "stock", "distinct"}
    return "" if plain_count and not say.at("numbers.names_counts") else say.text(measure.unit)


class Card(TypedDict):
    """A key figure as its card prints it."""

    value: str
    unit: str
    sign: str


def on_card(value: Decimal | None, measure: Measure, say: Wording) -> Card:
    """The same for a key figure, whose number is printed large: ``sign`` is the currency that stands before it."""
    text, unit = printed(value, measure, say)
    sign, _, number = text.rpartition(" ")
    return Card(value=number, unit=unit, sign=sign)


def counted_by(number: str, measure: Measure, say: Wording) -> str:
    """The unit said after a number already printed: one of it is one ``day``."""
    unit = counting_unit(measure, say)
    return unit.removesuffix("s") if number == "1" else unit


def said(value: Decimal | None, measure: Measure, say: Wording) -> str:
    """A value in a sentence: ``24 家``, ``69.0%``, ``CNY 26.1 million``."""
    text, unit = printed(value, measure, say)
    return f"{text}{unit}" if unit in {"%", ""} else f"{text} {unit}"


def in_table(value: Decimal | None, measure: Measure, say: Wording) -> str:
    """A value under a heading that names its unit: never changed to a larger one, as it is in sentences."""
    scale = _scale(measure, say)
    if value is None or not scale:
        return printed(value, measure, say)[0]
    return _scaled(value, scale["table"][0], scale["table"][1])


def heading_unit(measure: Measure, say: Wording) -> str:
    """The unit that ``in_table`` counts in."""
    scale = _scale(measure, say)
    return str(scale["table"][2]) if scale else counting_unit(measure, say)


def drawn(value: Decimal, measure: Measure) -> float:
    """A value as a length in a chart: per cent for shares, else its own unit."""
    return float(value * 100 if measure.share else value)


def _moved(now: Decimal, before: Decimal, measure: Measure, say: Wording) -> tuple[str, Decimal | None, int]:
    """How a change is counted (share, quantity, ratio, count), how much it is, and with how many decimals."""
    if measure.share:
        return "share", rounded((now - before) * 100, measure.decimals), measure.decimals
    if _scale(measure, say):
        if not before:
            return (
                "quantity",
                None if now else Decimal(0),
                1,
            )  # nothing twice is no change; more than nothing no percentage
        return "quantity", rounded((now - before) / before * 100, 1), 1
    kind = "ratio" if measure.kind == "ratio" else "count"
    return kind, rounded(now, measure.decimals) - rounded(before, measure.decimals), measure.decimals


def change(now: Decimal | None, before: Decimal | None, measure: Measure, say: Wording) -> str:
    """A change beside a figure: ``+38 家``, ``+3.4%``, ``−0.3 个百分点``, ``持平``, or — without a comparison."""
    if now is None or before is None:
        return NO_DATA
    kind, moved, decimals = _moved(now, before, measure, say)
    if moved is None:
        return NO_DATA
    if not moved:
        return say("numbers.same")
    amount = plain(abs(moved), decimals)
    signed = f"{'+' if moved > 0 else _MINUS}{amount}"
    return say(f"numbers.beside.{kind}", n=signed, unit=counted_by(amount, measure, say)).strip()


def direction(now: Decimal | None, before: Decimal | None, measure: Measure, say: Wording) -> Decimal | None:
    """How far a change goes as it is printed, to be told up (above 0) from down; None where nothing can be compared."""
    return None if now is None or before is None else _moved(now, before, measure, say)[1]


def threshold_text(measure: Measure, say: Wording) -> str:
    """The least change a revised edition is issued for: ``1%``, ``0.5 个百分点``, ``0.005 倍``; — where there is none."""
    if measure.threshold is None:
        return NO_DATA
    if measure.kind == "ratio" and not measure.share:
        return f"{fraction(measure.threshold)} {say.text(measure.unit)}"
    least = fraction(measure.threshold * 100)
    return say("numbers.points", n=least) if measure.share else f"{least}%"


def change_words(now: Decimal | None, before: Decimal | None, measure: Measure, say: Wording) -> str:
    """A change in a sentence: ``多 6 家``, ``下降 26.3%``, ``提高 1.1 个百分点``, ``基本持平``, or blank."""
    if now is None or before is None:
        return ""
    kind, moved, decimals = _moved(now, before, measure, say)
    if moved is None or (kind == "quantity" and not now):
        return ""  # that nothing came in is said by the figure; "down 100 %" would add nothing
    if not moved and kind in {"count", "ratio"}:
        return say("numbers.same")
    level = {"share": _LEVEL_POINTS, "quantity": _LEVEL_PERCENT}.get(kind, Decimal(0))
    if abs(moved) < level:
        return say("numbers.level")
    if measure.kind == "median":
        kind = "median"
    way = "up" if moved > 0 else "down"
    amount = plain(abs(moved), decimals)
    return say(f"numbers.{way}.{kind}", n=amount, unit=counted_by(amount, measure, say)).strip()


def bound(value: Any, say: Wording) -> Any:
    """Every text below ``value`` with numbers tied to their units (U+00A0 for the blank between them)."""
    return _bound(value, re.compile(str(say.at("numbers.bound"))))


def _bound(value: Any, between: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return between.sub("\u00a0", value)
    if isinstance(value, dict):
        return {key: _bound(part, between) for key, part in value.items()}
    return [_bound(part, between) for part in value] if isinstance(value, list | tuple) else value
