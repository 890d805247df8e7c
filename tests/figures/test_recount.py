"""The province's figures: recounted from the accepted workbooks, and read back from every output."""

from __future__ import annotations

import re
from decimal import Decimal
from email import message_from_bytes, policy

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from tasks.deliver import compose
from tasks.measure import measure
from tasks.settings import House
from tests.figures.recount import Province, Told, recount
from warehouse.returns import in_force, submissions

QUARTER = "2026-Q3"
PRINTED = {
    "smes_served": ("服务中小企业", "家"),
    "invention_patents_granted": ("发明专利授权", "件"),
}


@pytest.fixture(scope="module")
def province(demo_house: House) -> Province:
    registry = demo_house.registry
    roles = {(m.centre, m.unit): m.role for m in registry.memberships}
    told = [
        Told(
            one.judged.quarter or "",
            one.judged.centre or "",
            one.judged.unit or "",
            roles[one.judged.centre or "", one.judged.unit or ""],
            registry.unit[one.judged.unit or ""].kind,
            demo_house.inbox / one.arrival.name,
        )
        for one in in_force(submissions(demo_house.ledger))
    ]
    fellows: dict[str, set[str]] = {}
    for member in registry.memberships:
        fellows.setdefault(member.centre, set()).add(registry.unit[member.unit].uscc)
    return Province(told, fellows, sum((one.risk_fund_wan_cny for one in registry.openings), Decimal(0)))


@pytest.mark.parametrize("quarter", ["2026-Q2", QUARTER])
def test_a_recount_from_the_workbooks_gives_the_same(
    demo_house: House, province: Province, quarter: str
) -> None:
    figures = {
        f"{one.indicator}|{one.part}" if one.part else one.indicator: one.value
        for one in measure(demo_house, quarter)
        if one.level == "province" and one.period == "quarter"
    }
    counted = recount(province, quarter)
    wrong = {code: (value, figures[code]) for code, value in counted.items() if figures[code] != value}
    assert not wrong
    assert len(counted) > 50


def squeezed(text: str) -> str:
    """Text without any blank: renderings break lines where they like."""
    return re.sub(r"[\s\u00a0]+", "", text)


def expected(province: Province) -> list[str]:
    counted = recount(province, QUARTER)
    return [squeezed(f"{name}{counted[code]}{unit}") for code, (name, unit) in PRINTED.items()]


def test_page_pdf_and_both_parts_of_the_mail_show_what_was_counted(
    demo_house: House, province: Province
) -> None:
    folder = demo_house.editions / f"{QUARTER}-e1"
    letter = next(one for one in demo_house.ledger.letters() if one.subject == folder.name)
    message = message_from_bytes(compose(demo_house, letter).as_bytes(), policy=policy.default)
    texts = {
        "page": (folder / "report.html").read_text("utf-8"),
        "pdf": "".join(page.extract_text() for page in PdfReader(folder / "report.pdf").pages),
    }
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        texts[kind] = part.get_content()
    for where, text in texts.items():
        shown = squeezed(re.sub(r"<style.*?</style>|<svg.*?</svg>|<[^>]+>", "", text, flags=re.DOTALL))
        for words in expected(province):
            assert words in shown, (where, words)


def test_annex_holds_what_was_counted_as_numbers(demo_house: House, province: Province) -> None:
    book = load_workbook(demo_house.editions / f"{QUARTER}-e1" / "annex.xlsx", read_only=True)
    rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    counted = recount(province, QUARTER)
    for code, (name, _) in PRINTED.items():
        assert any(name in row and counted[code] in row for row in rows), name
