"""facts → tile maps: the eleven cities where they lie, and the field branches, group by group."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Literal

from expectations.codes import code_lists
from reports.comparisons import Place, beside
from reports.facts import CentreFact, Facts
from reports.numbers import in_table
from reports.shapes import Tile, Tiles
from reports.wording import Wording

Shade = Literal[0, 1, 2, 3]
# Where the cities lie, north at the top: code → (row, column).
CITY_PLACES = {
    "1402": (0, 2),
    "1406": (1, 1),
    "1409": (2, 1),
    "1411": (3, 0),
    "1401": (3, 1),
    "1403": (3, 2),
    "1410": (4, 0),
    "1407": (4, 1),
    "1404": (4, 2),
    "1408": (5, 0),
    "1405": (5, 2),
}
_BRANCHES_A_ROW = 5


def shade(value: Decimal | None, largest: Decimal) -> Shade:
    """Four classes: nothing, then up to a quarter, up to a half, and more of the largest."""
    if not value or not largest:
        return 0
    share = value / largest
    return 1 if share <= Decimal("0.25") else 2 if share <= Decimal("0.5") else 3


def city_values(facts: Facts, code: str) -> dict[str, Decimal | None]:
    """An indicator by city of the province, largest first; where the province has data, no row means nothing."""
    rest = None if facts.value(code) is None else Decimal(0)
    found = {
        city: rest if (value := facts.value(code, level="city", scope=city)) is None else value
        for city in CITY_PLACES
    }
    return dict(sorted(found.items(), key=lambda one: -(one[1] or Decimal(0))))


def city_tiles(facts: Facts, say: Wording, code: str) -> Tiles:
    """An indicator on the map, with its change since last quarter."""
    values, measure = city_values(facts, code), facts.measures[code]
    return _map(
        say,
        values,
        lambda city: in_table(values[city], measure, say),
        lambda city: _change(facts, say, code, city, values[city]),
    )


def _change(facts: Facts, say: Wording, code: str, city: str, value: Decimal | None) -> str:
    if value is None or len(facts.quarters) == 1:
        return ""
    text, like = beside(facts, code, say, place=Place("city", city))
    return say("tiles.change_like" if like else "tiles.change", change=text)


def centre_tiles(facts: Facts, say: Wording) -> Tiles:
    """Recognised centres on the map."""
    values: dict[str, Decimal | None] = {}
    for city in CITY_PLACES:
        values[city] = Decimal(sum(one.recognised and one.city == city for one in facts.centres))
    here = {city: [one for one in facts.centres if one.city == city] for city in CITY_PLACES}
    return _map(say, values, lambda city: str(values[city]), lambda city: _cultivated(here[city], say))


def _cultivated(centres: list[CentreFact], say: Wording) -> str:
    n = sum(bool(one.stage) and not one.recognised for one in centres)
    return say("tiles.cultivated", n=n) if n else ""


def _map(
    say: Wording,
    values: dict[str, Decimal | None],
    text: Callable[[str], str],
    sub: Callable[[str], str],
) -> Tiles:
    largest = max((value or Decimal(0) for value in values.values()), default=Decimal(0))
    tiles = [
        Tile(
            label=say.code("city", city),
            text=text(city),
            sub=sub(city),
            row=row,
            column=column,
            shade=shade(values[city], largest),
        )
        for city, (row, column) in CITY_PLACES.items()
    ]
    return Tiles(columns=3, tiles=tuple(tiles))


def branch_tiles(facts: Facts, say: Wording) -> Tiles:
    """Every branch of the field groups with its recognised centres; a group's name heads its branches."""
    tiles: list[Tile] = []
    row = 0
    for group in code_lists()["field"]:
        branches = [one.code for one in code_lists()["branch"] if one.part_of == group.code]
        if not any(one.field == group.code for one in facts.centres) and len(branches) == 1:
            continue  # 其他 is no field of the plan: shown only where a centre works in it
        covered = sum(bool(in_branch(facts, one)) for one in branches)
        count = say("tiles.covered", covered=covered, branches=len(branches))
        name = say.code("field", group.code)
        tiles.append(Tile(label=f"{name} {count}", text="", row=row, column=0, shade=0, strong=True))
        for index, branch in enumerate(branches):
            down, right = divmod(index, _BRANCHES_A_ROW)
            tiles.append(_branch_tile(facts, say, branch, row + down, right + 1))
        row += -(-len(branches) // _BRANCHES_A_ROW)
    return Tiles(columns=_BRANCHES_A_ROW + 1, tiles=tuple(tiles))


def in_branch(facts: Facts, branch: str) -> list[CentreFact]:
    return [one for one in facts.centres if one.branch == branch and one.recognised]


def _branch_tile(facts: Facts, say: Wording, branch: str, row: int, column: int) -> Tile:
    n = len(in_branch(facts, branch))
    growing = _cultivated([one for one in facts.centres if one.branch == branch], say)
    dark: Shade = 3 if n > 1 else 2 if n else 1 if growing else 0
    label = say.code("branch", branch)
    return Tile(label=label, text=str(n), sub=growing, row=row, column=column, shade=dark)
