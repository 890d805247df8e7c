"""The rule by hand: small tables whose right answer is plain, and what they print."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.disclosure.attacker import MARK, successes
from warehouse.additive import Cell, Contribution, LinkedTables, Relation
from warehouse.disclosure import withheld
from warehouse.exposure import primary
from warehouse.grid import Grid, Issue, Mark, linked, marks


def of(**amounts: int | tuple[int, str]) -> tuple[Contribution, ...]:
    """Contributions by firm, each firm in a centre of its own unless one is named."""
    named = {firm: one if isinstance(one, tuple) else (one, firm) for firm, one in amounts.items()}
    return tuple(
        Contribution(Decimal(amount), frozenset({f"firm:{firm}", f"centre:{centre}"}))
        for firm, (amount, centre) in named.items()
    )


def fails(*held: Contribution) -> bool:
    return bool(primary(LinkedTables([Cell("x", tuple(held))], [])))


@pytest.mark.parametrize(
    ("held", "sensitive"),
    [
        (of(), False),  # a true 0: nobody's business
        (of(a=10), True),  # one firm
        (of(a=50, b=50), True),  # two: each knows the other
        (of(a=50, b=50, c=50), False),
        (of(a=100, b=50, c=9), True),  # b takes its 50 off and is 9 above a's 100
        (of(a=100, b=50, c=11), False),
        (of(a=100, b=3, c=4, d=5), True),  # d, the second largest, is left with 7
        # Five firms, but of two centres, each of which knows all of its own.
        (of(a=(30, "X"), b=(30, "X"), c=(30, "Y"), d=(30, "Y"), e=(30, "Y")), True),
        (of(a=(30, "X"), b=(30, "Y"), c=(30, "Z"), d=(30, "Z"), e=(30, "Z")), False),
    ],
)
def test_what_tells_too_much_by_itself(held, sensitive):
    assert fails(*held) == sensitive


def test_three_contracts_with_one_customer_are_the_customers_business():
    """Three units serve K alone: whoever knows that knows what K spent; any unit is not told the others' parts."""
    mine = [
        Contribution(Decimal(30), frozenset({f"firm:{unit}", f"centre:{unit}", "firm:K"})) for unit in "abc"
    ]
    assert fails(*mine)
    others = [Contribution(Decimal(30), frozenset({f"firm:{u}", f"centre:{u}", f"firm:K{u}"})) for u in "abc"]
    assert not fails(*others)


def square(**at: tuple[Contribution, ...]) -> LinkedTables:
    """r1, r2, r3 by c1, c2, c3 with margins; cells not named have three firms of 100."""
    grid = grid_of(3, 3)
    full = {
        (row, column): at.get(row + column, of(**{f"{row}{column}{n}": 100 for n in "xyz"}))
        for row in grid.rows
        for column in grid.columns
    }
    held = grid.held((place, one) for place, ones in full.items() for one in ones)
    return linked(grid, [Issue("Q1", {"Q1": held})], Decimal("0.01")).tables


def grid_of(rows: int, columns: int) -> Grid:
    names = [tuple(f"{letter}{i + 1}" for i in range(n)) for letter, n in (("r", rows), ("c", columns))]
    return Grid(*names, dict.fromkeys(names[0], "R") | dict.fromkeys(names[1], "C"))


def test_one_sensitive_cell_takes_others_with_it():
    """Four marks at the corners of a rectangle hide a's 50 from all but a, to whom the other three are plain arithmetic:
    so there are seven, which leave a rectangle without a."""
    tables = square(r1c1=of(a=50))
    assert {tables.cells[i].id for i in primary(tables)} == {"Q1@1|r1|c1"}
    kept = withheld(tables)
    assert len(kept) == 7
    assert all("R" not in name and "C" not in name for name in kept)
    assert not successes(tables, kept)
    corners = {f"Q1@1|r{row}|c{column}" for row in (1, 2) for column in (1, 2)}
    assert {(one.attacker, one.target) for one in successes(tables, corners)} == {("centre:a", MARK)}
    assert ("", "firm:a") in {(one.attacker, one.target) for one in successes(tables, {"Q1@1|r1|c1"})}


def test_the_same_tables_have_the_same_answer():
    assert withheld(square(r1c1=of(a=50), r2c2=of(b=7))) == withheld(square(r1c1=of(a=50), r2c2=of(b=7)))


