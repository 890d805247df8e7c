"""Numbers as each language prints them: rounding, units, signs, and when a change is called level."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reports.numbers import bound, change, change_words, heading_unit, in_table, on_card, printed, said
from reports.wording import wording
from tests.wording.facts import MEASURES

ZH, EN = wording("zh"), wording("en")


@pytest.mark.parametrize(
    ("code", "now", "before", "beside", "words", "english"),
    [
        ("smes_served", "24", "18", "+6 家", "多 6 家", "up 6"),
        ("smes_served", "18", "24", "−6 家", "少 6 家", "down 6"),
        ("smes_served", "18", "18", "持平", "持平", "unchanged"),
        ("contract_value_wan_cny", "110", "100", "+10.0%", "增长 10.0%", "up 10.0%"),
        ("contract_value_wan_cny", "90", "100", "−10.0%", "下降 10.0%", "down 10.0%"),
        ("contract_value_wan_cny", "100.4", "100", "+0.4%", "基本持平", "little changed"),
        ("contract_value_wan_cny", "100", "100", "持平", "基本持平", "little changed"),
        ("contract_value_wan_cny", "5", "0", "—", "", ""),
        (
            "operating_rd_staff_share",
            "0.6897",
            "0.6782",
            "+1.2 个百分点",
            "提高 1.2 个百分点",
            "up 1.2 percentage points",
        ),
        ("operating_rd_staff_share", "0.6790", "0.6782", "+0.1 个百分点", "基本持平", "little changed"),
        ("nonfiscal_per_fiscal", "2.96", "2.66", "+0.30", "提高 0.30", "up 0.30"),
        ("labour_productivity_wan_cny", "33", "30", "+10.0%", "增长 10.0%", "up 10.0%"),
        ("days_output_to_transfer", "86.5", "102", "−15 天", "短 15 天", "down 15 days"),
    ],
)
def test_changes(code, now, before, beside, words, english):
    measure, pair = MEASURES[code], (Decimal(now), Decimal(before))
    assert change(*pair, measure, ZH) == beside
    assert change_words(*pair, measure, ZH) == words
    assert change_words(*pair, measure, EN) == english


@pytest.mark.parametrize(
    ("code", "value", "chinese", "english"),
    [
        ("smes_served", "1234", "1,234 家", "1,234"),
        ("contract_value_wan_cny", "2607.5", "2,608 万元", "CNY 26.1 million"),
        ("contract_value_wan_cny", "36812.4", "3.68 亿元", "CNY 368.1 million"),
        ("contract_value_wan_cny", "368124", "36.81 亿元", "CNY 3.68 billion"),
        ("contract_value_wan_cny", "45", "45 万元", "CNY 0.45 million"),
        ("contract_value_wan_cny", "0", "0 万元", "CNY 0 million"),
        ("labour_productivity_wan_cny", "25.34", "25.3 万元/人", "CNY 253 thousand per head"),
        ("operating_rd_staff_share", "0.68965", "69.0%", "69.0%"),
        ("nonfiscal_per_fiscal", "2.957", "2.96 倍", "2.96 times"),
        ("rd_person_years", "36.25", "36.3 人年", "36.3 person-years"),
        ("days_output_to_transfer", "86.5", "87 天", "87 days"),
        ("days_output_to_transfer", "1", "1 天", "1 day"),
    ],
)
def test_values_are_rounded_half_up_and_keep_their_unit(code, value, chinese, english):
    assert said(Decimal(value), MEASURES[code], ZH) == chinese
    assert said(Decimal(value), MEASURES[code], EN) == english


def test_a_table_keeps_the_unit_of_its_heading():
    measure = MEASURES["contract_value_wan_cny"]
    assert (heading_unit(measure, ZH), in_table(Decimal("36800.4"), measure, ZH)) == ("万元", "36,800")
    assert (heading_unit(measure, EN), in_table(Decimal("36800.4"), measure, EN)) == ("CNY million", "368.00")


@pytest.mark.parametrize("say", [ZH, EN])
def test_no_value_is_a_dash_without_a_unit(say):
    measure = MEASURES["smes_served"]
    assert printed(None, measure, say) == ("—", "")
    assert (
        in_table(None, measure, say)
        == said(None, measure, say)
        == change(None, Decimal(1), measure, say)
        == "—"
    )


def test_a_number_never_parts_from_its_unit():
    assert bound({"a": ["24 家", "2026年 9 月"]}, ZH) == {"a": ["24\u00a0家", "2026年 9\u00a0月"]}
    assert bound("CNY 26.1 million by 30 June 2027", EN) == "CNY\u00a026.1\u00a0million by 30\u00a0June 2027"


def test_a_currency_stands_before_its_number_on_cards_as_in_sentences():
    """A card prints its number large and sign and unit small: together they read as the sentence does."""
    value = Decimal("20374.5")
    for say, card in ((ZH, ("", "2.04", "亿元")), (EN, ("CNY", "203.7", "million"))):
        measure = MEASURES["rd_spend_wan_cny"]
        shown = on_card(value, measure, say)
        assert (shown["sign"], shown["value"], shown["unit"]) == card
        assert said(value, measure, say) == " ".join(card).strip()


def test_one_of_a_unit_is_one_day():
    measure, pair = MEASURES["days_output_to_transfer"], (Decimal(87), Decimal(86))
    assert change(*pair, measure, EN) == "+1 day"
    assert change(*reversed(pair), measure, EN) == "−1 day"
    assert change_words(*pair, measure, EN) == "up 1 day"
    assert change(Decimal(88), Decimal(86), measure, EN) == "+2 days"
