"""facts → 技术扩散: whom the technology reaches, where, by what way, and how fast."""

from __future__ import annotations

from decimal import Decimal

from reports.blocks import Chapter, Chart, Table
from reports.chapters.drawings import (
    alternative,
    mix_bars,
    part_bars,
    quarter_columns,
    quarter_stacks,
    unit_note,
)
from reports.chapters.tables import centre_table, figures_table, of_all_centres, unlisted_note
from reports.chapters.tiles import CITY_PLACES, city_tiles, city_values
from reports.chapters.titles import answer, leaders, no_data
from reports.comparisons import brief, figure, uneven
from reports.facts import Facts
from reports.numbers import percent, plain, said
from reports.wording import Wording

SERVED, NEW, VALUE = "smes_served", "smes_new", "contract_value_wan_cny"
MONEY = (VALUE, "transaction_value_wan_cny", "received_wan_cny")
BY_CENTRE = ("smes_served", "diffusion_events", VALUE, "received_wan_cny", "days_output_to_transfer")


def finding(facts: Facts, say: Wording) -> str:
    """Does technology reach small firms: how many, how many for the first time, and where none."""
    return _reach(facts, say, brief(facts, SERVED, say))


def _reach(facts: Facts, say: Wording, served: str) -> str:
    return say("sentence", text=say.clauses((served, _first_time(facts, say), _empty(facts, say))))


def lead(facts: Facts, say: Wording) -> str:
    reach = _reach(facts, say, figure(facts, SERVED, say))
    value = say("sentence", text=figure(facts, VALUE, say))
    return say.sentences(reach, value, _speed(facts, say))


def _first_time(facts: Facts, say: Wording) -> str:
    served, new = facts.value(SERVED), facts.value(NEW)
    if not served or new is None:
        return ""
    value = said(new, facts.measures[NEW], say)
    return say("diffusion.first_time", value=value, share=percent(new, served))


def _empty(facts: Facts, say: Wording) -> str:
    """The cities no small firm of which was served."""
    if not facts.value(SERVED):
        return ""
    empty = [say.code("city", city) for city, value in city_values(facts, SERVED).items() if not value]
    if not empty:
        return say("diffusion.cities_all")
    return say("diffusion.cities_none", names=say.names(empty))


def _speed(facts: Facts, say: Wording) -> str:
    code = "days_output_to_transfer"
    found, measure, waiting = facts.reading(code), facts.measures[code], facts.value("outputs_waiting")
    stock = say("diffusion.waiting", n=plain(waiting)) if waiting else ""
    if found is None:
        return ""
    text = say("diffusion.few", n=found.n)
    if found.value is not None:
        text = say("diffusion.speed", n=found.n, value=said(found.value, measure, say))
    return say("sentence", text=say.clauses((text, stock)))


def chapter(facts: Facts, say: Wording) -> Chapter:
    blocks = (
        _served(facts, say),
        part_bars(facts, say, "diffusion_events", "content", "contents"),
        part_bars(facts, say, "diffusion_events", "mode", "modes", _inside(facts, say)),
        _cities(facts, say),
        quarter_columns(facts, say, VALUE, "contracts", _registered(facts, say)),
        mix_bars(facts, say, MONEY, "money", _money_title(facts, say), say("diffusion.money_note")),
        _by_centre(facts, say),
        figures_table(facts, say, "diffusion"),
    )
    return Chapter(id="diffusion", title=say("chapters.diffusion"), lead=lead(facts, say), blocks=blocks)


