"""The seven figures: counted by hand from the demo's story, recounted from the workbooks, and read back from every output."""

from __future__ import annotations

import re
from decimal import Decimal
from email import message_from_bytes, policy
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from tasks.deliver import compose
from tasks.measure import measure
from tasks.settings import House
from tests.figures.recount import recount
from warehouse.returns import in_force, submissions

# Read off the demo's story by hand (registry, PLANTED faults and events); see tests/demo for what the story holds.
BY_HAND = {
    "centres_recognised": Decimal(2),  # EQ01 since 2020-12, NM01 since 2026-05; IT01 is still 培育
    "rd_person_years": Decimal("292.2"),
    "operating_rd_staff_share": Decimal(60) / 87,
    "smes_served": Decimal(24),
    "contract_value_wan_cny": Decimal("2607.5"),
    "days_output_to_transfer": Decimal(102),
    "reporting_rate": Decimal(10) / 11,  # one of eleven is missing; late and returned ones were received
}
PRINTED = {
    "centres_recognised": ("已认定创新中心", "2 家"),
    "rd_person_years": ("研发人员投入", "292.2 人年"),
    "operating_rd_staff_share": ("运营主体研发人员占比", "69.0%"),
    "smes_served": ("服务中小企业", "24 家"),
    "contract_value_wan_cny": ("技术合同成交额", "2,608 万元"),
    "days_output_to_transfer": ("产出到首次转移", "102 天"),
    "reporting_rate": ("报送率", "90.9%"),
}
QUARTER = "2026-Q3"


def squeezed(text: str) -> str:
    """Text without any blank: renderings break lines where they like."""
    return re.sub(r"[\s\u00a0]+", "", text)


def test_the_warehouse_holds_what_was_counted_by_hand(demo_house: House) -> None:
    figures = {
        one.indicator: one.value
        for one in measure(demo_house, QUARTER)
        if one.level == "province" and one.period == "quarter"
    }
    assert figures == BY_HAND


@pytest.mark.parametrize("quarter", ["2026-Q1", "2026-Q2", "2026-Q3"])
def test_a_recount_from_the_workbooks_gives_the_same(demo_house: House, quarter: str) -> None:
    registry = demo_house.registry
    returns = [
        (
            one.judged.quarter or "",
            one.judged.centre or "",
            one.judged.unit or "",
            demo_house.inbox / one.arrival.name,
        )
        for one in in_force(submissions(demo_house.ledger))
    ]
    fellows: dict[str, set[str]] = {}
    for member in registry.memberships:
        fellows.setdefault(member.centre, set()).add(registry.unit[member.unit].uscc)
    operating = {member.unit for member in registry.memberships if member.role == "运营主体"}
    counted = recount(returns, quarter, fellows, operating)
    figures = {
        one.indicator: one.value
        for one in measure(demo_house, quarter)
        if one.level == "province" and one.period == "quarter"
    }
    assert {code: figures[code] for code in counted} == counted


def test_page_shows_the_seven(demo_house: House) -> None:
    page = (demo_house.editions / f"{QUARTER}-e1" / "report.html").read_text("utf-8")
    text = squeezed(re.sub(r"<style.*?</style>|<svg.*?</svg>|<[^>]+>", "", page, flags=re.DOTALL))
    for name, value in PRINTED.values():
        assert squeezed(name + value) in text, (name, value)


def test_pdf_shows_the_seven(demo_house: House) -> None:
    reader = PdfReader(demo_house.editions / f"{QUARTER}-e1" / "report.pdf")
    text = squeezed("".join(page.extract_text() for page in reader.pages))
    for name, value in PRINTED.values():
        assert squeezed(name + value) in text, (name, value)


def test_annex_holds_the_seven_as_numbers(demo_house: House) -> None:
    book = load_workbook(demo_house.editions / f"{QUARTER}-e1" / "annex.xlsx")
    rows = list(book["指标"].iter_rows(values_only=True))
    found = {row[0]: row for row in rows if row[2:5] == ("本季", "全省", "全省")}
    for code, (name, _) in PRINTED.items():
        value = found[name][5]
        exact = BY_HAND[code] * (100 if found[name][6] == "%" else 1)
        assert isinstance(value, int | float), name
        assert abs(Decimal(str(value)) - exact) <= Decimal("0.5"), name
    assert found["技术合同成交额"][8] == 2607.5, "the unrounded sum stands beside the rounded figure"
    assert found["运营主体研发人员占比"][8:10] == (60, 87)


def test_mail_shows_the_seven_in_text_and_html(demo_house: House) -> None:
    letter = next(one for one in demo_house.ledger.letters() if one.subject == f"{QUARTER}-e1")
    message = message_from_bytes(compose(demo_house, letter).as_bytes(), policy=policy.default)
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        text = squeezed(re.sub(r"<style.*?</style>|<[^>]+>", "", part.get_content(), flags=re.DOTALL))
        for name, value in PRINTED.values():
            assert squeezed(name + value) in text, (kind, name, value)
    attached = {part.get_content_type(): part.get_content() for part in message.iter_attachments()}
    assert "292.2" in squeezed(
        "".join(p.extract_text() for p in PdfReader(BytesIO(attached["application/pdf"])).pages)
    )
