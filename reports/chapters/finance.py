"""facts → 金融与机制: the money raised, what members put in, and how benefit and risk are shared."""

from __future__ import annotations

from reports.blocks import Chapter, Chart
from reports.chapters.drawings import part_bars, quarter_columns, quarter_stacks
from reports.chapters.tables import centre_table, figures_table
from reports.chapters.titles import answer, no_data
from reports.comparisons import brief, figure
from reports.facts import Facts
from reports.numbers import percent, said
from reports.wording import Wording

FUNDS, RATIO, FUND = "funds_raised_wan_cny", "nonfiscal_per_fiscal", "risk_fund_balance_wan_cny"
BY_CENTRE = (FUNDS, "member_contributions_wan_cny", "distributions_wan_cny", FUND)


def finding(facts: Facts, say: Wording) -> str:
    return say("sentence", text=say.clauses((brief(facts, FUNDS, say), _ratio(facts, say))))


def _ratio(facts: Facts, say: Wording) -> str:
    ratio = facts.value(RATIO)
    if ratio is None:
        return "" if facts.value(FUNDS) is None else say("finance.ratio_none")
    return say("finance.ratio", value=said(ratio, facts.measures[RATIO], say))


def lead(facts: Facts, say: Wording) -> str:
    funds = say.clauses((figure(facts, FUNDS, say), _ratio(facts, say)))
    shared = (figure(facts, code, say) for code in ("distributions_wan_cny", FUND))
    return say.sentences(*(say("sentence", text=one) for one in (funds, *shared)))


def chapter(facts: Facts, say: Wording) -> Chapter:
    blocks = (
        part_bars(facts, say, FUNDS, "kind", "funds"),
        _fiscal(facts, say),
        quarter_columns(facts, say, RATIO, "leverage", say("finance.ratio_note")),
        part_bars(facts, say, "member_contributions_wan_cny", "kind", "contributions"),
        centre_table(facts, say, BY_CENTRE, answer(facts, FUND, say), say("finance.centres_note")),
        figures_table(facts, say, "finance"),
    )
    return Chapter(id="finance", title=say("chapters.finance"), lead=lead(facts, say), blocks=blocks)


def _fiscal(facts: Facts, say: Wording) -> Chart:
    """Fiscal money and all other over the quarters: what the ratio of both is made of."""
    found = [facts.reading(RATIO, quarter) for quarter in facts.quarters]
    parts = {
        say("finance.fiscal"): [one.denominator if one else None for one in found],
        say("finance.nonfiscal"): [one.numerator if one else None for one in found],
    }
    now = found[-1]
    whole = now.numerator + (now.denominator or 0) if now else None
    if now is None or not whole:
        title = no_data(facts, FUNDS, say)
    else:
        value = said(facts.value(FUNDS), facts.measures[FUNDS], say)
        title = say("finance.funds", value=value, share=percent(now.numerator, whole))
    return quarter_stacks(facts, say, FUNDS, "fiscal", title, parts, say("finance.fiscal_note"))
