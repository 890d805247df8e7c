"""The demo's story as values: projects, results, transfers, money and sales that hold together over eight quarters."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
from stdnum.cn import uscc

from expectations.quarter import Quarter
from tasks.demo_members import patent_number
from tasks.demo_planted import Arrival
from tasks.demo_story import Return

from .conftest import QUARTERS, Record, Table, rows

Key = tuple[str, str]


def test_reporting_is_nearly_complete_in_every_quarter(
    province: list[Arrival], in_force: list[Return]
) -> None:
    due = {(one.planted.quarter, one.planted.centre, one.planted.unit) for one in province}
    counted = Counter(str(one.quarter) for one in in_force)
    for quarter in QUARTERS:
        share = counted[quarter] / sum(key[0] == quarter for key in due)
        assert share >= (0.95 if quarter != QUARTERS[-1] else 0.85), quarter


def test_projects_keep_their_number_and_rise_until_they_end(
    province: list[Arrival], in_force: list[Return]
) -> None:
    told: dict[str, list[tuple[Quarter, Record]]] = defaultdict(list)
    restated = [one.told for one in province if one.planted.fault in {"restated", "reopened"}]
    assert len(restated) == 2
    for one, row in rows(in_force, "projects"):
        if one not in restated:
            told[row["project_no"]].append((one.quarter, row))
    rising, ended = 0, Counter()
    for number, history in told.items():
        names = {
            (row["project_name"], row["start_date"], row["trl_start"], row["field"]) for _, row in history
        }
        assert len(names) == 1, number
        assert all(row["status"] in {"在研", "暂停"} for _, row in history[:-1]), number
        rising += history[-1][1]["trl_now"] > history[0][1]["trl_now"]
        ended[history[-1][1]["status"]] += 1
        assert all(row["start_date"] <= quarter.end for quarter, row in history)
    assert rising > len(told) / 2
    assert ended["已完成"] > 60
    assert 3 <= ended["终止"] < ended["已完成"] / 4
    sources = Counter(history[0][1]["source"] for history in told.values())
    assert set(sources) == {"自主", "企业委托", "高校委托", "科研院所委托", "其他委托"}
    assert all(row.get("partner_units") for _, row in rows(in_force, "projects") if row["source"] != "自主")


def test_a_project_spends_what_its_unit_has(in_force: list[Return]) -> None:
    spent: Counter[tuple[str, str]] = Counter()
    for one, row in rows(in_force, "projects"):
        spent[one.member.unit, str(one.quarter)] += sum(
            row[name] for name in row if name.startswith("spend_")
        )
    for one in in_force:
        unit = one.sheets["unit"][0]
        assert spent[one.member.unit, str(one.quarter)] <= unit["rd_spend_wan_cny"]


def test_results_come_out_of_projects_that_were_reported(in_force: list[Return]) -> None:
    for one, row in rows(in_force, "outputs"):
        if "project_no" in row:
            running = {project["project_no"]: project for project in one.sheets["projects"]}
            if row["project_no"] in running:
                assert row["output_date"] >= running[row["project_no"]]["start_date"]
            else:  # the one that was left out
                assert any(row["project_no"] == past["project_no"] for _, past in rows(in_force, "projects"))
        assert one.quarter.start <= row["output_date"] <= one.quarter.end
    kinds = Counter(row["kind"] for _, row in rows(in_force, "outputs"))
    assert len(kinds) == 12
    levels = {row["standard_level"] for _, row in rows(in_force, "outputs") if row["kind"] == "标准"}
    assert len(levels) >= 5


def test_a_transfer_follows_its_result_after_a_while(in_force: list[Return]) -> None:
    known = {row["output_no"]: (one.member.key, row) for one, row in rows(in_force, "outputs")}
    gaps, with_result = [], Counter()
    for one, row in rows(in_force, "diffusion"):
        if "output_no" in row:
            key, output = known[row["output_no"]]  # a KeyError here is a broken story
            assert key == one.member.key
            assert row["project_no"] == output["project_no"]
            gaps.append((row["event_date"] - output["output_date"]).days)
            with_result[str(one.quarter)] += 1
    assert min(gaps) >= 30
    assert max(gaps) <= 330
    assert all(with_result[quarter] >= 40 for quarter in QUARTERS[1:])


def test_money_and_first_use_follow_what_was_reported_before(in_force: list[Return]) -> None:
    events = {row["event_no"]: (one.member.key, row) for one, row in rows(in_force, "diffusion")}
    outputs = {row["output_no"]: (one.member.key, row) for one, row in rows(in_force, "outputs")}
    received: Counter[str] = Counter()
    for one, row in rows(in_force, "followup"):
        key, subject = events.get(row["subject_no"]) or outputs[row["subject_no"]]
        assert key == one.member.key
        assert row["followup_date"] >= subject.get("event_date", subject.get("output_date"))
        received[row["subject_no"]] += row.get("amount_wan_cny", 0)
    assert all(
        total <= events[number][1]["contract_value_wan_cny"] + 0.001
        for number, total in received.items()
        if total
    )
    kinds = Counter(row["kind"] for _, row in rows(in_force, "followup"))
    assert kinds["到账"] > kinds["首次应用"] > kinds["终止"] > 5


def test_products_keep_the_date_of_their_first_sale_and_grow(in_force: list[Return]) -> None:
    told: dict[tuple[Key, str], list[Record]] = defaultdict(list)
    for one, row in rows(in_force, "industrialisation"):
        told[one.member.key, row["product"]].append(row)
        assert row["first_sale_date"] <= one.quarter.end
        assert row["sme_sales_wan_cny"] <= row["sales_wan_cny"] <= one.sheets["unit"][0]["revenue_wan_cny"]
    assert all(len({row["first_sale_date"] for row in history}) == 1 for history in told.values())
    new = [history for history in told.values() if history[0].get("output_no") and len(history) > 3]
    assert len(new) >= 6
    assert all(history[-1]["sales_wan_cny"] > history[0]["sales_wan_cny"] for history in new)


def figures(in_force: list[Return], quarter: str) -> dict[str, float]:
    """Rough totals of a quarter, each return as it is."""
    contracts = {
        row["contract_no"]: row for _, row in rows(in_force, "diffusion", quarter) if "contract_no" in row
    }
    spend = [row for _, row in rows(in_force, "projects", quarter)]
    return {
        "events": sum(1 for _ in rows(in_force, "diffusion", quarter)),
        "contract_value": sum(row["contract_value_wan_cny"] for row in contracts.values()),
        "spend": sum(row[name] for row in spend for name in row if name.startswith("spend_")),
        "outputs": sum(1 for _ in rows(in_force, "outputs", quarter)),
        "sales": sum(row["sales_wan_cny"] for _, row in rows(in_force, "industrialisation", quarter)),
    }


def test_the_province_grows_from_year_to_year_and_rests_in_the_first_quarter(in_force: list[Return]) -> None:
    of = {quarter: figures(in_force, quarter) for quarter in QUARTERS}
    for name in ("events", "contract_value", "spend", "outputs", "sales"):
        for number in (1, 4):
            year_ago, now = (
                f"{2025 if number == 1 else 2024}-Q{number}",
                f"{2026 if number == 1 else 2025}-Q{number}",
            )
            assert 1.02 < of[now][name] / of[year_ago][name] < 2.2, (name, now)
        assert of["2025-Q1"][name] < of["2024-Q4"][name], name
        assert of["2026-Q1"][name] < of["2025-Q4"][name], name
    assert all(60 <= of[quarter]["events"] <= 150 for quarter in QUARTERS)


def test_contracts_are_plausible_and_some_cover_two_technologies(in_force: list[Return]) -> None:
    contracts: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for one, row in rows(in_force, "diffusion"):
        assert ("contract_no" in row) == (row["mode"] not in {"培训", "示范推广"})
        if "contract_no" in row:
            contracts[one.member.unit, row["contract_no"]].append(row)
    assert all(10 <= row["contract_value_wan_cny"] <= 400 for told in contracts.values() for row in told)
    registered = sum("registration_no" in told[0] for told in contracts.values())
    assert 0.6 < registered / len(contracts) < 0.8
    two = [told for told in contracts.values() if len(told) == 2]
    assert len(two) > 5
    same = ("contract_value_wan_cny", "transaction_value_wan_cny", "registration_no", "recipient_uscc")
    for first, second in two:
        assert first["technology"] != second["technology"]
        assert all(first.get(name) == second.get(name) for name in same)


def test_finance_has_every_kind_and_a_risk_fund_that_holds(in_force: list[Return], registry: Table) -> None:
    kinds = Counter(row["kind"] for _, row in rows(in_force, "finance"))
    assert len(kinds) == 12
    balance = Counter({row["centre"]: float(row["risk_fund_wan_cny"]) for row in registry("openings")})
    for one, row in rows(in_force, "finance"):
        if row["kind"] in {"收益分配", "风险金缴存", "风险金赔付", "股权", "贷款", "基金", "财政", "保险"}:
            assert one.member.role == "运营主体"
        if row["kind"] in {"风险金缴存", "风险金赔付"}:
            sign = 1 if row["kind"] == "风险金缴存" else -1
            balance[one.member.centre] += sign * row["amount_wan_cny"]
            assert balance[one.member.centre] >= 0


def test_numbers_given_out_are_given_once_but_for_disputes(in_force: list[Return]) -> None:
    for sheet, column in (("outputs", "output_no"), ("diffusion", "event_no"), ("finance", "event_no")):
        given = [row[column] for _, row in rows(in_force, sheet)]
        assert len(given) == len(set(given)), sheet
    identifiers = Counter(row["identifier"] for _, row in rows(in_force, "outputs") if "identifier" in row)
    assert Counter(identifiers.values())[2] == 3
    assert max(identifiers.values()) == 2


def test_patent_numbers_carry_the_check_digit_of_the_standard() -> None:
    assert patent_number(2017, 1, 601862) == "201710601862.3"


@pytest.mark.parametrize("quarter", QUARTERS)
def test_a_unit_of_two_centres_says_the_same_of_itself(in_force: list[Return], quarter: str) -> None:
    said: dict[str, list[Record]] = defaultdict(list)
    for one in in_force:
        if str(one.quarter) == quarter:
            said[one.member.unit].extend(map(dict, one.sheets["unit"]))
    twice = {unit: told for unit, told in said.items() if len(told) == 2}
    assert len(twice) >= 5
    assert all(first == second for first, second in twice.values())


def test_figures_of_units_are_plausible(in_force: list[Return]) -> None:
    for one in in_force:
        unit = one.sheets["unit"][0]
        assert 0 < unit["rd_technical_staff"] <= int(unit["employees"])
        assert 0.4 <= unit["rd_person_years"] / (unit["rd_technical_staff"] * 0.25) <= 1
        assert 0 < unit["value_added_wan_cny"] < unit["revenue_wan_cny"]
        assert unit["rd_spend_wan_cny"] < unit["total_cost_wan_cny"] < unit["revenue_wan_cny"]


def test_names_are_evidently_invented(in_force: list[Return]) -> None:
    names = [row["recipient_name"] for _, row in rows(in_force, "diffusion")]
    names += [row["counterparty"] for _, row in rows(in_force, "finance") if "counterparty" in row]
    names += [row["partner_units"] for _, row in rows(in_force, "projects") if "partner_units" in row]
    names += [row["user_name"] for _, row in rows(in_force, "followup") if "user_name" in row]
    assert all(name.startswith("示例") for name in names)
    codes = {row["recipient_uscc"] for _, row in rows(in_force, "diffusion")}
    assert all(uscc.is_valid(code) and "MA0E" in code for code in codes)
