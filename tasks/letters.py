"""A letter of the outbox → the message that is sent: each kind is written by whoever knows what it is about."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from expectations.findings import finding
from reports.plain_letter import PlainLetter, render_plain_letter
from tasks.alert import written_alert
from tasks.answer import AnswerDesk
from tasks.approve import must_be_approved
from tasks.confirm_letter import written_confirmation
from tasks.digest import written_digest
from tasks.disputes import written_claim_letter
from tasks.draft import ANNEX, MAIL, PAGE, PDF, in_language
from tasks.exempt import written_exemption
from tasks.mail_receipt import as_reply, written_receipt, written_strays
from tasks.open_quarter import written_opening
from tasks.propose import written_review, written_reviewed
from tasks.remind import written_reminder
from tasks.settings import House
from warehouse.records import Letter

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_UNFIT = re.compile(r'[\\/:*?"<>|]')  # for a file's name
_TABLES = {"zh": "数据表", "en": "data"}
_WRITERS: dict[str, Callable[[House, Letter], PlainLetter]] = {
    "alert": written_alert,
    "confirmation": written_confirmation,
    "digest": written_digest,
    "dispute": written_claim_letter,
    "exemption": written_exemption,
    "opening": written_opening,
    "receipt": written_receipt,
    "reminder": written_reminder,
    "review": written_review,
    "reviewed": written_reviewed,
    "strays": written_strays,
}
KINDS = frozenset({"answer", "notice", "report", *_WRITERS})


def compose(house: House, letter: Letter, desk: AnswerDesk | None = None) -> EmailMessage:
    """The message of one letter. Its Message-ID follows from the letter's key, so a duplicate can be recognised.

    Whoever writes many letters gives a ``desk`` for the answers among them.
    """
    if desk is None:
        with AnswerDesk(house) as own:
            return compose(house, letter, own)
    message = _written(house, letter, desk)
    if letter.kind == "receipt":
        as_reply(message, letter)
    message["From"] = house.settings.mail_from
    message["To"] = ", ".join(letter.recipients)
    message["Date"] = format_datetime(house.now())
    message["Message-ID"] = f"<{letter.key}@{house.settings.mail_from.rpartition('@')[2]}>"
    return message


def _written(house: House, letter: Letter, desk: AnswerDesk) -> EmailMessage:
    if letter.kind == "notice":
        return _notice(letter)
    if letter.kind == "report":
        return _report(house, letter)
    if letter.kind == "answer":
        return _answer(letter, desk)
    return _plain(_WRITERS[letter.kind](house, letter))


def _plain(written: PlainLetter) -> EmailMessage:
    subject, text, html = render_plain_letter(written)
    return _message(subject, text, html, {path.name: path for path in written.attached})


def _message(subject: str, text: str, html: str, attached: dict[str, Path]) -> EmailMessage:
    """Both parts of a letter with workbooks, by the name each is to have."""
    message = EmailMessage()
    message["Subject"] = " ".join(subject.split())
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    for name, path in attached.items():
        message.add_attachment(path.read_bytes(), *XLSX, filename=name)
    return message


def _report(house: House, letter: Letter) -> EmailMessage:
    must_be_approved(house, letter.subject)
    folder, language = house.editions / letter.subject, _language(house, letter)
    mail = json.loads((folder / in_language(MAIL, language)).read_text("utf-8"))
    message = _message(mail["subject"], mail["text"], mail["html"], {})
    html = message.get_body(("html",))
    assert isinstance(html, EmailMessage)
    for cid, name in mail["inline"].items():
        html.add_related((folder / name).read_bytes(), "image", "png", cid=f"<{cid}>", disposition="inline")
    page, pdf, annex = (folder / in_language(name, language) for name in (PAGE, PDF, ANNEX))
    stem = f"{_UNFIT.sub('', mail['title'])}_{letter.subject}"
    message.add_attachment(pdf.read_bytes(), "application", "pdf", filename=f"{stem}.pdf")
    message.add_attachment(page.read_text("utf-8"), subtype="html", filename=f"{stem}.html")
    message.add_attachment(annex.read_bytes(), *XLSX, filename=f"{stem}_{_TABLES[language]}.xlsx")
    return message


def _language(house: House, letter: Letter) -> str:
    """The language its reader is registered with."""
    spoken = {one.email: one.language for one in house.registry.recipients}
    return spoken.get(letter.recipients[0], "zh")


def _notice(letter: Letter) -> EmailMessage:
    """To the operator, about what was found where returns arrive and is none: nothing to judge and nobody to answer."""
    told = finding("refuse", letter.about or "files.not_regular", name=letter.subject)
    message = EmailMessage()
    message["Subject"] = f"收件夹中有一项未收取 Not taken in from the inbox: {letter.subject}"
    message.set_content(f"{told.zh}\n\n{told.en}\n")
    return message


def _answer(letter: Letter, desk: AnswerDesk) -> EmailMessage:
    subject, text, html, annotated = desk.compose(letter.subject)
    return _message(subject, text, html, {f"审核结果_{annotated.name}": annotated} if annotated else {})