def _served(facts: Facts, say: Wording) -> Chart:
    """Small firms over the quarters: served for the first time, again, or (early quarters) not told apart."""
    first, again, unknown = [], [], []
    for quarter in facts.quarters:
        served, new = facts.value(SERVED, quarter), facts.value(NEW, quarter)
        first.append(new if served is not None else None)
        again.append(None if served is None or new is None else max(served - new, Decimal(0)))
        unknown.append(served if new is None else None)
    # Those new stand on top, where the eye falls.
    labels = ("diffusion.unknown", "diffusion.again", "diffusion.first")
    parts = dict(zip((say(one) for one in labels), (unknown, again, first), strict=True))
    parts = {label: values for label, values in parts.items() if any(values)}
    title = say.clauses((answer(facts, SERVED, say), _first_time(facts, say)))
    return quarter_stacks(facts, say, SERVED, "smes", title, parts, say("diffusion.served_note"))


def _inside(facts: Facts, say: Wording) -> str:
    events, inside = facts.value("diffusion_events"), facts.value("diffusion_events_inside")
    if events is None or inside is None:
        return ""
    measure = facts.measures["diffusion_events"]
    return say("diffusion.inside", outside=said(events, measure, say), inside=said(inside, measure, say))


def _registered(facts: Facts, say: Wording) -> str:
    contracts, registered = facts.value("contracts"), facts.value("contracts_registered")
    if contracts is None or registered is None:
        return ""
    return say("diffusion.registered", n=plain(contracts), registered=plain(registered))


def _money_title(facts: Facts, say: Wording) -> str:
    value, received = facts.value(VALUE), facts.value("received_wan_cny")
    if value is None or received is None:
        return no_data(facts, VALUE, say)
    measure = facts.measures[VALUE]
    return say("diffusion.money", value=said(value, measure, say), received=said(received, measure, say))


def _cities(facts: Facts, say: Wording) -> Chart:
    drawing, measure = city_tiles(facts, say, SERVED), facts.measures[SERVED]
    title = _cities_title(facts, say)
    alt = alternative(title, ((tile.label, tile.text) for tile in drawing.tiles), say)
    outside = _outside(facts)
    elsewhere = say("diffusion.outside", value=said(outside, measure, say)) if outside else ""
    like = say("diffusion.cities_like") if any(uneven(facts)) else ""
    note = unit_note(measure, say, say("diffusion.cities_note"), elsewhere, like)
    return Chart(name="cities", title=title, drawing=drawing, alt=alt, note=note)


def _outside(facts: Facts) -> Decimal:
    """Small firms served outside the province; their city is the two digits of a province."""
    return sum(
        (
            found.value
            for (code, quarter, period, level, scope, part), found in facts.readings.items()
            if (code, quarter, period, level, part) == (SERVED, str(facts.quarter), "quarter", "city", "")
            and scope not in CITY_PLACES
            and found.value
        ),
        Decimal(0),
    )


def _cities_title(facts: Facts, say: Wording) -> str:
    """Which cities stand out and what they add up to; names only those that no other ties with."""
    if facts.value(SERVED) is None:
        return no_data(facts, SERVED, say)
    values = {city: value or Decimal(0) for city, value in city_values(facts, SERVED).items()}
    total = sum(values.values(), Decimal(0))
    if not total:
        return say("diffusion.cities_nobody", n=len(values))
    reached = sum(bool(value) for value in values.values())
    top = leaders(list(values.values()))
    if not top:
        return say("diffusion.cities_even", n=reached, all=len(values))
    share = percent(sum(list(values.values())[:top], Decimal(0)), total)
    names = say.names(say.code("city", city) for city in list(values)[:top])
    return say("diffusion.cities", top=names, share=share, n=reached, all=len(values))


def _by_centre(facts: Facts, say: Wording) -> Table:
    measure, whole = facts.measures[SERVED], facts.value(SERVED)
    total = of_all_centres(facts, SERVED)
    key = "diffusion.centres" if total != whole else "diffusion.centres_same"
    title = say(key, total=plain(total), value=said(whole, measure, say))
    title = no_data(facts, SERVED, say) if whole is None else title
    unlisted = unlisted_note(facts, say, SERVED, "diffusion.unlisted")
    return centre_table(facts, say, BY_CENTRE, title, say.sentences(say("diffusion.centres_note"), unlisted))
