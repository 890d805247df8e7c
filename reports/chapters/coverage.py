"""facts → what part of each total is there: accepted, accepted with warnings, missing; and what a total would come to."""

from __future__ import annotations

from decimal import Decimal

from reports.blocks import Cell, Note, Table
from reports.chapters.tables import centre_table, headings, named
from reports.coverage import Covered
from reports.facts import Facts
from reports.numbers import in_table, plain, threshold_text
from reports.wording import Wording

# The totals that tell how far a quarter can be trusted: money, labour, results, reach, contracts, payments, use, sales, funds.
TOTALS = (
    "rd_spend_wan_cny",
    "rd_person_years",
    "invention_patents_granted",
    "smes_served",
    "contract_value_wan_cny",
    "received_wan_cny",
    "first_applications",
    "new_product_sales_wan_cny",
    "funds_raised_wan_cny",
)
# What is filled in, and what units say of it themselves.
COMPLETENESS = ("content_completeness", "claimed_completeness")


def totals(facts: Facts) -> dict[str, Covered]:
    """The coverage of the main totals of the province that have a value."""
    found = {code: facts.coverage.get((code, "province", "province")) for code in TOTALS}
    return {code: one for code, one in found.items() if one is not None}


def worst(found: dict[str, Covered]) -> tuple[str, Decimal]:
    """The total that the missing returns make up the largest share of, and that share."""
    shares = {code: one.share(one.missing) for code, one in found.items()}
    code = max(shares, key=lambda one: shares[one])
    return code, shares[code]


def share_text(share: Decimal) -> str:
    return f"{plain(share * 100, 1)}%"


def coverage_block(facts: Facts, say: Wording) -> list[Table | Note]:
    """A row a main total where a gap matters; else a sentence; nothing where nothing was reported."""
    found = totals(facts)
    if not found:
        return []
    if any(one.significant for one in found.values()):
        return [_table(facts, found, say)]
    warned = {code: one.share(one.warned) for code, one in found.items()}
    most = max(warned, key=lambda one: warned[one])
    return [
        Note(
            text=say.sentences(
                say(
                    "coverage.level" if any(one.returns for one in found.values()) else "coverage.whole",
                    threshold=_threshold(facts, say),
                ),
                say("coverage.warned", share=share_text(warned[most]), name=_name(facts, most, say)),
                _unknown(found, say),
            )
        )
    ]


def _table(facts: Facts, found: dict[str, Covered], say: Wording) -> Table:
    code, share = worst(found)
    return Table(
        title=say(
            "coverage.title",
            n=len(found),
            least=sum(one.significant for one in found.values()),
            share=share_text(share),
            name=_name(facts, code, say),
        ),
        headings=headings(say, "coverage.headings", 1),
        rows=tuple(_row(facts, code, one, say) for code, one in found.items()),
        note=say.sentences(say("coverage.note", threshold=_threshold(facts, say)), _unknown(found, say)),
        mail=False,
    )


def _row(facts: Facts, code: str, one: Covered, say: Wording) -> tuple[Cell, ...]:
    measure = facts.measures[code]
    shares = (share_text(one.share(part)) for part in (one.plain, one.warned, one.missing))
    return (
        Cell(text=named(measure, say)),
        Cell(text=in_table(one.reported, measure, say), code=code),
        Cell(text=in_table(one.indication, measure, say) if one.significant else "", strong=one.significant),
        *(Cell(text=text) for text in shares),
    )


def completeness(facts: Facts, say: Wording) -> list[Table]:
    """How full returns are beside what units claim of theirs, by centre; the widest gap stands in the title."""
    content, claimed = (facts.value(code) for code in COMPLETENESS)
    if content is None or claimed is None:
        return []
    gaps = {}
    for one in facts.centres:
        filled, claims = (facts.at_centre(code, one.code) for code in COMPLETENESS)
        if one.recognised and filled is not None and claims is not None:
            gaps[say.text(one.short)] = claims - filled
    centre = max(gaps, key=lambda name: gaps[name], default="")
    gap = gaps.get(centre, Decimal(0))
    apart = say("completeness.apart", centre=centre, gap=plain(gap * 100, 1)) if gap > 0 else ""
    told = say("completeness.title", content=share_text(content), claimed=share_text(claimed))
    return [centre_table(facts, say, COMPLETENESS, say.clauses((told, apart)), say("completeness.note"))]


def _unknown(found: dict[str, Covered], say: Wording) -> str:
    n = max(one.unknown for one in found.values())
    return say("coverage.unknown", n=n) if n else ""


def _threshold(facts: Facts, say: Wording) -> str:
    """From what change on a total is revised."""
    return say.names(dict.fromkeys(threshold_text(facts.measures[code], say) for code in TOTALS))


def _name(facts: Facts, code: str, say: Wording) -> str:
    return say.text(facts.measures[code].name)
