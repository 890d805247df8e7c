"""The demo's recipients: invented firms around each membership, and three special cases."""

from __future__ import annotations

from stdnum.cn import uscc

from expectations.codes import name_of
from tasks.demo_facts import Member, Row, dice

POOL = 6  # firms around each membership; a return serves a window of them that moves on by one each quarter

# class → span of employees and of last year's revenue (万元) that put a firm safely into it
_SPANS: dict[str, dict[str, tuple[tuple[int, int], tuple[int, int]]]] = {
    "工业": {
        "小型": ((24, 280), (420, 1900)),
        "微型": ((6, 18), (60, 280)),
        "中型": ((310, 880), (2600, 31000)),
    },
    "软件和信息技术服务业": {
        "小型": ((12, 95), (80, 940)),
        "微型": ((4, 9), (18, 46)),
        "中型": ((110, 280), (1300, 9200)),
    },
}
_CITIES = ("1401", "1408", "1407", "1404", "1402", "1410", "1405", "1409", "1403", "1411", "1406")
_PROVINCES = ("13", "41", "61", "15", "32")
_TRADES = {
    "EQ": ("机械", "锻造", "矿山装备"),
    "NM": ("镁业", "铝业", "压铸"),
    "IT": ("软件", "智能制造", "自动化"),
}
_FIRST, _SECOND = "恒瑞鼎盛宏泰华博源启嘉", "达通远丰益科"


def credit_code(place: str, serial: int, entity: str = "91") -> str:
    """A valid credit code that nobody has: the place, ``MA0EX``, a serial and the check digit."""
    body = f"{entity}{place:0<6}MA0EX{serial:04d}"
    return body + uscc.calc_check_digit(body)


def firm(member: Member, index: int) -> Row:
    """One of the small or medium firms around a membership, in the columns that describe a recipient."""
    serial = member.position * POOL + index
    rng = dice(f"firm {serial}")
    place = _PROVINCES[serial // 7 % len(_PROVINCES)] if serial % 7 == 3 else _CITIES[serial % len(_CITIES)]
    industry = "软件和信息技术服务业" if member.field == "IT" and index % 2 else "工业"
    size = rng.choice(("小型", "小型", "小型", "微型", "中型", "中型"))
    staff, revenue = _SPANS[industry][size]
    if serial == 32:  # staff of a medium firm, revenue of a small one: it must miss a floor and drop a class
        size, staff, revenue = "小型", (420, 420), (1800, 1800)
    trade = _TRADES[member.field][index % 3]
    name = f"示例{name_of('city', place)}{_FIRST[serial % 11]}{_SECOND[serial // 11]}{trade}有限公司"
    return {
        "recipient_name": name,
        "recipient_uscc": credit_code(place, 1000 + serial),
        "recipient_kind": "企业",
        "recipient_industry": industry,
        "recipient_employees": rng.randint(*staff),
        "recipient_revenue_wan_cny": rng.randint(*revenue),
        "city": place,
        "declared_size": size,
    }


LARGE_FIRM: Row = {
    "recipient_name": "示例晋北重工集团股份有限公司",
    "recipient_uscc": credit_code("140200", 902),
    "recipient_kind": "企业",
    "recipient_industry": "工业",
    "recipient_employees": 5200,
    "recipient_revenue_wan_cny": 268000,
    "city": "1402",
    "declared_size": "大型",
}
UNKNOWN_SIZE: Row = {  # no head-count, so nobody can tell its size
    "recipient_name": "示例运城宏泰铸造厂",
    "recipient_uscc": credit_code("140800", 903),
    "recipient_kind": "企业",
    "recipient_industry": "工业",
    "recipient_revenue_wan_cny": 960,
    "city": "1408",
}
COLLEGE: Row = {
    "recipient_name": "示例晋中职业技术学院",
    "recipient_uscc": credit_code("140700", 901, "12"),
    "recipient_kind": "高校",
    "city": "1407",
}
