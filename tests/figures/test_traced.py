"""Two hundred figures of the demo's newest edition, followed to the cells of the archived workbooks and made again.

The trace gives addresses; openpyxl (the house reads by calamine) says what stands there; the rules are written out anew in
``from_cells*.py``. That no row is left out follows from the recount (``test_recount.py``), whose figures these are.
"""

from __future__ import annotations

import copy
import hashlib
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, get_args

import pytest

from tasks.evidence import proofs
from tasks.known import known
from tasks.restate import FIGURES
from tasks.settings import House
from tasks.trace import Traced, as_json, lines, trace
from tests import ledgers
from tests.figures.from_cells import Archive
from tests.figures.from_cells_added import MADE, Follower
from tests.figures.recount_returns import Kept
from tests.figures.recount_shown import is_printed
from tests.figures.test_recount import QUARTERS
from warehouse.figures import Figure, Figures, Where, read_figures_file
from warehouse.indicators import Kind, Level, Period, indicators
from warehouse.trace import Traces, comes_to

NEWEST = QUARTERS[-1]
FOLLOWED, SEED = 200, 4
Told = dict[str, Any]


@pytest.fixture(scope="module")
def issued(demo_house: House) -> list[Figure]:
    """All figures of the newest edition, and those of single units, which no edition prints."""
    edition = demo_house.ledger.editions(NEWEST)[-1]
    printed = read_figures_file(demo_house.editions / edition.folder / FIGURES)
    with known(demo_house, edition.known_seq).reading() as connection:
        return printed + [one for one in Figures(connection).of(NEWEST, units=True) if one.level == "unit"]


def facets(one: Figure) -> Iterator[tuple[str, ...]]:
    """What is to be seen at least once: every indicator, with something in it, for the province and by each dimension;
    every kind, of every level and period; of every kind a nought and no data."""
    code, kind = one.indicator, indicators()[one.indicator].kind
    yield ("indicator", code)
    yield ("kind", kind, one.level)
    yield ("period", kind, one.period)
    yield ("level", one.level, one.period)
    if one.value:
        yield ("something", code)
    else:
        yield ("nothing", kind, str(one.value))
    if one.level == "province":
        yield ("province", code)
    if one.part:
        yield ("part", code, one.part.partition(":")[0])


def chosen(issued: Sequence[Figure]) -> list[Figure]:
    """Figures at random: those that show what was not seen yet, as far as can be with something in them; then any."""
    shuffled = random.Random(SEED).sample(issued, len(issued))
    seen: set[tuple[str, ...]] = set()
    picked = []
    for one in sorted(shuffled, key=lambda one: one.n == 0):
        if not seen.issuperset(facets(one)):
            seen.update(facets(one))
            picked.append(one)
    others = set(picked)
    return [*picked, *(one for one in shuffled if one not in others)][:FOLLOWED]


@pytest.fixture(scope="module")
def traces(demo_house: House, issued: list[Figure]) -> list[Told]:
    edition = demo_house.ledger.editions(NEWEST)[-1]
    figures = chosen(issued)
    printed = {one[:6]: one for one in issued if one.level != "unit"}
    made = proofs(known(demo_house, edition.known_seq), figures)
    return [as_json(Traced(one, edition, printed.get(one.figure[:6]))) for one in made]


@pytest.fixture(scope="module")
def follower(demo_house: House) -> Follower:
    kept = Kept(demo_house.inbox, ledgers.address(demo_house), demo_house.settings.registry)
    snapshot = demo_house.ledger.snapshot("registry")
    assert snapshot
    registry = hashlib.sha256(snapshot.encode()).hexdigest()
    return Follower(Archive(demo_house.archive.raw_path, kept, registry), QUARTERS)


def test_the_chosen_are_of_every_kind_level_and_period(traces: list[Told]) -> None:
    assert len(traces) == FOLLOWED
    assert {one["indicator"] for one in traces} == set(indicators()) == set(MADE)
    assert {one["kind"] for one in traces} == set(get_args(Kind))
    assert {one["scope"]["level"] for one in traces} == set(get_args(Level))
    assert {one["period"] for one in traces} == set(get_args(Period)) - {"overlap"}
    assert {one["scope"]["part"].partition(":")[0] for one in traces} == {
        "",
        *(dimension for one in indicators().values() for dimension in one.by),
    }
    assert {one["value"] for one in traces} > {None, "0"}
    assert sum(len(one["rows"]) > 1 for one in traces) > FOLLOWED / 2
    assert any(not row["counted"] for one in traces for row in one["rows"])


def test_two_hundred_figures_are_followed_to_the_cells(
    traces: list[Told], follower: Follower, record_property: Callable[[str, object], None]
) -> None:
    wrong = [(of(one), why) for one in traces if (why := problem(follower, one))]
    assert not wrong, wrong[:10]
    looked_at = [place for one in traces for row in one["rows"] for place in (row, *row["rests_on"])]
    cells = sum(len(place["cells"]) for place in looked_at)
    record_property("cells looked up", cells)
    print(f"{cells:,} cells of {len(follower.archive.books)} workbooks looked up")
    assert cells > 10_000
    assert len(follower.archive.books) > 200


