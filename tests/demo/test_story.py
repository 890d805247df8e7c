"""The demo's story as told by its files alone: it is the same every time, and it holds together."""

from __future__ import annotations

import os
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from stdnum.cn import uscc

from expectations.form import the_form
from expectations.quarter import Quarter
from expectations.values import read_value
from tasks.demo import write_returns
from tasks.demo_arrivals import Planted
from tasks.demo_facts import patent_number

from .conftest import REGISTRY, Filed, Record

Table = Callable[[str], list[dict[str, str]]]
Key = tuple[str, str]


def test_two_writes_give_the_same_bytes_and_times_of_receipt(
    tmp_path: Path, inbox: Path, expected: list[Planted]
) -> None:
    again = write_returns(tmp_path, REGISTRY)
    assert len(again) == len(set(again)) == 34
    received = {f"{one.quarter}/{one.file}": one.received for one in expected}
    for path in again:
        name = path.relative_to(tmp_path).as_posix()
        assert path.read_bytes() == (inbox / name).read_bytes()
        assert path.stat().st_mtime == received[name].timestamp()
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == set(again)


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    first, second, *_ = write_returns(tmp_path, REGISTRY)
    first.write_text("something else")
    os.utime(first, (1, 1))
    second.unlink()
    write_returns(tmp_path, REGISTRY)
    assert first.read_text() == "something else"
    assert first.stat().st_mtime == 1
    assert second.exists()


def test_every_value_can_be_read_as_its_column_wants_it(filed: list[Filed]) -> None:
    """Nothing needs to be normalised: units that fill in the template write what it asks for."""
    for one in filed:
        if one.planted.fault in {"three_errors", "no_workbook"}:
            continue
        for sheet in the_form().sheets:
            for record in one[sheet.name]:
                for column in sheet.columns:
                    value = read_value(record[column.name], column)
                    assert (value.reason, value.note) == ("", ""), (one.path.name, column.name, record)
                    assert not (column.required and value.text is None), (one.path.name, column.name)


def test_a_transfer_follows_an_output_of_the_same_centre(filed: list[Filed]) -> None:
    known: dict[str, dict[str, Record]] = defaultdict(dict)
    gaps = []
    for one in filed:
        if not one.sheets:
            continue
        known[one.planted.centre] |= {row["output_no"]: row for row in one["outputs"]}
        for event in one["diffusion"]:
            if event["output_no"]:
                output = known[one.planted.centre][event["output_no"]]  # a KeyError here is a broken story
                gaps.append((event["event_date"] - output["output_date"]).days)
    assert min(gaps) >= 30
    assert max(gaps) <= 200


@pytest.mark.parametrize(("quarter", "outputs_at_least"), [("2026-Q1", 5), ("2026-Q2", 5), ("2026-Q3", 8)])
def test_enough_first_transfers_for_a_median(
    in_force: list[Filed], quarter: str, outputs_at_least: int
) -> None:
    gone_before: set[str] = set()
    first: dict[str, int] = {}
    dates = {row["output_no"]: row["output_date"] for one in in_force for row in one["outputs"]}
    for one in in_force:
        for event in one["diffusion"]:
            number = event["output_no"]
            if number and one.planted.quarter < quarter:
                gone_before.add(number)
            elif number and one.planted.quarter == quarter and number not in gone_before:
                first.setdefault(number, (event["event_date"] - dates[number]).days)
    assert len(first) >= outputs_at_least
    assert 30 <= statistics.median(first.values()) <= 200


def _class_of(firm: Record, sizes: list[dict[str, str]]) -> str:
    """The class of the 2017 standard: the highest whose floors are both met."""
    if firm["recipient_employees"] is None or firm["recipient_revenue_wan_cny"] is None:
        return ""
    return next(
        row["size"]
        for row in sizes
        if row["industry"] == firm["recipient_industry"]
        and firm["recipient_employees"] >= int(row["min_employees"])
        and firm["recipient_revenue_wan_cny"] >= int(row["min_revenue_wan_cny"])
    )


def test_declared_classes_are_those_of_the_standard(filed: list[Filed], registry: Table) -> None:
    firms = [
        row for one in filed if one.sheets for row in one["diffusion"] if row["recipient_kind"] == "企业"
    ]
    assert [row["declared_size"] or "" for row in firms] == [
        _class_of(row, registry("sizes")) for row in firms
    ]


@pytest.mark.parametrize(("quarter", "smes"), [("2026-Q1", 14), ("2026-Q2", 18), ("2026-Q3", 24)])
def test_smes_served_rise(in_force: list[Filed], registry: Table, quarter: str, smes: int) -> None:
    served = defaultdict(set)
    for one in in_force:
        for row in one["diffusion"]:
            is_firm = one.planted.quarter == quarter and row["recipient_kind"] == "企业"
            if is_firm and _class_of(row, registry("sizes")) in {"中型", "小型", "微型"}:
                served[row["recipient_uscc"]].add(one.planted.centre)
    assert len(served) == smes
    in_two_centres = [firm for firm, centres in served.items() if len(centres) == 2]
    assert len(in_two_centres) == (1 if quarter == "2026-Q3" else 0)


