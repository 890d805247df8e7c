"""The demo's recipients: invented firms around each membership, colleges and institutes, and fellow members."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from expectations.codes import name_of
from tasks.demo_members import Member, Row, credit_code, dice, pick
from tasks.demo_units import numbers_of_year
from tasks.demo_words import FIRST, SECOND, THIRD, TRADES
from warehouse.registry import Size

POOL = 60  # firms around each membership

_INDUSTRY = "工业"
_SOFTWARE = "软件和信息技术服务业"
# class → span of employees and of last year's revenue (万元) from which a firm is drawn
_SPANS: dict[str, dict[str, tuple[tuple[int, int], tuple[int, int]]]] = {
    _INDUSTRY: {
        "大型": ((1100, 5600), (46000, 310000)),
        "中型": ((310, 900), (2600, 34000)),
        "小型": ((24, 280), (420, 1900)),
        "微型": ((6, 18), (60, 280)),
    },
    _SOFTWARE: {
        "大型": ((320, 900), (11000, 52000)),
        "中型": ((110, 280), (1300, 9200)),
        "小型": ((12, 95), (80, 940)),
        "微型": ((4, 9), (18, 46)),
    },
}
_CLASSES = {"小型": 0.44, "微型": 0.2, "中型": 0.3, "大型": 0.06}
_CITIES = {
    "1401": 24,
    "1408": 12,
    "1407": 12,
    "1404": 10,
    "1402": 9,
    "1405": 8,
    "1410": 8,
    "1411": 6,
    "1409": 5,
    "1403": 4,
    "1406": 4,
}
_PROVINCES = {"13": 4, "41": 4, "61": 4, "15": 3, "32": 2, "37": 2, "11": 2, "33": 1}
_PUBLIC = (  # kind, name, place
    ("高校", "示例晋中职业技术学院", "1407"),
    ("高校", "示例临汾工程职业学院", "1410"),
    ("高校", "示例长治师范学院", "1404"),
    ("高校", "示例中原理工学院", "41"),
    ("科研院所", "示例大同煤化工研究所", "1402"),
    ("科研院所", "示例忻州农机研究所", "1409"),
    ("科研院所", "示例西北材料研究院", "61"),
    ("其他", "示例阳泉中小企业服务中心", "1403"),
    ("其他", "示例运城装备行业协会", "1408"),
)


def size_of(sizes: Sequence[Size], industry: str, employees: int, revenue: int) -> str:
    """The class a firm declares: the largest whose two floors it meets; blank where the standard has none for it."""
    of_industry = [one for one in sizes if one.industry == industry]
    ordered = sorted(of_industry, key=lambda one: (one.min_employees, one.min_revenue_wan_cny), reverse=True)
    met = (one for one in ordered if employees >= one.min_employees and revenue >= one.min_revenue_wan_cny)
    return next((one.size for one in met), "")


def firm(member: Member, index: int, year: int, sizes: Sequence[Size]) -> Row:
    """One of the firms around a membership as it is in ``year``, in the columns that describe a recipient.

    Firms grow from year to year. A few never tell their head-count, a few are of an industry without a standard.
    """
    serial = member.position * POOL + index % POOL
    rng = dice(f"firm {serial}")
    place = _place(rng, member)
    industry = _SOFTWARE if member.field == "IT" and rng.random() < 0.4 else _INDUSTRY
    staff, revenue = _SPANS[industry][pick(rng, _CLASSES)]
    if rng.random() < 0.02:
        staff, revenue = (350, 800), (900, 1900)  # it misses one floor and drops a class
    growth = 1 + rng.uniform(-0.03, 0.12) * (year - 2024)
    heads, earned = round(rng.randint(*staff) * (1 + (growth - 1) / 3)), round(rng.randint(*revenue) * growth)
    odd = rng.random()
    row: Row = {
        "recipient_name": _name(serial, place, rng.choice(TRADES.get(member.field, TRADES["BA"]))),
        "recipient_uscc": credit_code(place, 1000 + serial),
        "recipient_kind": "企业",
        "recipient_industry": "其他行业" if odd > 0.98 else industry,
        "recipient_revenue_wan_cny": earned,
        "city": place,
    }
    if odd < 0.03:
        return row
    size = size_of(sizes, str(row["recipient_industry"]), heads, earned)
    return row | {"recipient_employees": heads} | ({"declared_size": size} if size else {})


def _place(rng: Random, member: Member) -> str:
    if rng.random() < 0.12:
        return pick(rng, _PROVINCES)
    return member.city if rng.random() < 0.35 else pick(rng, _CITIES)


def _name(serial: int, place: str, trade: str) -> str:
    """A name for each number: the two or three characters after the place tell it apart."""
    pairs, nth = divmod(serial, len(FIRST) * len(SECOND))
    third = THIRD[pairs % len(THIRD)] * (1 + pairs // len(THIRD)) if pairs else ""
    style = FIRST[nth % len(FIRST)] + SECOND[nth // len(FIRST)] + third
    return f"示例{name_of('city', place)}{style}{trade}有限公司"


def public_body(rng: Random) -> Row:
    """A college, an institute or an association: not an enterprise, so it has no size."""
    index = rng.randrange(len(_PUBLIC))
    kind, name, place = _PUBLIC[index]
    code = credit_code(place, 901 + index, "12")
    return {"recipient_name": name, "recipient_uscc": code, "recipient_kind": kind, "city": place}


def fellow_member(fellow: Member, year: int, sizes: Sequence[Size]) -> Row:
    """A fellow member of the same centre: the transfer stays inside."""
    row: Row = {
        "recipient_name": fellow.unit_name,
        "recipient_uscc": fellow.uscc,
        "recipient_kind": fellow.kind,
        "city": fellow.city,
    }
    if fellow.kind != "企业":
        return row
    heads, revenue = numbers_of_year(fellow, year)
    size = size_of(sizes, _INDUSTRY, heads, revenue)
    more: Row = {
        "recipient_industry": _INDUSTRY,
        "recipient_employees": heads,
        "recipient_revenue_wan_cny": revenue,
    }
    return row | more | {"declared_size": size}
