"""Returns by mail: whose they are, what is replied, what is left alone, and what marks a mail as dealt with."""

from __future__ import annotations

import json
from dataclasses import replace
from email.message import EmailMessage

import pytest

from tasks.alert import standing_alerts
from tasks.collect import collect
from tasks.deliver import deliver
from tasks.letters import compose
from tasks.sources import mailbox as mailbox_module
from tests.mail.server import Behaviour, mail_server
from tests.sources.conftest import mail
from warehouse.ledger import Ledger

OPERATOR = "operator@office.example"
BOOK = ("U01.xlsx", b"a return")


@pytest.fixture
def house(declare, post):
    return declare({"post": "imap://INBOX"}, {"post": post.connection()})


def letters(house, kind: str):
    return [one for one in house.ledger.letters() if one.kind == kind]


def flags(post, folder: str = "INBOX") -> dict[str, tuple[str, ...]]:
    """Subject → flags of every mail in a folder."""
    with post.box(folder) as box:
        return {one.subject: one.flags for one in box.fetch(mark_seen=False)}


def test_each_workbook_is_an_arrival_received_when_the_mailbox_received_it(house, post):
    post.put(
        mail("示例填表丙 <U01@Unit.example>", BOOK, ("季报.XLSX", b"another")), "2026-10-11T23:59:59+08:00"
    )
    assert len(collect(house)) == 2
    found = house.ledger.arrivals()
    assert [(one.name, one.sender) for one in found] == [
        ("U01.xlsx", "u01@unit.example"),
        ("季报.XLSX", "u01@unit.example"),
    ]
    assert {one.received_at.isoformat() for one in found} == {"2026-10-11T15:59:59+00:00"}
    assert flags(post) == {"2026年第三季度季报": ("\\Seen",)}


def test_the_receipt_goes_out_as_a_reply_to_all_addresses_of_the_unit(declare, post, tmp_path):
    with mail_server(tmp_path / "ca.pem", Behaviour()) as smtp:
        house = declare(
            {"post": "imap://INBOX"},
            {"post": post.connection()},
            deliver=True,
            smtp_url=smtp.url,
            smtp_ca=smtp.ca,
        )
        contacts = house.settings.registry / "contacts.csv"
        contacts.write_text(f"{contacts.read_text('utf-8')}U01,second@unit.example\n", "utf-8")
        packed = ("报表.zip", b"PK")
        post.put(
            mail(
                "u01@unit.example", BOOK, packed, References="<0@unit.example> <broken", id="<7@unit.example>"
            )
        )
        collect(house)
        deliver(house)
        (reply,) = smtp.behaviour.letters
    assert reply["To"] == "u01@unit.example, second@unit.example"
    assert reply["In-Reply-To"] == "<7@unit.example>"
    assert reply["References"] == "<0@unit.example> <7@unit.example>"
    assert reply["Auto-Submitted"] == "auto-replied"
    assert reply["Subject"] == "【已收到】2026年第三季度季报 · attachments received: 1"
    for part in ("plain", "html"):
        body = reply.get_body((part,)).get_content()
        for said in (
            "2026年10月10日 09:00收到来信“2026年第三季度季报”，收下附件 1 件，审核结果另行答复。",
            "U01.xlsx",
            "已收下，待审核。",
            "报表.zip",
            "Archives and mails attached to a mail are not opened.",
            "直接作为附件（不压缩）重新发送",
        ):
            assert said in body


def test_a_mail_without_a_workbook_is_told_what_to_send(house, post):
    post.put(mail("u01@unit.example", ("季报.xls", b"old"), subject="季报"))
    post.put(mail("u02@unit.example", subject=""))
    assert collect(house) == []
    first, second = (compose(house, one) for one in letters(house, "receipt"))
    assert first["Subject"].startswith("【未收到报表】季报")
    assert "季报.xls" in first.as_bytes().decode() or "季报.xls" in first.get_body(("plain",)).get_content()
    assert "没有 .xlsx 工作簿" in second.get_body(("plain",)).get_content()
    assert "无主题" in second["Subject"]


