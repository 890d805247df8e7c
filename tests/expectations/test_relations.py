"""One text is executed, printed and quoted: how relations read, what they are about, and that blanks break none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from expectations.codes import code_lists
from expectations.dictionary import dictionary
from expectations.form import Sheet, the_form
from expectations.relations import columns_of, context_label, context_label_en, names_in, notation, printed
from expectations.rules import Function, Rule
from expectations.yaml12 import read_yaml
from warehouse.store import scratch

RULES = {rule.no: (rule, sheet) for sheet in the_form().sheets for rule in sheet.rules}
PRINTED = read_yaml(Path(__file__).parent / "relations.yml")
UNIT = the_form().by_name["unit"]


@pytest.mark.parametrize("no", PRINTED)
def test_a_relation_is_printed_as_officials_write_it(no: str) -> None:
    rule, sheet = RULES[no]
    assert printed(rule, sheet, the_form()) == PRINTED[no]


def test_no_relation_is_printed_with_a_name_of_the_program() -> None:
    codes = {entry.shown for entries in code_lists().values() for entry in entries}
    for rule, sheet in RULES.values():
        said = printed(rule, sheet, the_form())
        for shown in [*codes, "GB", "DB", "T/", "Q/"]:
            said = said.replace(shown, "")
        assert not any(letter.isascii() and letter.isalpha() for letter in said), rule.no


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("not nil_return", "[9] ＝ 否"),
        ("not (nil_return and estimate_share_pct > 1)", "非（[9] ＝ 是 且 [10] > 1）"),
        ("nil_return and estimate_share_pct > 1 or role is null", "[9] ＝ 是 且 [10] > 1 或 [7] 为空"),
        ("estimate_share_pct - 1 <> 2 or role = '成员'", "若 [10] − 1 ＝ 2，则 [7] ＝ “成员”"),
        ("role in ('成员') or filler = 'A'", "若 [7] 不属于（成员），则 [13] ＝ “A”"),
    ],
)
def test_what_has_no_simple_contrary_is_printed_as_it_stands(expression: str, text: str) -> None:
    assert notation(the_form().by_name["cover"], the_form()).relation(expression) == text


def test_what_has_no_notation_cannot_be_printed() -> None:
    with pytest.raises(ValueError, match="no notation"):
        notation(UNIT, the_form()).relation("employees / 2 > 1")


def test_names_come_in_the_order_in_which_they_stand() -> None:
    assert names_in("prev_employees * 3 >= employees or rd_spend_wan_cny is null") == (
        "prev_employees",
        "employees",
        "rd_spend_wan_cny",
    )


def test_a_finding_points_to_the_named_cell_else_to_the_first_column() -> None:
    assert columns_of(*RULES["R2.3"]) == ("rd_spend_wan_cny", "total_cost_wan_cny")
    assert columns_of(*RULES["R5.7"]) == ("recipient_uscc", "recipient_kind", "city")
    assert columns_of(*RULES["R2.10"]) == tuple(UNIT.by_name)


def test_every_context_has_a_label_in_both_languages_and_every_function_a_meaning() -> None:
    form = the_form()
    for sheet in form.sheets:
        for context in sheet.context:
            assert context_label(context, sheet, form)
            assert context_label_en(context, sheet, form).isascii()
    used = {context.function for sheet in form.sheets for context in sheet.context}
    assert used == set(get_args(Function))
    page = dictionary(form).split("## 1 ")[0]
    assert page.count("\n| ") == 2 + len(used)


@pytest.mark.parametrize("no", RULES)
def test_a_row_of_blanks_breaks_no_relation(no: str) -> None:
    """A required blank is an error of its own; nothing else is said of it."""
    rule, sheet = RULES[no]
    assert _with(rule, sheet, dict.fromkeys(names_in(rule.must))) is not False


def _past(sheet: Sheet) -> set[str]:
    return {context.name for context in sheet.context if context.function == "last_quarter"}


LOOKING_BACK = [no for no, (rule, sheet) in RULES.items() if _past(sheet) & set(names_in(rule.must))]


@pytest.mark.parametrize("no", LOOKING_BACK)
def test_a_first_return_breaks_no_relation_with_last_quarter(no: str) -> None:
    """With ones everywhere and nothing before, what is compared with last quarter does not apply."""
    rule, sheet = RULES[no]
    assert _with(rule, sheet, dict.fromkeys(_past(sheet))) is None


def _with(rule: Rule, sheet: Sheet, values: Mapping[str, str | None]) -> bool | None:
    """What a relation is with these SQL values, and all others 1, 2001-01-01 or ``x``."""
    something = {"bigint": "1", "date": "date '2001-01-01'", "boolean": "true", "varchar": "'x'"}
    names = []
    for name in names_in(rule.must):
        kind = sheet.by_name[name].sql_type_judged if name in sheet.by_name else ""
        value = (values[name] or "null") if name in values else something.get(kind, "1.5")
        names.append(f"cast({value} as {kind}) as {name}" if kind else f"{value} as {name}")
    with scratch() as connection:
        row = connection.execute(f"select ({rule.must}) from (select {', '.join(names)})").fetchone()
    assert row is not None
    answer: bool | None = row[0]
    return answer
