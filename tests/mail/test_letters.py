"""Letters as they arrive, by the road they take in production: STARTTLS, verified certificate, login (acceptance 7)."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from expectations.form import the_form
from expectations.quarter import Quarter
from reports.answer import gravest_first
from reports.view import build_view
from tasks.facts import facts_of
from tasks.findings_sheet import FIRST_ROW
from tasks.known import known
from tests.figures.test_recount import squeezed

SHEETS = [sheet.zh for sheet in the_form().sheets]


@pytest.fixture
def letters(received):
    return received[1]


@pytest.fixture
def report(received):
    house, letters = received
    key = next(one.key for one in house.ledger.letters() if one.subject == "2026-Q3-e1")
    return letters[key]


@pytest.fixture
def answer(received):
    """The answer to the first file with a verdict (newest quarter first)."""
    house, letters = received

    def find(verdict: str, quarter: str | None = "2026-Q3"):
        judged = next(
            one for one in house.ledger.verdicts() if (one.verdict, one.quarter) == (verdict, quarter)
        )
        return judged, letters[f"answer-{judged.sha256[:12]}"]

    return find


def text(message) -> str:
    return message.get_body(("plain",)).get_content()


def html(message) -> str:
    return message.get_body(("html",)).get_content()


def attached(message) -> dict[str, bytes]:
    found = {}
    for part in message.iter_attachments():
        content = part.get_content()
        found[part.get_filename()] = content if isinstance(content, bytes) else content.encode()
    return found


def test_every_letter_arrived_once_and_is_marked_sent(received):
    house, letters = received
    assert set(letters) == {one.key for one in house.ledger.letters("sent")}
    assert house.ledger.letters("queued", "sending", "failed", "unknown") == []
    assert house.ledger.broken_link() is None


def test_every_letter_goes_to_the_addresses_the_ledger_holds(received):
    house, letters = received
    for one in house.ledger.letters():
        message = letters[one.key]
        assert tuple(address.addr_spec for address in message["To"].addresses) == one.recipients
        assert message["From"].addresses[0].addr_spec == "jinchuang@office.example"
        assert message["Message-ID"] == f"<{one.key}@office.example>"
        assert message["Date"].datetime == house.now()
        assert (message["Cc"], message["Bcc"]) == (None, None)
        assert not message.defects


# ── the report
def test_a_report_is_text_html_picture_and_three_files(report):
    assert report.get_content_type() == "multipart/mixed"
    alternative = report.get_payload()[0]
    assert alternative.get_content_type() == "multipart/alternative"
    plain, related = alternative.get_payload()
    assert (plain.get_content_type(), related.get_content_type()) == ("text/plain", "multipart/related")
    types = [part.get_content_type() for part in report.iter_attachments()]
    assert types == [
        "application/pdf",
        "text/html",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]


def test_subject_and_file_names_are_chinese_and_travel_as_ascii(report):
    assert "2026年第三季度" in report["Subject"]
    assert list(attached(report)) == [
        "全省制造业创新中心建设进展_2026-Q3-e1.pdf",
        "全省制造业创新中心建设进展_2026-Q3-e1.html",
        "全省制造业创新中心建设进展_2026-Q3-e1_数据表.xlsx",
    ]
    head = report.as_bytes().partition(b"\n\n")[0]
    assert head.isascii()
    assert all(len(line) <= 998 for line in report.as_bytes().splitlines())


def test_pictures_are_inline_and_nothing_is_fetched(report):
    body = html(report)
    related = report.get_payload()[0].get_payload()[1]
    pictures = {part["Content-ID"].strip("<>"): part for part in list(related.iter_parts())[1:]}
    assert pictures
    assert set(re.findall(r'src="cid:([^"]+)"', body)) == set(pictures)
    for part in pictures.values():
        assert part.get_content_disposition() == "inline"
        assert part.get_content_type() == "image/png"
        assert part.get_content().startswith(b"\x89PNG\r\n")
    assert not re.findall(r"""(?:src|href)=["']?https?:|url\(['"]?http""", body)


def test_the_files_are_those_of_the_edition(received, report):
    house, _ = received
    folder = house.editions / "2026-Q3-e1"
    pdf, page, annex = attached(report).values()
    assert pdf == (folder / "report.pdf").read_bytes()
    assert annex == (folder / "annex.xlsx").read_bytes()
    assert page.decode().split() == (folder / "report.html").read_text("utf-8").split()


def test_each_key_figure_stands_in_text_html_pdf_page_and_annex(received, report):
    house, _ = received
    view = build_view(facts_of(known(house), Quarter.parse("2026-Q3")), 1, house.now())
    figures = [one for block in view.chapters[0].blocks if block.kind == "figures" for one in block.figures]
    assert len(figures) == 8
    pdf, page, annex = attached(report).values()
    in_pdf = "".join(one.extract_text() for one in PdfReader(BytesIO(pdf)).pages)
    book = load_workbook(BytesIO(annex))
    in_annex = "".join(
        str(cell) for sheet in book for row in sheet.values for cell in row if cell is not None
    )
    places = (
        text(report),
        re.sub(r"<[^>]+>", "", html(report)),
        in_pdf,
        re.sub(r"<[^>]+>", "", page.decode()),
    )
    for figure in figures:
        assert squeezed(figure.label) in squeezed(in_annex)
        for said in map(squeezed, places):
            assert squeezed(figure.label) in said
            assert squeezed(figure.value) in said


# ── answers
def test_what_is_returned_comes_with_the_units_own_workbook_marked(received, answer):
    house, _ = received
    judged, message = answer("returned")
    findings = house.ledger.findings(judged.sha256)
    assert "退回更正" in message["Subject"]
    ((name, content),) = attached(message).items()
    assert re.fullmatch(r"审核结果_2026-Q3_EQ01_U03_[0-9a-f]{12}_returned\.xlsx", name)
    book = load_workbook(BytesIO(content))
    assert book.sheetnames[0] == "审核结果"
    assert set(SHEETS) <= set(book.sheetnames)
    listed = [row[3] for row in book["审核结果"].iter_rows(min_row=FIRST_ROW, values_only=True)]
    assert listed == [one.cell for one in gravest_first(findings)]
    for one in findings:
        comment = book[one.sheet][one.cell].comment
        assert comment is not None
        assert one.zh in comment.text


@pytest.mark.parametrize("part", [text, html])
def test_every_finding_is_said_with_its_cell_in_chinese_before_english(received, answer, part):
    from html import unescape

    house, _ = received
    judged, message = answer("returned")
    said = unescape(part(message))
    for one in house.ledger.findings(judged.sha256):
        assert one.cell in said
        assert said.index(one.zh) < said.index(one.en)
    assert said.index("审核结果") < said.index("returned")


def test_a_refused_file_is_never_sent_back(received, answer):
    house, _ = received
    judged, message = answer("refused", quarter=None)
    assert attached(message) == {}
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert "【拒收】" in message["Subject"]
    assert message["To"] == "operator@office.example"
    (finding,) = house.ledger.findings(judged.sha256)
    assert finding.zh in text(message)
    assert finding.en in text(message)


def test_an_accepted_return_gets_a_receipt_of_what_was_read(received, answer):
    house, _ = received
    judged, message = answer("accepted")
    assert attached(message) == {}
    assert "已采用" in message["Subject"]
    sheet = load_workbook(house.archive.raw_path(judged.sha256).open("rb"))[the_form().by_name["unit"].zh]
    column = the_form().by_name["unit"].by_name["rd_person_years"]
    value = sheet[the_form().by_name["unit"].address("rd_person_years", 0)].value
    assert f"{column.zh}：{value} {column.unit}" in text(message)
    assert f"{column.en}: {value}" in text(message)


def test_a_held_return_says_that_it_is_not_used_yet(answer):
    _, message = answer("held")
    assert "待核" in message["Subject"]
    assert "暂不采用" in text(message)
    assert "held" in text(message)


def test_people_and_their_numbers_are_in_no_letter(received):
    """Contacts stay out of answers: the annotated workbook goes only to the unit that wrote them."""
    _, letters = received
    for message in letters.values():
        for said in (text(message), html(message)):
            assert "示例统计员" not in said
            assert "@unit.example" not in said
