"""facts → sentences: what the first page says, each chosen by rule from the figures. Nothing is typed by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from expectations.quarter import Quarter
from reports.blocks import Item
from reports.facts import Facts, ReturnFact, TargetFact
from reports.numbers import change_words, plain, said
from reports.wording import Wording

_DIGITS = "零一二三四五六七八九十"
# A total is called usable while the returns it lacks made up less than this share of it a quarter ago.
TRUST_SHARE = Decimal("0.05")
# So many returns are named where a sentence lists them; the rest is counted.
NAMED = 4
# What is asked for is due so long after the report: the office's own follow-up, and a decision of the department.
FOLLOW_UP, DECISION = timedelta(days=10), timedelta(days=26)


def chinese_number(value: int) -> str:
    """``七`` for 7: counts in titles up to ten."""
    if value == 2:
        return "两"
    return _DIGITS[value] if value <= 10 else str(value)


def day_text(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def next_target(facts: Facts) -> TargetFact | None:
    """The target to be measured by: the first whose date lies ahead, else the last."""
    ahead = [one for one in facts.targets if one.by > facts.quarter.end]
    return ahead[0] if ahead else facts.targets[-1] if facts.targets else None


def quarters_between(first: date, last: date) -> int:
    """Whole quarters from one quarter end to another."""
    return (last.year - first.year) * 4 + ((last.month - 1) // 3 - (first.month - 1) // 3)


def per_quarter(gap: Decimal | int, quarters: int) -> str:
    """What is needed each quarter, rounded up to a tenth so that keeping to it does reach the target."""
    pace = (Decimal(gap) / quarters).quantize(Decimal("0.1"), ROUND_CEILING)
    return plain(pace, 0 if pace == pace.to_integral_value() else 1)


def like_for_like(facts: Facts, code: str) -> tuple[Decimal | None, Decimal | None]:
    """This quarter and the one before, over returns accepted both times."""
    return facts.value(code, period="like"), facts.value(code, period="like_before")


def in_use(facts: Facts, quarter: Quarter) -> set[tuple[str, str]]:
    """The returns that a quarter's figures are made of."""
    return {
        (one.centre_code, one.unit_code) for one in facts.returns if one.quarter == quarter and one.in_use
    }


def uneven(facts: Facts) -> tuple[int, int]:
    """How many returns in use a quarter ago are not now, and how many are now that were not then.

    Either makes the plain difference of two totals a difference of who reported.
    """
    now, before = in_use(facts, facts.quarter), in_use(facts, facts.quarter.shift(-1))
    return (len(before - now), len(now - before)) if before else (0, 0)


def missing_share(facts: Facts) -> Decimal | None:
    """What the returns that dropped out contributed a quarter ago, as a share of the province's R&D person-years."""
    whole = facts.value("rd_person_years", facts.quarter.shift(-1))
    kept = facts.value("rd_person_years", period="like_before")
    return 1 - kept / whole if whole and kept is not None else None


def compared(facts: Facts, code: str) -> tuple[str, str]:
    """How a figure moved since last quarter, and the wording key that says against what.

    Where others reported than a quarter ago, only those in use both times are compared: a plain difference would be
    the difference of who reported.
    """
    measure = facts.measures[code]
    if any(uneven(facts)):
        return change_words(*like_for_like(facts, code), measure), "figure_like"
    return change_words(
        facts.value(code), facts.value(code, facts.quarter.shift(-1)), measure
    ), "figure_change"


def figure_sentence(facts: Facts, code: str, say: Wording) -> str:
    """A figure with its change."""
    measure = facts.measures[code]
    change, key = compared(facts, code)
    value = said(facts.value(code), measure)
    return (
        say(key, name=measure.zh, value=value, change=change)
        if change
        else say("figure", name=measure.zh, value=value)
    )


def uneven_note(facts: Facts, say: Wording) -> str:
    """What 同口径 leaves out, said once a paragraph."""
    gone, come = uneven(facts)
    parts = [say("uneven.gone", n=gone)] if gone else []
    parts += [say("uneven.come", n=come)] if come else []
    return say("uneven.note", parts="，".join(parts)) if parts else ""


def headline(facts: Facts, say: Wording) -> str:
    centres, smes = facts.measures["centres_recognised"], facts.measures["smes_served"]
    now = facts.value("centres_recognised") or Decimal(0)
    served = facts.value("smes_served")
    change, against = compared(facts, "smes_served")
    if served is None:
        about = say("headline.smes_none")
    elif change:
        key = "headline.smes_like" if against == "figure_like" else "headline.smes_change"
        about = say(key, value=said(served, smes), change=change)
    else:
        about = say("headline.smes", value=said(served, smes))
    target = next_target(facts)
    if target is None:
        return say("headline.no_target", value=said(now, centres), smes=about)
    if now >= target.value:
        return say("headline.target_met", value=said(now, centres), smes=about)
    return say(
        "headline.short_of_target", value=said(now, centres), gap=plain(target.value - now, 0), smes=about
    )


def findings(facts: Facts, say: Wording) -> tuple[Item, ...]:
    """本季要点: one item a chapter."""
    share = facts.reading("operating_rd_staff_share")
    measure = facts.measures["operating_rd_staff_share"]
    if share is None or share.value is None:
        staff = say("share_none")
    else:
        staff = say("share_n", value=said(share.value, measure), n=share.n)
    diffusion = diffusion_lead(facts, say)
    return (
        Item(label=say("labels.system"), text=_system(facts, say)),
        Item(label=say("labels.rd"), text=f"{figure_sentence(facts, 'rd_person_years', say)}；{staff}。"),
        Item(label=say("labels.diffusion"), text=diffusion),
        Item(label=say("labels.transfer"), text=_transfer(facts, say)),
        Item(label=say("labels.trust"), text=trust(facts, say)),
    )


