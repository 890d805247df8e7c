"""Sheets 7 and 8 of the demo: products that find their market, and the money that centres raise and share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from expectations.quarter import Quarter
from tasks.demo_book import Book, Product
from tasks.demo_diffusion import day_of
from tasks.demo_members import Member, Row, dice, ordinal, pick, quarter_of, some_day
from tasks.demo_units import number, unit_figures
from tasks.demo_words import BANKS, FISCAL, FUNDS, INSURERS, technologies

_ON_SALE = {"新产品": 0.8, "新装备": 0.7, "新工艺": 0.35}
_SEASON = {1: 0.82, 2: 1.0, 3: 1.0, 4: 1.2}
# kind → how likely an operating company raises it in each quarter of the year, and how much (万元)
_RAISED: dict[str, tuple[tuple[float, float, float, float], tuple[int, int]]] = {
    "财政": ((0.3, 0.55, 0.35, 0.6), (120, 480)),
    "股权": ((0.06, 0.14, 0.14, 0.18), (600, 2400)),
    "贷款": ((0.2, 0.25, 0.25, 0.3), (200, 1100)),
    "基金": ((0.08, 0.14, 0.14, 0.2), (300, 1300)),
    "保险": ((0.2, 0.15, 0.15, 0.2), (15, 70)),
    "收益分配": ((0.25, 0.3, 0.1, 0.4), (40, 240)),
    "风险金缴存": ((0.75, 0.75, 0.75, 0.85), (10, 42)),
    "风险金赔付": ((0.05, 0.05, 0.07, 0.08), (5, 24)),
}
_GIVEN: dict[str, dict[str, float]] = {
    "企业": {"资金投入": 4, "设备投入": 3, "人员投入": 3, "知识产权投入": 2},
    "科研院所": {"知识产权投入": 4, "人员投入": 4, "设备投入": 2},
    "高校": {"知识产权投入": 5, "人员投入": 4, "设备投入": 1},
    "金融机构": {"资金投入": 1},
    "其他": {"人员投入": 1},
}
_GIVEN_AMOUNT = {
    "资金投入": (80, 520),
    "设备投入": (60, 360),
    "人员投入": (10, 70),
    "知识产权投入": (40, 260),
}


def product_before(member: Member, quarter: Quarter) -> list[Product]:
    """What firms sold already when the story began: a product each for most, with no result of the centre's behind it."""
    rng = dice(f"products {member.centre} {member.unit}")
    if member.kind != "企业" or rng.random() < 0.35:
        return []
    sold = date(2023, 1, 15) + timedelta(days=rng.randint(0, 590))
    topic = technologies(member.branch)[(member.seat * 5 + 3) % len(technologies(member.branch))]
    return [_product(member, quarter, f"{topic}定型产品", "", sold, rng)]


def _product(member: Member, quarter: Quarter, name: str, output_no: str, sold: date, rng: Random) -> Product:
    revenue = number(unit_figures(member, quarter), "revenue_wan_cny")
    normal = revenue * (rng.uniform(0.03, 0.09) if member.runs else rng.uniform(0.004, 0.016))
    return Product(
        name, output_no, sold, normal, rng.uniform(0.12, 0.55), max(2, round(normal / rng.uniform(25, 70)))
    )


def remember_products(member: Member, quarter: Quarter, outputs: Sequence[Row], book: Book) -> None:
    """Which of these results will be sold, and from when."""
    if member.kind != "企业":
        return
    names = {one.name for one in book.products[member.key]}
    for row in outputs:
        rng = dice(f"on sale {row['output_no']}")
        if rng.random() < _ON_SALE.get(str(row["kind"]), 0) and str(row["title"]) not in names:
            names.add(str(row["title"]))
            sold = day_of(row, "output_date") + timedelta(days=rng.randint(50, 300))
            made = _product(member, quarter, str(row["title"]), str(row["output_no"]), sold, rng)
            book.products[member.key].append(made)


def industrialisation_rows(member: Member, quarter: Quarter, book: Book) -> tuple[Row, ...]:
    """Sheet 7: every product on sale by the end of the quarter."""
    on_sale = (one for one in book.products[member.key] if one.first_sale <= quarter.end)
    return tuple(_sales(one, quarter) for one in on_sale)


def _sales(product: Product, quarter: Quarter) -> Row:
    rng = dice(f"sales {product.name} {product.output_no} {quarter}")
    since = ordinal(quarter) - ordinal(quarter_of(product.first_sale))
    # A new product needs a year and a half to find its market, and grows slowly afterwards.
    reached = min(1.0, 0.2 + 0.14 * since) * 1.015 ** max(0, since - 6)
    sales = round(product.normal * reached * _SEASON[quarter.number] * rng.uniform(0.94, 1.06), 2)
    share = product.sme_share * rng.uniform(0.92, 1.08)
    row: Row = {"output_no": product.output_no} if product.output_no else {}
    return row | {
        "product": product.name,
        "first_sale_date": product.first_sale,
        "sales_wan_cny": sales,
        "sme_sales_wan_cny": round(sales * share, 2),
        "buyers": max(1, round(product.buyers * min(1.0, reached))),
    }


def finance_rows(
    member: Member, quarter: Quarter, book: Book, companions: Sequence[Member]
) -> tuple[Row, ...]:
    """Sheet 8: what the operating company raises, shares and sets aside; what other members put in."""
    rng = dice(f"finance {member.centre} {member.unit} {quarter}")
    if member.role == "运营主体":
        events = [
            (kind, _counterparty(kind, companions, rng), rng.randint(*amount))
            for kind, (likely, amount) in _RAISED.items()
            if rng.random() < likely[quarter.number - 1]
        ]
    else:
        events = [_contribution(member, companions, rng)] if rng.random() < 0.42 else []
    dated = sorted((some_day(rng, quarter), *event) for event in events)
    return tuple(_finance(member, quarter, book, *each) for each in dated)


def _finance(
    member: Member, quarter: Quarter, book: Book, day: date, kind: str, other: tuple[str, str], amount: int
) -> Row:
    serial = book.next(f"{member.centre} finance {quarter}")
    row: Row = {
        "event_no": f"{member.centre}-F{quarter.year % 100}Q{quarter.number}-{serial:02d}",
        "event_date": day,
        "kind": kind,
        "amount_wan_cny": amount,
    }
    return row | ({"counterparty": other[0], "counterparty_kind": other[1]} if other[0] else {})


def _contribution(
    member: Member, companions: Sequence[Member], rng: Random
) -> tuple[str, tuple[str, str], int]:
    kind = pick(rng, _GIVEN[member.kind])
    operating = next((one.unit_name for one in companions if one.role == "运营主体"), "")
    return kind, (operating, "企业" if operating else ""), rng.randint(*_GIVEN_AMOUNT[kind])


def _counterparty(kind: str, companions: Sequence[Member], rng: Random) -> tuple[str, str]:
    """Where the money comes from: a financial member of the centre now and then, else an invented office or house."""
    financial = [one.unit_name for one in companions if one.kind == "金融机构"]
    if kind in {"贷款", "基金"} and financial and rng.random() < 0.5:
        return rng.choice(financial), "金融机构"
    match kind:
        case "财政":
            return rng.choice(FISCAL), "其他"
        case "贷款":
            return rng.choice(BANKS), "金融机构"
        case "基金":
            return rng.choice(FUNDS), "金融机构"
        case "保险":
            return rng.choice(INSURERS), "金融机构"
        case "股权":
            holders = [(one.unit_name, one.kind) for one in companions]
            return rng.choice(holders or [(FUNDS[0], "金融机构")])
    return "", ""
