"""Where an indicator comes from, as printed: columns of the form's sheets and tables of the registry."""

from __future__ import annotations

from expectations.form import the_form
from expectations.relations import numbers

# What is known without a return: tables of the registry, and how each return stands by the ledger.
REGISTERED = {
    "centres": ("中心登记", "register of centres"),
    "stages": ("中心阶段登记", "register of stages"),
    "units": ("单位登记", "register of units"),
    "memberships": ("成员登记", "register of members"),
    "openings": ("期初余额登记", "register of openings"),
    "thresholds": ("门槛登记", "register of thresholds"),
    "settlements": ("主管部门裁定", "decisions on claims"),
    "returns": ("报送台账", "ledger of returns"),
}


def told_basis(name: str, columns: tuple[str, ...]) -> str:
    """One sheet or table in Chinese: ``研发项目表[12]至[15]``."""
    if name in REGISTERED:
        return REGISTERED[name][0]
    sheet = the_form().by_name[name]
    return f"{sheet.zh}表{numbers(sheet, columns, '、', '至')}"


def told_basis_en(name: str, columns: tuple[str, ...]) -> str:
    """The same in English."""
    if name in REGISTERED:
        return REGISTERED[name][1]
    sheet = the_form().by_name[name]
    return f"{sheet.en[0].lower()}{sheet.en[1:]} sheet {numbers(sheet, columns, ', ', ' to ')}".rstrip()
