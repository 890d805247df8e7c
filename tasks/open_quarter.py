"""registry + warehouse → templates: what every expected unit is to fill, in its folder and by mail, once a quarter."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from expectations.quarter import Quarter
from reports.plain_letter import Item, PlainLetter, said
from reports.text import Text
from tasks.calendar_words import day, quarter_of
from tasks.settings import House
from tasks.templates import prefilled_template
from warehouse.archive import written_whole
from warehouse.records import Letter, Milestone
from warehouse.registry import Membership

OPENED = "opened"


def open_quarter(house: House, quarter: str) -> int:
    """Write every expected unit's templates into ``templates/QUARTER/UNIT/`` and queue them by mail, once; returns how
    many were written, 0 where that was done before.

    ValueError for a wrong key, LookupError before the quarter opens.
    """
    key = Quarter.parse(quarter)
    term = house.registry.term.get(str(key))
    if term is None or term.opens > house.now():
        raise LookupError(f"{key} is not open")
    if any(one.quarter == str(key) and one.kind == OPENED for one in house.ledger.recorded(Milestone)):
        return 0
    due = house.registry.expected(key)
    for member in due:
        with written_whole(template_path(house, key, member)) as path:
            path.write_bytes(prefilled_template(house, str(key), member.centre, member.unit))
    house.ledger.record(Milestone(str(key), OPENED), _letters(house, key, due), house.now())
    return len(due)


def template_path(house: House, quarter: Quarter, member: Membership) -> Path:
    return house.templates / str(quarter) / member.unit / f"季报_{quarter}_{member.centre}_{member.unit}.xlsx"


def _letters(house: House, quarter: Quarter, due: Iterable[Membership]) -> list[Letter]:
    """One a unit, whatever the number of its centres."""
    units = dict.fromkeys(one.unit for one in due)
    return [
        Letter(
            f"opening-{quarter}-{unit}",
            "opening",
            f"{quarter} {unit}",
            house.registry.reached_at(unit),
        )
        for unit in units
    ]


def written_opening(house: House, letter: Letter) -> PlainLetter:
    """What a unit is told as the quarter opens, with its templates."""
    name, code = letter.subject.split()
    quarter, unit, term = Quarter.parse(name), house.registry.unit[code], house.registry.term[name]
    mine = [one for one in house.registry.expected(quarter) if one.unit == code]
    nil = next(one for one in house.form.by_name["cover"].columns if one.name == "nil_return")
    about: dict[str, Text | str] = {"quarter": quarter_of(quarter), "due": day(term.due), "n": str(len(mine))}
    moved = [said("opening.moved", planned=day(term.planned))] if term.planned else []
    return PlainLetter(
        subject=said("opening.subject", **about),
        who=Text(unit.name, unit.name_en),
        paragraphs=(said("opening.gist", **about), *moved, said("opening.attached")),
        items=tuple(
            Item(_centre(house, one), (Text(*[template_path(house, quarter, one).name] * 2),)) for one in mine
        ),
        closing=(
            Text(*house.registry.both("submit")),
            said("opening.nil", column=Text(nil.zh, nil.en)),
        ),
        contact=Text(*house.registry.both("contact")),
        attached=tuple(template_path(house, quarter, one) for one in mine),
    )


def _centre(house: House, member: Membership) -> Text:
    centre = house.registry.centre[member.centre]
    return Text(f"{centre.name}（{centre.centre}）", f"{centre.name_en} ({centre.centre})")
