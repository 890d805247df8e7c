"""One cell, one column, one reading: what becomes of each kind of raw value. Whole returns are in tests/returns."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from expectations.form import Column
from expectations.raw import Raw, is_blank, shown
from expectations.values import Value, read_value


def column(kind: str, **more: object) -> Column:
    return Column.model_validate({"no": 1, "name": "x", "zh": "甲", "en": "x", "type": kind, **more})


MONEY, HEADS = column("decimal(18,4)", unit="万元"), column("integer", unit="人")
DAY = datetime.fromisoformat("2026-09-30")  # as workbooks have it: no zone
MORNING = datetime.fromisoformat("2026-09-30T08:05")


@pytest.mark.parametrize(
    ("raw", "into", "value"),
    [
        (0.1 + 0.2, MONEY, Value("0.3")),
        (1234.8599999999999, MONEY, Value("1234.86")),
        (-0.0, MONEY, Value("0")),
        (1e12, MONEY, Value("1000000000000")),
        ("100", HEADS, Value("100")),
        ("+100", HEADS, Value("100")),
        ("1 234 567.5", MONEY, Value("1234567.5", note="normalised")),
        ("12 34", MONEY, Value(reason="not_a_number")),
        ("0.0001亿元", MONEY, Value("1", note="unit_converted")),
        ("1元", MONEY, Value("0.0001", note="unit_converted")),
        ("0.5元", MONEY, Value(reason="too_many_decimals")),
        ("12万元", column("decimal(18,4)", unit="元"), Value("120000", note="unit_converted")),
        ("1.5千元", MONEY, Value("0.15", note="unit_converted")),
        ("50%", column("decimal(5,4)", unit="0至1的小数", min=0, max=1), Value("0.5", note="unit_converted")),
        ("0.5%", MONEY, Value(reason="unit_unknown")),
        ("1,000 人", HEADS, Value("1000", note="unit_converted")),
        ("1人年", HEADS, Value(reason="unit_unknown")),
        (timedelta(hours=3), HEADS, Value(reason="not_a_number_date")),
        (float("nan"), MONEY, Value(reason="not_a_number")),
        (2**60, HEADS, Value(reason="too_large")),
        (date(2026, 9, 30), column("date"), Value("2026-09-30")),
        (MORNING, column("date"), Value("2026-09-30")),
        (time(8), column("date"), Value(reason="not_a_date")),
        (46295.5, column("date"), Value(reason="not_a_date")),
        (float("inf"), column("date"), Value(reason="not_a_date")),
        ("2026-09-30", column("date"), Value("2026-09-30")),
        ("30.09.2026", column("date"), Value(reason="ambiguous_date")),
        ("2026-02-30", column("date"), Value(reason="no_such_day")),
        (datetime.fromisoformat("1900-02-28"), column("date"), Value(reason="date_of_1900")),  # the number 59
        (datetime.fromisoformat("1899-12-31"), column("date"), Value(reason="date_of_1900")),
        (datetime.fromisoformat("1901-01-01"), column("date"), Value("1901-01-01")),
        (60, column("date"), Value(reason="not_a_date")),
        ("ＹＥＳ", column("flag"), Value("true")),
        (0, column("flag"), Value(reason="not_a_flag")),
        ("2026年第三季度", column("quarter"), Value("2026-Q3")),
        ("2026Q3", column("quarter"), Value("2026-Q3")),
        ("2026-Q5", column("quarter"), Value(reason="not_a_quarter")),
        (True, column("quarter"), Value(reason="not_text")),
        (123, column("text"), Value("123")),
        (1e15, column("text"), Value(reason="precision_lost")),
        (float("inf"), column("text"), Value(reason="not_text")),
        ("\u200b示例\u3000厂 ", column("text"), Value("示例 厂", note="normalised")),
        ("示例\n厂", column("text"), Value(reason="line_break")),
        ("示例\u0007厂", column("text"), Value(reason="control_characters")),
        ("同上", column("text"), Value(reason="placeholder")),
        ("\ue000", column("text"), Value(reason="control_characters")),
        ("1402 大同", column("code", codes="city"), Value("1402")),
        ("１４０２", column("code", codes="city"), Value("1402")),
        ("大同市", column("code", codes="city"), Value("大同市")),
        ("91350100m000100y43", column("uscc"), Value("91350100M000100Y43", note="normalised")),
        ("91350100M000100Y4Z", column("uscc"), Value(reason="bad_credit_code")),
    ],
)  # fmt: skip
def test_a_value_is_read_or_the_reason_why_not(raw: Raw, into: Column, value: Value) -> None:
    assert read_value(raw, into) == value


@pytest.mark.parametrize(
    "text",
    [
        "示例а机械厂",  # a Cyrillic а
        "SLАB-2026-001",  # a Cyrillic А among Latin letters
        "ООО 示例",
        "ZL 201710601862.Х",
        "Τ/SLXX 0001-2026",  # a Greek Τ
        "示例ΑΒ公司",
    ],
)
def test_v15_a_letter_that_only_looks_latin_is_doubtful(text: str) -> None:
    assert read_value(text, column("text")) == Value(text, doubt="look_alike")


@pytest.mark.parametrize(
    "text",
    ["α-Al2O3 陶瓷", "β型钛合金", "γ射线探伤", "Ж-7 型试验台", "μm 级加工", "ΔT 控制", "SLAB-2026-001"],
)
def test_a_letter_that_looks_like_no_other_misleads_nobody(text: str) -> None:
    assert read_value(text, column("text")) == Value(text)


def test_v15_a_variant_character_in_a_name_is_doubtful() -> None:
    name = Column.model_validate({"no": 1, "name": "unit_name", "zh": "甲", "en": "x", "type": "text"})
    assert read_value("示例重型機械集團", name) == Value("示例重型機械集團", doubt="variant")
    assert read_value("示例烟臺焊接厂", name).doubt == "variant"
    for plain in ("示例重型机械集团", "示例烟台焊接厂", "示例𠮷堃喆镕厂", "示例镕厂（太原）"):
        assert read_value(plain, name) == Value(plain)
    assert read_value("臺阶轴", column("text")) == Value("臺阶轴")


@pytest.mark.parametrize("raw", [None, "", " \u3000\u00a0\u200b\ufeff\t"])
def test_blanks_are_nothing(raw: Raw) -> None:
    assert is_blank(raw)
    assert read_value(raw, MONEY) == read_value(raw, column("text")) == Value()


@pytest.mark.parametrize("raw", [0, False, "0", "."])
def test_everything_else_is_something(raw: Raw) -> None:
    assert not is_blank(raw)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (None, ""),
        (1234.8599999999999, "1234.86"),
        (False, "FALSE"),
        (DAY, "2026-09-30"),
        (MORNING, "2026-09-30 08:05:00"),
        ("a\u202eb\nc", "a·b·c"),
        ("长" * 61, "长" * 59 + "…"),
    ],
)
def test_a_raw_cell_is_quoted_on_one_short_line(raw: Raw, text: str) -> None:
    assert shown(raw) == text
