"""How every expected return stands, from small tables of what was received.

A line of a case is ``day verdict[ nil]``: a file of unit U02 for centre EQ01, received on that day of October.
The quarter closes on the 18th at midnight, grace included.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import count

import pytest

from expectations.quarter import Quarter
from tasks.settings import ROOT
from warehouse.records import Arrival, Judged
from warehouse.registry import Registry
from warehouse.returns import Standing, Submission, in_force, standings

Q3 = Quarter.parse("2026-Q3")
CASES = {
    # what was received: (state, day of the version in force, day of the newest, files, on time, nil)
    "missing": ([], ("missing", None, None, 0, False, False)),
    "accepted": (["10 accepted"], ("accepted", 10, 10, 1, True, False)),
    "nil": (["10 accepted nil"], ("accepted", 10, 10, 1, True, True)),
    "returned": (["10 returned"], ("returned", None, 10, 1, True, False)),
    "returned, then mended": (["10 returned", "12 accepted"], ("accepted", 12, 12, 2, True, False)),
    "returned after accepted": (["10 accepted", "12 returned"], ("accepted", 10, 12, 2, True, False)),
    "refused after accepted": (["10 accepted", "12 refused"], ("accepted", 10, 12, 2, True, False)),
    "held": (["10 held"], ("held", None, 10, 1, True, False)),
    "held after accepted": (["10 accepted", "12 held"], ("accepted", 10, 12, 2, True, False)),
    "held, then another returned": (["10 held", "12 returned"], ("returned", None, 12, 2, True, False)),
    "revised": (["10 accepted", "12 accepted"], ("accepted", 12, 12, 2, True, False)),
    "revised to nil": (["10 accepted", "12 accepted nil"], ("accepted", 12, 12, 2, True, True)),
    "nil, then not": (["10 accepted nil", "12 accepted"], ("accepted", 12, 12, 2, True, False)),
    "received out of order": (["12 accepted", "10 accepted nil"], ("accepted", 12, 12, 2, True, False)),
    "late": (["19 held"], ("held", None, 19, 1, False, False)),
    "late and released": (["19 accepted"], ("accepted", 19, 19, 1, False, False)),
    "in time, and late again": (["18 returned", "19 held"], ("held", None, 19, 2, True, False)),
}


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.read(ROOT / "registry")


_seqs = count(1)


def received(line: str, unit: str = "U02", centre: str = "EQ01", quarter: str = "2026-Q3") -> Submission:
    day, verdict, *nil = line.split()
    seq = next(_seqs)
    at = datetime.fromisoformat(f"2026-10-{day}T00:00:00+08:00")
    sha256 = f"{seq:064x}"
    judged = Judged(sha256, verdict, quarter, unit, centre, late=False, nil=bool(nil), parsed="")
    return Submission(judged, Arrival("inbox", f"{day}.xlsx", "1", sha256, 1, at, seq=seq))


def stands(registry: Registry, files: list[Submission], quarter: Quarter = Q3) -> Standing:
    (found,) = (
        one for one in standings(registry, files, quarter) if (one.unit, one.centre) == ("U02", "EQ01")
    )
    return found


def day(one: Submission | None) -> int | None:
    return int(one.arrival.name.removesuffix(".xlsx")) if one else None


@pytest.mark.parametrize(("lines", "expected"), CASES.values(), ids=CASES)
def test_a_return_stands(registry, lines, expected):
    found = stands(registry, [received(line) for line in lines])
    assert (
        found.state,
        day(found.in_force),
        day(found.newest),
        found.received,
        found.on_time,
        found.nil,
    ) == expected


def test_the_deadline_is_an_instant(registry):
    closing = datetime.fromisoformat("2026-10-18T23:59:59+08:00")
    one = received("10 accepted")
    for at, on_time in ((closing, True), (closing.replace(microsecond=1), False)):
        moved = Submission(one.judged, Arrival("inbox", "10.xlsx", "1", one.judged.sha256, 1, at, seq=1))
        assert stands(registry, [moved]).on_time is on_time


def test_other_units_centres_and_quarters_are_other_returns(registry):
    files = [
        received("10 accepted", unit="U03"),
        received("11 accepted", centre="NM01"),
        received("12 accepted", quarter="2026-Q2"),
    ]
    assert stands(registry, files).state == "missing"
    assert len(in_force(files)) == 3


def test_what_is_excluded_takes_what_it_had_replaced_out_of_force_and_nothing_later(registry):
    first, second, third = received("10 accepted"), received("12 returned"), received("14 accepted")
    excluded = replace(second, excluded=True)
    found = stands(registry, [first, excluded])
    assert (found.state, found.in_force, found.newest) == ("returned", None, excluded)
    assert stands(registry, [first, excluded, third]).in_force == third
    assert stands(registry, [first, second]).in_force == first, "returned as it came, it replaced nothing"


def test_two_files_received_in_one_instant_go_by_the_order_of_arrival(registry):
    first, second = received("10 accepted"), received("10 accepted nil")
    assert stands(registry, [second, first]).in_force == second


@pytest.mark.parametrize(
    ("lines", "first_verdict", "passed"),
    [
        ([], None, False),
        (["10 accepted"], None, True),
        (["10 accepted", "12 returned"], None, True),
        (["10 returned", "12 accepted"], None, False),
        (["12 accepted", "10 held"], None, False),
        (["10 accepted"], "held", False),  # released since
    ],
)
def test_the_first_file_passed_if_it_was_accepted_when_first_judged(registry, lines, first_verdict, passed):
    files = [replace(received(line), first_verdict=first_verdict) for line in lines]
    assert stands(registry, files).first_pass is passed


@pytest.mark.parametrize(
    ("start", "end", "due"),
    [
        ("2018-09-01", "2026-07-01", True),  # left on the first day of the quarter
        ("2018-09-01", "2026-08-15", True),
        ("2018-09-01", "2026-06-30", False),  # left on the day before it
        ("2026-09-30", "", True),  # joined on its last day
        ("2026-10-01", "", False),
    ],
)
def test_a_member_on_any_day_of_the_quarter_is_expected(registry, start, end, due):
    tables = registry.model_dump(by_alias=True)
    for row in tables["memberships"]:
        if (row["centre"], row["unit"]) == ("EQ01", "U02"):
            row |= {"from": start, "to": end}
    changed = Registry.model_validate(tables)
    expected = {(one.centre, one.unit) for one in standings(changed, [], Q3)}
    assert (("EQ01", "U02") in expected) is due
    others = {(one.centre, one.unit) for one in standings(registry, [], Q3)} - {("EQ01", "U02")}
    assert expected - {("EQ01", "U02")} == others


def test_returns_come_by_centre_and_unit(registry):
    found = [(one.centre, one.unit) for one in standings(registry, [], Q3)]
    assert found == sorted(found)
    assert len(found) == len(set(found)) > 80