def test_a_mail_in_a_mail_is_not_opened(house, post):
    message = mail("u01@unit.example", BOOK, subject="转发")
    message.add_attachment(mail("u02@unit.example", ("U02.xlsx", b"of another"), subject="原信"))
    post.put(message)
    collect(house)
    assert [one.name for one in house.ledger.arrivals()] == ["U01.xlsx"]
    (receipt,) = letters(house, "receipt")
    assert json.loads(receipt.about)["left"] == ["mail.eml"]


def test_what_a_stranger_sends_is_archived_and_nobody_is_replied_to(house, post):
    post.put(mail("stranger@elsewhere.example", BOOK))
    post.put(mail("stranger@elsewhere.example", subject="广告 & <b>"))
    post.put(mail("", ("U02.xlsx", b"nobody's")))
    assert len(collect(house)) == 2
    assert [one.sender for one in house.ledger.arrivals()] == ["stranger@elsewhere.example", "(none)"]
    assert letters(house, "receipt") == []
    (stray,) = letters(house, "strays")  # of the mail without a workbook; workbooks are answered once judged
    assert stray.recipients == (OPERATOR,)
    text = compose(house, stray).get_body(("plain",)).get_content()
    assert "广告 & <b>" in text
    assert "stranger@elsewhere.example" in text
    assert collect(house) == []
    assert len(house.ledger.letters()) == 1


def test_nothing_automatic_is_replied_to(house, post):
    away = mail("u01@unit.example", subject="自动回复", Auto_Submitted="auto-replied")
    own = mail(house.settings.mail_from, BOOK, subject="审核结果")
    post.put_all([away, own], "2026-10-10T09:00:00+08:00")
    assert collect(house) == []
    assert house.ledger.letters() == []
    assert all("\\Seen" in one for one in flags(post).values())


def test_a_mail_somebody_has_read_is_taken_all_the_same(house, post):
    post.put(mail("u01@unit.example", BOOK))
    with post.box() as box:
        box.flag(box.uids("ALL"), ["\\Seen"], True)
    assert len(collect(house)) == 1


def test_mails_are_moved_where_the_source_says(declare, post):
    house = declare({"post": "imap://INBOX?done=%E5%B7%B2%E6%94%B6"}, {"post": post.connection()})
    post.put(mail("u01@unit.example", BOOK))
    assert len(collect(house)) == 1
    assert flags(post) == {}
    assert "\\Seen" in flags(post, "已收")["2026年第三季度季报"]
    post.put(mail("u01@unit.example", ("U01.xlsx", b"a later version"), subject="更正"))
    assert len(collect(house)) == 1
    assert len(letters(house, "receipt")) == 2


@pytest.mark.parametrize(
    ("results", "sender"),
    [
        (["mx.office.example; spf=pass; dmarc=pass header.from=unit.example"], "u01@unit.example"),
        (["mx.office.example 1; dmarc=fail; dkim=pass"], "unverified u01@unit.example"),
        (["mx.elsewhere.example; dmarc=pass"], "unverified u01@unit.example"),
        ([], "unverified u01@unit.example"),
        # The server's own word stands above what came with the mail.
        (["mx.office.example; dmarc=fail", "mx.office.example; dmarc=pass"], "unverified u01@unit.example"),
    ],
)
def test_a_sender_is_vouched_for_by_the_server_asked(declare, post, results, sender):
    house = declare({"post": "imap://INBOX?vouched_by=mx.office.example"}, {"post": post.connection()})
    message = mail("u01@unit.example", BOOK).as_bytes()
    post.put("".join(f"Authentication-Results: {one}\r\n" for one in results).encode() + message)
    collect(house)
    assert [one.sender for one in house.ledger.arrivals()] == [sender]
    assert len(letters(house, "receipt")) == (sender == "u01@unit.example")


def test_two_senders_are_none(house, post):
    post.put(b"From: stranger@elsewhere.example\r\n" + mail("u01@unit.example", BOOK).as_bytes())
    collect(house)
    assert [one.sender for one in house.ledger.arrivals()] == ["(none)"]