def _events(in_force: list[Filed], quarter: str) -> list[tuple[Filed, Record]]:
    return [(one, row) for one in in_force if one.planted.quarter == quarter for row in one["diffusion"]]


def test_the_last_quarter_has_every_kind_of_recipient(in_force: list[Filed], registry: Table) -> None:
    events = _events(in_force, "2026-Q3")
    units = {row["uscc"]: row["unit"] for row in registry("units")}
    members = {(row["centre"], row["unit"]) for row in registry("memberships")}
    inside = [row for one, row in events if (one.planted.centre, units.get(row["recipient_uscc"])) in members]
    assert len(inside) == 1
    outside = [row for _, row in events if row not in inside]
    assert sum(row["declared_size"] == "大型" for row in outside) == 1
    assert sum(row["recipient_kind"] == "高校" for row in outside) == 1
    assert sum(row["recipient_kind"] == "企业" and row["recipient_employees"] is None for row in outside) == 1
    assert sum(len(row["city"].split()[0]) == 2 for row in outside) >= 2, "some lie outside the province"
    trainings = [row for row in outside if row["mode"] == "培训"]
    assert len(trainings) >= 2
    assert all(row["contract_no"] is None and row["people_trained"] > 0 for row in trainings)


def test_contracts_are_plausible_and_one_covers_two_technologies(in_force: list[Filed]) -> None:
    rows = [row for one in in_force for row in one["diffusion"] if row["contract_no"]]
    assert all(12 <= row["contract_value_wan_cny"] <= 400 for row in rows)
    assert 0.5 < sum(row["registration_no"] is not None for row in rows) / len(rows) < 0.9
    ((twice, count),) = (each for each in Counter(row["contract_no"] for row in rows).items() if each[1] > 1)
    assert count == 2
    both = [row for row in rows if row["contract_no"] == twice]
    assert len({row["technology"] for row in both}) == 2
    same = ("contract_value_wan_cny", "transaction_value_wan_cny", "registration_no", "recipient_uscc")
    assert all(both[0][name] == both[1][name] for name in same)


def test_a_recipient_is_described_the_same_wherever_it_appears(filed: list[Filed]) -> None:
    described = defaultdict(set)
    names = ("recipient_name", "recipient_employees", "recipient_revenue_wan_cny", "city", "declared_size")
    for one in filed:
        for row in one.sheets.get("diffusion", []):
            if uscc.is_valid(row["recipient_uscc"]):
                described[row["recipient_uscc"]].add(tuple(row[name] for name in names))
    assert all(len(descriptions) == 1 for descriptions in described.values())


def test_numbers_given_out_are_given_once(in_force: list[Filed]) -> None:
    for sheet, column in (("outputs", "output_no"), ("outputs", "identifier"), ("diffusion", "event_no")):
        given = [row[column] for one in in_force for row in one[sheet] if row[column]]
        assert len(given) == len(set(given))


def test_patent_numbers_carry_the_check_digit_of_the_standard() -> None:
    assert patent_number(2017, 1, 601862) == "201710601862.3"


def test_a_unit_of_two_centres_says_the_same_of_itself(in_force: list[Filed]) -> None:
    said: dict[Key, list[Record]] = defaultdict(list)
    for one in in_force:
        said[one.planted.quarter, one.planted.unit].extend(one["unit"])
    twice = {key: records for key, records in said.items() if len(records) == 2}
    assert {unit for _, unit in twice} == {"U04"}
    assert len(twice) == 3
    assert all(first == second for first, second in twice.values())


def test_the_operating_company_reports_every_quarter(in_force: list[Filed]) -> None:
    quarters = [one.planted.quarter for one in in_force if one["cover"][0]["role"] == "运营主体"]
    assert quarters == ["2026-Q1", "2026-Q2", "2026-Q3"]


def test_figures_of_units_are_plausible(in_force: list[Filed]) -> None:
    for one in in_force:
        (unit,) = one["unit"]
        assert 0 < unit["rd_technical_staff"] < unit["employees"]
        assert 0.4 <= unit["rd_person_years"] / (unit["rd_technical_staff"] * 0.25) <= 1
        assert unit["rd_spend_wan_cny"] < unit["total_cost_wan_cny"] < unit["revenue_wan_cny"]


def test_people_and_addresses_are_evidently_invented(filed: list[Filed], registry: Table) -> None:
    for one in filed:
        for cover in one.sheets.get("cover", []):
            people = [cover[name] for name in ("unit_head", "statistics_head", "filler")]
            assert all(person.startswith("示例") for person in people)
            assert cover["phone"].startswith("000-")
            assert cover["email"].endswith(".example")
            assert cover["filed_on"] > Quarter.parse(one.planted.quarter).end
        assert all(row["recipient_name"].startswith("示例") for row in one.sheets.get("diffusion", []))