def diffusion_lead(facts: Facts, say: Wording) -> str:
    """The two diffusion figures in one sentence."""
    return say(
        "diffusion.lead",
        smes=figure_sentence(facts, "smes_served", say),
        contracts=figure_sentence(facts, "contract_value_wan_cny", say),
        uneven=uneven_note(facts, say),
    )


def _system(facts: Facts, say: Wording) -> str:
    measure, now = facts.measures["centres_recognised"], facts.value("centres_recognised") or Decimal(0)
    new = sum(facts.quarter.start <= one.start <= facts.quarter.end for one in facts.recognitions)
    end = facts.quarter.end
    text = say(
        "system.recognised",
        day=f"{end.month}月末",
        value=said(now, measure),
        new=say("system.new", n=new) if new else say("system.none_new"),
    )
    target = next_target(facts)
    if target is None:
        return text
    by, gap = f"{target.by.year}年", plain(target.value - now, 0)
    quarters = quarters_between(end, target.by)
    if now >= target.value:
        return text + say("system.met", by=by, target=target.value)
    if quarters <= 0:
        key = "system.overdue" if quarters else "system.due"
        return text + say(key, by=by, target=target.value, late=-quarters, gap=gap)
    pace = per_quarter(target.value - now, quarters)
    return text + say("system.ahead", by=by, target=target.value, gap=gap, pace=pace)


def _transfer(facts: Facts, say: Wording) -> str:
    code = "days_output_to_transfer"
    reading, measure = facts.reading(code), facts.measures[code]
    if reading is None or reading.value is None:
        return say("transfer.few", n=reading.n if reading else 0)
    return say("transfer.known", n=reading.n, value=said(reading.value, measure))


def rest_of(facts: Facts, say: Wording) -> str:
    """``缺报 1 份、退回待报 1 份`` — the returns that are not in use, by state."""
    counts = Counter(one.state for one in facts.due() if not one.in_use)
    return "、".join(
        f"{say(f'states.{state}')} {counts[state]} 份"
        for state in ("missing", "returned", "held", "refused")
        if counts[state]
    )


def trust(facts: Facts, say: Wording) -> str:
    due = facts.due()
    used = sum(one.in_use for one in due)
    if used == len(due):
        return say("trust.all", due=len(due))
    text = say(
        "trust.some",
        due=len(due),
        received=sum(one.received for one in due),
        used=used,
        share=f"{plain(Decimal(used) / len(due) * 100, 1)}%",
        rest=rest_of(facts, say),
    )
    return text + effect(facts, say)


def effect(facts: Facts, say: Wording) -> str:
    """How much the returns that are not used may matter, by what they contributed a quarter ago; blank if all are."""
    if all(one.in_use for one in facts.due()):
        return ""
    before = in_use(facts, facts.quarter.shift(-1))
    unknown = sum((one.centre_code, one.unit_code) not in before for one in facts.due() if not one.in_use)
    share = missing_share(facts)
    if unknown or share is None:
        return say("trust.no_base", n=unknown) if before else ""
    return say("trust.usable" if share < TRUST_SHARE else "trust.careful", share=f"{plain(share * 100, 1)}%")


def decisions(facts: Facts, say: Wording) -> tuple[Item, ...]:
    """提请研究事项: the question, the facts for it, who and by when."""
    by = day_text(facts.report_on + FOLLOW_UP)
    found = []
    deadline = _deadline(facts, say, day_text(facts.report_on + DECISION))
    if deadline:
        found.append(deadline)
    held = [one for one in facts.due() if one.state == "held"]
    if held:
        names = "；".join(f"{one.unit}：{one.reason}" for one in held)
        found.append(
            Item(
                label=say("decisions.held", n=len(held)),
                text=say("decisions.held_text", names=names),
                who=say("decisions.held_who", by=by),
            )
        )
    chase = [one for one in facts.due() if not one.in_use and one.state != "held"]
    if chase:
        found.append(
            Item(
                label=say("decisions.chase", n=len(chase)),
                text=_chase_text(chase, say),
                who=say("decisions.chase_who", by=by),
            )
        )
    return tuple(found) or (Item(label=say("decisions.none"), text=say("decisions.none_text")),)


def _deadline(facts: Facts, say: Wording, by: str) -> Item | None:
    """When a target's date has passed unmet, officials set a new one: what each of two dates would take."""
    target, now = next_target(facts), facts.value("centres_recognised") or Decimal(0)
    if target is None or now >= target.value or target.by > facts.quarter.end:
        return None
    gap, end = target.value - now, facts.quarter.end
    first, second = Quarter(end.year + 1, 4), Quarter(end.year + 2, 4)
    window = facts.quarters[0].start
    text = say(
        "decisions.deadline_text",
        first=f"{first.year}年",
        first_pace=per_quarter(gap, quarters_between(end, first.end)),
        second=f"{second.year}年",
        second_pace=per_quarter(gap, quarters_between(end, second.end)),
        n=chinese_number(len(facts.quarters)),
        recent=sum(window <= one.start <= end for one in facts.recognitions),
    )
    return Item(
        label=say("decisions.deadline", gap=plain(gap, 0)),
        text=text,
        who=say("decisions.deadline_who", by=by),
    )


def _chase_text(chase: list[ReturnFact], say: Wording) -> str:
    names = "、".join(f"{one.unit}（{say(f'states.{one.state}')}）" for one in chase[:NAMED])
    key = "decisions.chase_many" if len(chase) > NAMED else "decisions.chase_text"
    return say(key, names=names, n=len(chase))