def test_mails_of_all_shapes_stop_nothing(house, post):
    nonsense = (
        b"",
        b"\xff\xfe\x00\r\n\r\n",
        b"From: u01@unit.example\r\nSubject: =?utf-8?b?%%%?=\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n--\r\n",
        b"From: =?gb18030?b?/////w==?= <u02@unit.example>\r\nSubject: =?x-none?q?a?=\r\n\r\n\r\n",
        b"From: u03@unit.example\r\nContent-Type: application/octet-stream; name*0*=gb18030''%FF; name*2=x.xlsx\r\n\r\nx",
    )
    post.put_all([one or b"\r\n" for one in nonsense], "2026-10-10T09:00:00+08:00")
    gbk = mail("u01@unit.example", BOOK).as_bytes()
    gbk = gbk.replace(b'filename="U01.xlsx"', b'filename="=?GB18030?B?' + b"vL6xqC54bHN4" + b'?="')
    post.put(gbk)
    collect(house)
    assert "季报.xlsx" in [one.name for one in house.ledger.arrivals()]
    for one in house.ledger.letters():
        compose(house, one)
    seq = house.ledger.last_seq()
    collect(house)
    assert house.ledger.last_seq() == seq


def test_a_mail_too_large_is_not_fetched(house, post, monkeypatch):
    monkeypatch.setattr(mailbox_module, "LARGEST", 10_000)
    post.put(mail("u01@unit.example", ("U01.xlsx", b"x" * 20_000)))
    assert collect(house) == []
    (receipt,) = letters(house, "receipt")
    assert "没有收下任何报表" in compose(house, receipt).get_body(("plain",)).get_content()


def test_interrupted_between_archive_ledger_and_mailbox_nothing_is_lost_or_told_twice(
    house, post, monkeypatch
):
    post.put(mail("u01@unit.example", BOOK))

    def dies(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(Ledger, "record_arrivals", dies)
    with pytest.raises(KeyboardInterrupt):
        collect(house)
    assert flags(post) == {"2026年第三季度季报": ()}
    assert letters(house, "receipt") == []
    monkeypatch.undo()
    monkeypatch.setenv("AIRFLOW_CONN_POST", post.connection())
    monkeypatch.setattr(mailbox_module.Mailbox, "acknowledge", dies)
    with pytest.raises(KeyboardInterrupt):
        collect(house)
    assert len(letters(house, "receipt")) == len(house.ledger.arrivals()) == 1
    monkeypatch.undo()
    monkeypatch.setenv("AIRFLOW_CONN_POST", post.connection())
    assert collect(house) == []
    assert flags(post) == {"2026年第三季度季报": ("\\Seen",)}
    assert len(house.ledger.letters()) == len(house.ledger.arrivals()) == 1


def test_a_mail_deleted_since_it_was_listed_is_passed_over(house, post, monkeypatch):
    post.put(mail("u01@unit.example", BOOK))
    listed = mailbox_module.Mailbox._listed
    monkeypatch.setattr(
        mailbox_module.Mailbox,
        "_listed",
        lambda self: [replace(one, uid=uid) for one in listed(self) for uid in ("99", one.uid)],
    )
    assert len(collect(house)) == 1
    assert [one.kind for one in house.ledger.letters()] == ["receipt"]


def test_a_server_whose_certificate_is_not_trusted_is_not_logged_in_to(declare, post):
    house = declare({"post": "imap://INBOX"}, {"post": post.connection(extra={})})
    assert collect(house) == []
    (alert,) = standing_alerts(house)
    assert "CERTIFICATE_VERIFY_FAILED" in alert.detail


def test_a_centre_contacts_answer_is_offered_to_who_asked(house, post, monkeypatch):
    offered = []

    def answers(_, *what):
        offered.append(what)
        return what[1].startswith("回复")

    monkeypatch.setattr(mailbox_module, "answer_by_mail", answers)
    centre = house.registry.centre_contacts[0].email
    for sender, subject in (
        (centre, "回复：请确认"),
        (centre, "别的事"),
        ("u01@unit.example", "回复：请确认"),
    ):
        message = EmailMessage()
        message["From"], message["Subject"] = sender, subject
        message.set_content("同意\n")
        post.put(message)
    collect(house)
    assert [one[:2] for one in offered] == [(centre, "回复：请确认"), (centre, "别的事")]
    assert offered[0][2].strip() == "同意"
    told = [json.loads(one.about)["sender"] for one in letters(house, "receipt")]
    assert told == [centre, "u01@unit.example"]  # what was recorded needs no receipt
