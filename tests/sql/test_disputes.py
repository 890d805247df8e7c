"""Disputes as they are listed: who claims what, since when, how it stands, and what a decision changes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.sql.test_figures import deriving
from warehouse.build import settled_shares
from warehouse.claims import Dispute, disputes
from warehouse.records import Credit, Settlement


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str], Dispute]:
    with deriving("claims") as connection:
        return {(one.kind, one.identifier): one for one in disputes(connection)}


def shares(one: Dispute) -> dict[str, str]:
    return {f"{each.unit} {each.centre}": f"{each.credit.normalize():f}" for each in one.claimants}


STANDS = [
    # more than 1 together, a share missing, shares that add up to 1
    ("发明专利授权", "2017106018623", "open", {"OP A": "0", "MG B": "0"}),
    ("发明专利授权", "971017654", "open", {"OP A": "0", "MG B": "0"}),
    ("标准", "GB/T9-2026", "agreed", {"TWO A": "0.25", "TWO B": "0.75"}),
    # decided against shares that were agreed; decided before a third claimant came
    ("发明专利授权", "95115608X", "decided", {"OP A": "0.9", "MG B": "0.1"}),
    ("标准", "GB/T8-2026", "open", {"OP A": "0.6", "TWO A": "0.4", "MG B": "0"}),
    ("技术合同", "HT-1", "decided", {"OP A": "0.75", "MG B": "0"}),
    ("技术合同", "HT-3", "open", {"TWO A": "0", "TWO B": "0"}),
    ("技术合同登记", "2026001", "open", {"OP A": "0", "TWO A": "0", "MG B": "0"}),
    ("首次应用", "发明专利授权|2017106018623", "decided", {"OP A": "0", "MG B": "1"}),
    ("首次应用", "标准|GB/T9-2026", "open", {"TWO A": "0", "TWO B": "0"}),
]


@pytest.mark.parametrize(("kind", "identifier", "state", "credited"), STANDS)
def test_how_a_dispute_stands_and_what_each_is_credited_with(
    found: dict[tuple[str, str], Dispute],
    kind: str,
    identifier: str,
    state: str,
    credited: dict[str, str],
) -> None:
    one = found[kind, identifier]
    assert (one.state, shares(one)) == (state, credited)


def test_nothing_else_is_in_dispute(found: dict[tuple[str, str], Dispute]) -> None:
    """Neither a sole claimant's contracts under one registration, nor a use of which all others are later sales."""
    assert set(found) == {(kind, identifier) for kind, identifier, *_ in STANDS}


def test_a_dispute_begins_with_its_second_claimant_and_names_the_cells(
    found: dict[tuple[str, str], Dispute],
) -> None:
    one = found["标准", "GB/T8-2026"]
    assert (one.since, one.written, one.settled) == ("2026-Q1", "GB/T 8-2026", 9)
    assert [(each.quarter, each.submission, each.sheet, each.row) for each in one.claimants] == [
        ("2026-Q1", "a1", "outputs", 10),
        ("2026-Q1", "t1a", "outputs", 8),
        ("2026-Q2", "m2", "outputs", 7),
    ]


def test_contracts_of_other_recipients_are_doubted(found: dict[tuple[str, str], Dispute]) -> None:
    """They may be two contracts of one number; the province counts one, and whoever reads the list can see it."""
    assert {identifier for (_, identifier), one in found.items() if one.doubtful} == {"2026001"}


def test_the_newest_decision_of_each_claim_counts() -> None:
    """As of an earlier seq, an earlier one does: the ledger is read up to a seq."""
    first, second = (
        Settlement("标准", "GB/T9-2026", (Credit("TWO", "A", Decimal(share)),), "示例处长甲", "核实", seq)
        for share, seq in (("1", 5), ("0.5", 8))
    )
    assert settled_shares([first]) == [(5, "标准", "GB/T9-2026", "TWO", "A", Decimal(1))]
    assert settled_shares([second, first]) == [(8, "标准", "GB/T9-2026", "TWO", "A", Decimal("0.5"))]


def test_who_decided_and_why_is_not_in_the_warehouse() -> None:
    with deriving("claims") as connection:
        columns = connection.execute("select column_name from (describe led_settlement)").fetchall()
    assert [name for (name,) in columns] == ["seq", "kind", "identifier", "unit", "centre", "share"]
