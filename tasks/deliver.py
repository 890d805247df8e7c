"""outbox → mail: each letter once. queued → sending (committed before the first byte) → sent, failed or unknown."""

from __future__ import annotations

import json
import logging
import re
import smtplib
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from expectations.findings import finding
from tasks.answer import AnswerDesk
from tasks.disputes import compose_claim_letter
from tasks.draft import ANNEX, MAIL, PAGE, PDF, in_language
from tasks.settings import House, one_at_a_time
from warehouse.archive import written_whole
from warehouse.records import Letter

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
SECONDS = 60
_UNFIT = re.compile(r'[\\/:*?"<>|]')  # for a file's name
_TABLES = {"zh": "数据表", "en": "data"}
log = logging.getLogger(__name__)
# After these the server has said no: the letter did not go out.
_REFUSED = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPNotSupportedError,
)


@one_at_a_time("posting")
def deliver(house: House, *, retry: bool = False) -> dict[str, int]:
    """Send what is queued; returns counts by state. ``retry`` queues failed and unknown letters again, by hand only.

    Without a mail connection, or while delivery is off, letters stay queued and are written to ``mail/`` to be looked at.
    """
    _settle(house, retry)
    queued = house.ledger.letters("queued")
    if not house.settings.deliver or house.settings.smtp_url is None:
        with AnswerDesk(house) as desk:
            return dict(Counter(_write(house, letter, desk) for letter in queued))
    if not queued:
        return {}
    counts: Counter[str] = Counter()
    with _connection(house) as smtp, AnswerDesk(house) as desk:
        for letter in queued:
            counts[_send(house, smtp, letter, desk)] += 1
            if smtp.sock is None:
                break  # the connection is gone: not a byte of the others was sent, so they stay queued
    return dict(counts)


def _settle(house: House, retry: bool) -> None:
    """A letter found in ``sending`` was interrupted: nobody knows whether it went out."""
    for letter in house.ledger.letters("sending"):
        house.ledger.move_letter(letter.key, "sending", "unknown", house.now(), "interrupted while sending")
    for letter in house.ledger.letters("failed", "unknown") if retry else ():
        house.ledger.move_letter(letter.key, letter.state, "queued", house.now())


def _composed(house: House, letter: Letter, desk: AnswerDesk) -> EmailMessage | None:
    """The message, or None and the letter failed: one that cannot be written must not keep the others back."""
    try:
        return compose(house, letter, desk)
    except (OSError, ValueError, LookupError, StopIteration) as unwritable:  # an edition's folder is gone
        log.error("%s cannot be written: %s", letter.key, unwritable)
        house.ledger.move_letter(
            letter.key, "queued", "failed", house.now(), f"cannot be written: {unwritable}"[:500]
        )
        return None


def _write(house: House, letter: Letter, desk: AnswerDesk) -> str:
    """A letter as a file to be looked at; it stays queued."""
    if (message := _composed(house, letter, desk)) is None:
        return "failed"
    with written_whole(house.mail / f"{letter.key}.eml") as path:
        path.write_bytes(message.as_bytes())
    return "written"


def _send(house: House, smtp: smtplib.SMTP, letter: Letter, desk: AnswerDesk) -> str:
    if (message := _composed(house, letter, desk)) is None:
        return "failed"
    if not house.ledger.move_letter(letter.key, "queued", "sending", house.now()):
        return "taken"
    try:
        left_out = smtp.send_message(message)
    except _REFUSED as refused:
        house.ledger.move_letter(letter.key, "sending", "failed", house.now(), str(refused)[:500])
        return "failed"
    except (smtplib.SMTPException, OSError) as broken:
        smtp.close()
        house.ledger.move_letter(letter.key, "sending", "unknown", house.now(), str(broken)[:500])
        return "unknown"
    # One of several addresses may be refused while the letter goes out to the others.
    house.ledger.move_letter(
        letter.key, "sending", "sent", house.now(), str(left_out)[:500] if left_out else ""
    )
    return "sent"


@contextmanager
def _connection(house: House) -> Iterator[smtplib.SMTP]:
    """A logged-in connection over verified TLS; there is no unencrypted mode."""
    assert house.settings.smtp_url is not None
    url = urlsplit(house.settings.smtp_url.get_secret_value())
    if url.scheme not in {"smtp+starttls", "smtps"} or not url.hostname:
        raise ValueError("JINCHUANG_SMTP_URL must be smtp+starttls://… or smtps://…")
    context = ssl.create_default_context(cafile=house.settings.smtp_ca)
    if url.scheme == "smtps":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(url.hostname, url.port or 465, timeout=SECONDS, context=context)
    else:
        smtp = smtplib.SMTP(url.hostname, url.port or 587, timeout=SECONDS)
    with smtp:
        if url.scheme == "smtp+starttls":
            smtp.starttls(context=context)
        if url.username:
            smtp.login(unquote(url.username), unquote(url.password or ""))
        yield smtp


def compose(house: House, letter: Letter, desk: AnswerDesk | None = None) -> EmailMessage:
    """The message of one letter. Its Message-ID follows from the letter's key, so a duplicate can be recognised.

    Whoever writes many letters gives a ``desk`` for the answers among them.
    """
    if desk is None:
        with AnswerDesk(house) as own:
            return compose(house, letter, own)
    if letter.kind == "notice":
        message = _notice(letter)
    elif letter.kind == "dispute":
        message = _dispute(house, letter)
    else:
        message = _report(house, letter) if letter.kind == "report" else _answer(letter, desk)
    message["From"] = house.settings.mail_from
    message["To"] = ", ".join(letter.recipients)
    message["Date"] = format_datetime(house.now())
    message["Message-ID"] = f"<{letter.key}@{house.settings.mail_from.rpartition('@')[2]}>"
    return message


def _report(house: House, letter: Letter) -> EmailMessage:
    folder, language = house.editions / letter.subject, _language(house, letter)
    mail = json.loads((folder / in_language(MAIL, language)).read_text("utf-8"))
    message = EmailMessage()
    message["Subject"] = mail["subject"]
    message.set_content(mail["text"])
    message.add_alternative(mail["html"], subtype="html")
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
    """To the operator, about a name in the inbox that is no file: there is nothing to judge and nobody to answer."""
    said = finding("refuse", "files.not_regular", name=letter.subject)
    message = EmailMessage()
    message["Subject"] = f"收件夹中有一项未收取 Not taken in from the inbox: {letter.subject}"
    message.set_content(f"{said.zh}\n\n{said.en}\n")
    return message


def _dispute(house: House, letter: Letter) -> EmailMessage:
    """To a claimant of what others claim as well."""
    subject, text, html = compose_claim_letter(house, letter)
    message = EmailMessage()
    message["Subject"] = " ".join(subject.split())
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message


def _answer(letter: Letter, desk: AnswerDesk) -> EmailMessage:
    subject, text, html, annotated = desk.compose(letter.subject)
    message = EmailMessage()
    message["Subject"] = " ".join(subject.split())
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    if annotated:
        message.add_attachment(annotated.read_bytes(), *XLSX, filename=f"审核结果_{Path(annotated).name}")
    return message
