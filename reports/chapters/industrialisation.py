"""facts → 产业化与首次应用: what was used for the first time, what sells, and how long it took."""

from __future__ import annotations

from reports.blocks import Chapter
from reports.chapters.drawings import quarter_columns
from reports.chapters.tables import centre_table, figures_table
from reports.chapters.titles import answer
from reports.comparisons import brief, figure
from reports.facts import Facts
from reports.numbers import said
from reports.wording import Wording

FIRST, SALES, DAYS = "first_applications", "new_product_sales_wan_cny", "days_output_to_first_use"
BY_CENTRE = (FIRST, SALES, "sme_sales_share")


def finding(facts: Facts, say: Wording) -> str:
    return say("sentence", text=say.clauses(brief(facts, code, say) for code in (FIRST, SALES)))


def lead(facts: Facts, say: Wording) -> str:
    figures = (say("sentence", text=figure(facts, code, say)) for code in (FIRST, SALES))
    return say.sentences(*figures, _speed(facts, say))


def _speed(facts: Facts, say: Wording) -> str:
    found, measure = facts.reading(DAYS), facts.measures[DAYS]
    if found is None:
        return ""
    if found.value is None:
        return say("industrialisation.few", n=found.n)
    return say("industrialisation.speed", n=found.n, value=said(found.value, measure, say))


def chapter(facts: Facts, say: Wording) -> Chapter:
    blocks = (
        quarter_columns(facts, say, FIRST, "first-use", say("industrialisation.first_note")),
        quarter_columns(facts, say, SALES, "sales", _to_smes(facts, say)),
        centre_table(facts, say, BY_CENTRE, answer(facts, "sme_sales_share", say)),
        figures_table(facts, say, "industrialisation"),
    )
    return Chapter(
        id="industrialisation", title=say("chapters.industrialisation"), lead=lead(facts, say), blocks=blocks
    )


def _to_smes(facts: Facts, say: Wording) -> str:
    share = facts.value("sme_sales_share")
    if share is None:
        return ""
    return say("industrialisation.to_smes", share=said(share, facts.measures["sme_sales_share"], say))
