"""Codes come and go: a quarter's returns are judged by the lists as they are on its last day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from expectations import codes
from expectations.findings import Finding
from expectations.form import LISTS_SHEET, the_form
from expectations.suites import suite
from expectations.template import Records, template_workbook
from tests.returns.cases import key_of
from tests.returns.filled import changed
from tests.returns.judging import judged_after
from warehouse.registry import Registry


@pytest.fixture
def changed_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In the middle of 2026 loans are called otherwise, and equity is from the day after the quarter on."""
    text = (codes.HERE / "codes.yml").read_text("utf-8")
    for old, until, new, since in (
        ("{code: 贷款, en: loan", "2026-06-30", "{code: 借款, en: loan", "2026-07-01"),
        ("{code: 股权, en: equity", "2026-09-30", "{code: 增资, en: equity", "2026-10-01"),
    ):
        assert text.count(f"{old}}}") == 1
        text = text.replace(f"{old}}}", f"{old}, valid_to: {until}}}, {new}, valid_from: {since}}}")
    (tmp_path / "codes.yml").write_text(text, "utf-8")
    monkeypatch.setattr(codes, "HERE", tmp_path)
    _forget()
    yield
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    codes.code_lists.cache_clear()
    codes.spellings.cache_clear()


@pytest.mark.usefixtures("changed_lists")
def test_a_code_that_has_ended_is_not_accepted_and_the_one_in_its_place_is(
    tmp_path: Path, registry: Registry
) -> None:
    def finance(kind: str) -> bytes:
        return changed({"资金与机制": {"C7": kind}})

    kinds = ("贷款", "借款", "股权", "增资")
    judged = dict(
        zip(kinds, judged_after([finance(kind) for kind in kinds], [], tmp_path, registry), strict=True)
    )

    def told(findings: list[Finding]) -> list[str]:
        return [key_of(one) for one in findings]

    assert told(judged["贷款"]) == told(judged["增资"]) == ["error code 资金与机制!C7"]
    assert judged["贷款"][0].zh == "“贷款”不在事项类型的代码表内。请从下拉列表中选择。"
    assert told(judged["借款"]) == told(judged["股权"]) == []


@pytest.mark.usefixtures("changed_lists")
def test_a_template_offers_the_codes_its_quarter_is_judged_by() -> None:
    def offered(records: Records) -> list[object]:
        lists = openpyxl.load_workbook(BytesIO(template_workbook(the_form(), records)))[LISTS_SHEET]
        (kinds,) = [column for column in lists.iter_cols(values_only=True) if column[0] == "事项类型"]
        return list(kinds[1:4])

    assert offered({"cover": [{"quarter": "2026-Q2"}]}) == ["股权", "贷款", "基金"]
    assert offered({"cover": [{"quarter": "2026-Q3"}]}) == ["股权", "借款", "基金"]
    assert offered({"cover": [{"quarter": "2026-Q4"}]}) == ["增资", "借款", "基金"]
    assert offered({}) == ["增资", "借款", "基金"], "blank: as of the last day the form is valid"


@pytest.mark.usefixtures("changed_lists")
def test_each_quarter_has_its_own_list() -> None:
    def asked(day: date) -> list[str]:
        (one,) = [
            one
            for one in suite(the_form().by_name["finance"], day).expectations
            if (one.meta["rule"], one.meta["column"]) == ("code", "kind")
        ]
        return [str(code) for code in one.value_set[:3]]

    assert asked(date(2026, 6, 30)) == ["股权", "贷款", "基金"]
    assert asked(date(2026, 9, 30)) == ["股权", "借款", "基金"]
    assert asked(date(2026, 12, 31)) == ["增资", "借款", "基金"]