def test_the_quarter_before_a_change_is_followed_as_measured_anew(
    demo_house: House, follower: Follower
) -> None:
    """What nobody printed of 2025-Q4 then, and what it is compared with since."""
    with known(demo_house).reading() as connection:
        found = Figures(connection).of("2026-Q1", units=True)
        old = Figures(connection).of("2025-Q4", units=True)
    changed = {one.indicator for one in found if one.period == "overlap"}
    assert changed == {"people_trained", "leading_enterprises"}
    over = [
        one
        for one in found
        if one.indicator in changed and one.period in {"overlap", "like_before", "like_year_before"}
    ]
    traces = [
        as_json(Traced(one, None, None))
        for one in proofs(known(demo_house), [*over, *(one for one in old if one.indicator in changed)])
    ]
    wrong = [(of(one), why) for one in traces if (why := problem(follower, one))]
    assert not wrong, wrong[:10]
    assert len(over) > 100
    formulas = {(one["indicator"], one["quarter"]): one["formula"] for one in traces}
    assert "不含省外" in formulas["people_trained", "2025-Q4"]
    assert "不含省外" not in formulas["people_trained", "2026-Q1"]


def test_a_trace_prints_the_formula_of_its_quarter(demo_house: House) -> None:
    for quarter, period, without in (("2025-Q4", "quarter", True), ("2026-Q1", "overlap", False)):
        told = "\n".join(lines(trace(demo_house, "people_trained", quarter, Where(period=period))))  # type: ignore[typeddict-item]
        assert ("不含省外" in told) is without
        assert "各行合计与所存数值相符" in told


def of(told: Told) -> tuple[str, ...]:
    return told["indicator"], told["period"], *told["scope"].values()


def problem(follower: Follower, told: Told) -> str:
    """What is not as a trace says; a KeyError names a cell that it should have named."""
    try:
        follower.follow(told)
    except (AssertionError, KeyError, ValueError) as different:
        return f"{type(different).__name__}: {different}"
    return ""


def test_what_is_printed_is_the_value_rounded(traces: list[Told]) -> None:
    for one in traces:
        number, unit = re.fullmatch(r"([−\d.,]+|—) ?(.*)", one["printed"]).groups()  # type: ignore[union-attr]
        value = None if one["value"] is None else Decimal(one["value"])
        assert is_printed(number, value, unit), of(one)


def test_the_rows_come_to_every_figure_of_the_edition_and_of_every_unit(
    demo_house: House, issued: list[Figure]
) -> None:
    edition = demo_house.ledger.editions(NEWEST)[-1]
    with known(demo_house, edition.known_seq).reading() as connection:
        traced = Traces(connection)
        for start in range(0, len(issued), 2000):
            some = issued[start : start + 2000]
            differ = [one for one, rows in zip(some, traced.of(some), strict=True) if not comes_to(one, rows)]
            assert not differ, differ[:5]
    assert len(issued) > 20_000


@pytest.mark.parametrize("number", range(0, FOLLOWED, 40))
def test_a_figure_traced_by_itself_is_told_the_same(
    demo_house: House, traces: list[Told], number: int
) -> None:
    expected = traces[number]
    scope = expected["scope"]
    where = Where(level=scope["level"], scope=scope["code"], period=expected["period"], part=scope["part"])
    assert as_json(trace(demo_house, expected["indicator"], NEWEST, where)) == expected


# ── whoever follows would notice
def contract_values(traces: Sequence[Told]) -> Told:
    """A trace with rows that count and a row that does not, yours to change."""
    found = next(
        one
        for one in traces
        if of(one)[0] == "contract_value_wan_cny" and not all(row["counted"] for row in one["rows"])
    )
    return copy.deepcopy(found)


def counted(told: Told) -> Told:
    return next(row for row in told["rows"] if row["counted"] and row["part"] != "0")  # type: ignore[no-any-return]


def other(told: Told) -> Told:
    return next(row for row in told["rows"] if not row["counted"])  # type: ignore[no-any-return]


CHANGES: dict[str, Callable[[Told], object]] = {
    "a row left out": lambda told: told["rows"].remove(counted(told)),
    "a row twice": lambda told: told["rows"].append(counted(told)),
    "a key counted twice": lambda told: other(told).update(counted=True),
    "a key counted nowhere": lambda told: counted(told).update(counted=False, part="0", n="0"),
    "another part": lambda told: counted(told).update(part="1"),
    "another value": lambda told: told.update(value="1"),
    "another count": lambda told: told.update(n=told["n"] + 1),
    "another unit": lambda told: counted(told).update(unit="U99"),
    "another file": lambda told: counted(told).update(file="2026-Q3/other.xlsx"),
    "another cell": lambda told: counted(told)["cells"][-1].update(cell="A1"),
    "a cell left out": lambda told: counted(told)["cells"].pop(),
    "another scope": lambda told: told["scope"].update(level="city", code="71"),
    "another period": lambda told: told.update(
        period="like_year" if told["period"] == "like_before" else "like_before"
    ),
    "a sum that does not hold": lambda told: told.update(reproduces=False),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_trace_that_says_otherwise_is_noticed(traces: list[Told], follower: Follower, change: str) -> None:
    told = contract_values(traces)
    assert not problem(follower, told)
    CHANGES[change](told)
    assert problem(follower, told)


def test_a_workbook_that_says_otherwise_is_noticed(traces: list[Told], follower: Follower) -> None:
    told = contract_values(traces)
    row = counted(told)
    cell = next(one for one in row["cells"] if one["column"] == "contract_value_wan_cny")
    changed = copy.deepcopy(follower.archive.books)
    changed[row["sha256"]][row["sheet"]][cell["cell"]] += 1
    assert "AssertionError" in problem(
        replace(follower, archive=replace(follower.archive, books=changed)), told
    )