def test_a_firm_alone_in_one_cell_does_not_uncover_its_neighbour():
    """a and b are each alone in a cell of the first row; two marks in it protect them from outsiders, not from each other."""
    tables = square(r1c1=of(a=50), r1c2=of(b=50), r2c1=of(c=50), r2c2=of(d=50))
    four = {f"Q1@1|r{row}|c{column}" for row in (1, 2) for column in (1, 2)}
    assert "firm:a" in {one.attacker for one in successes(tables, four) if one.target == "firm:b"}
    assert four < withheld(tables)


def test_two_cells_of_one_firm_do_not_protect_each_other():
    """Their sum comes out of the margin, and it is all a's."""
    tables = square(r1c1=of(a=50), r1c2=of(a=60), r2c1=of(c=50), r2c2=of(c=60))
    four = {f"Q1@1|r{row}|c{column}" for row in (1, 2) for column in (1, 2)}
    assert "firm:a" in {one.target for one in successes(tables, four)}
    assert not successes(tables, withheld(tables))


ROWS = Grid(("r1", "r2", "r3", "r4"), ("C",), dict.fromkeys(("r1", "r2", "r3", "r4"), "R"))
SAFE = {f"r{n}": of(**{f"{n}{firm}": 100 for firm in "xyz"}) for n in range(1, 5)}


def issued(*quarters: dict[str, dict[str, tuple[Contribution, ...]]]) -> list[frozenset[Mark]]:
    """What each edition withholds; each is given as the year's quarters as known then."""
    issues: list[Issue] = []
    for known in quarters:
        held = {
            quarter: ROWS.held(((row, "C"), one) for row, ones in rows.items() for one in ones)
            for quarter, rows in known.items()
        }
        issue = Issue(list(known)[-1], held)
        made = linked(ROWS, [*issues, issue], Decimal("0.01"))
        kept = withheld(made.tables)
        assert not successes(made.tables, kept)
        issues.append(
            Issue(issue.quarter, held, frozenset(m for m in marks(ROWS, issue) if made.cell[m] in kept))
        )
    return [one.withheld for one in issues]


def test_the_year_to_date_is_withheld_where_the_quarter_before_it_was_printed():
    """Q1 is printed, Q2 of r1 is one firm's: the year to date less Q1 would be that firm's."""
    first, second = issued({"Q1": SAFE}, {"Q1": SAFE, "Q2": SAFE | {"r1": of(a=50)}})
    assert first == frozenset()
    assert Mark("quarter", "r1", "C") in second
    assert Mark("ytd", "r1", "C") in second


def test_a_late_return_does_not_come_out_of_the_difference_of_two_editions():
    """a's return comes after the first edition: the second edition must not print its row and total again."""
    late = SAFE | {"r1": (*SAFE["r1"], *of(a=80))}
    first, second = issued({"Q1": SAFE}, {"Q1": late})
    assert first == frozenset()
    assert second == {Mark("quarter", "r1", "C"), Mark("quarter", "R", "C")}


def test_nor_out_of_the_year_to_date():
    """Q1 as printed, Q2 and the year to date would give a's return: one of the last two is withheld, total included."""
    late = SAFE | {"r1": (*SAFE["r1"], *of(a=80))}
    first, second = issued({"Q1": SAFE}, {"Q1": late, "Q2": SAFE})
    assert first == frozenset()
    for row in ("r1", "R"):
        assert {Mark("quarter", row, "C"), Mark("ytd", row, "C")} & second
    assert {mark.row for mark in second} == {"r1", "R"}


def test_a_revision_of_many_firms_is_printed():
    more = SAFE | {"r1": (*SAFE["r1"], *of(a=80, b=70, c=60))}
    assert issued({"Q1": SAFE}, {"Q1": more}) == [frozenset(), frozenset()]


def test_what_does_not_add_up_is_refused():
    cells = [Cell("t", of(a=3)), Cell("p", of(a=2))]
    with pytest.raises(ValueError, match="t is not the sum of p"):
        LinkedTables(cells, [Relation("t", ("p",))])
    with pytest.raises(ValueError, match="negative"):
        LinkedTables([Cell("t", of(a=-3))], [])
