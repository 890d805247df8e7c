"""One mail as it came: who sent it, which workbooks are attached, what else there is that cannot be taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.message import Message

from imap_tools import MailAttachment, MailMessage
from imap_tools.utils import parse_email_addresses

from expectations.raw import visible

NOBODY = "(none)"  # of a mail that names no sender, or several
_ID = re.compile(r"<[^<>\s]{1,250}>")
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Mail:
    """``version`` names it in its mailbox for ever; ``ids`` are its own id and before it those of what it answers.

    ``workbooks`` are the attached .xlsx files by name, ``left`` the names of attachments that are not opened: archives,
    other mails, other kinds. ``automatic`` mail is never replied to. ``whole`` is False where it is too large to fetch.
    """

    version: str
    received_at: datetime
    sender: str
    subject: str = ""
    text: str = ""
    ids: tuple[str, ...] = ()
    automatic: bool = False
    workbooks: tuple[tuple[str, bytes], ...] = ()
    left: tuple[str, ...] = ()
    whole: bool = True


def read_mail(version: str, received_at: datetime, raw: bytes, vouched_by: str, *, whole: bool) -> Mail:
    """A mail from its bytes; one that cannot be read is nobody's and has nothing in it.

    ``vouched_by`` is the server whose check of the sender is asked for, blank where none is.
    """
    try:
        message = MailMessage.from_bytes(raw)
        attached = list(_attached(message.obj)) if whole else []
        return Mail(
            version,
            received_at,
            _sender(message, vouched_by),
            visible(" ".join(message.subject.split()))[:200],
            message.text,
            _ids(message.obj),
            _is_automatic(message.obj),
            tuple((name, content) for name, content in attached if content is not None),
            tuple(name for name, content in attached if content is None),
            whole,
        )
    except (
        MessageError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
    ):  # what parsers make of nonsense
        return Mail(version, received_at, NOBODY)


def _sender(message: MailMessage, vouched_by: str) -> str:
    """The address it is from, in small letters; one that is not vouched for says so and is nobody's."""
    found = [one for written in message.obj.get_all("From", []) for one in parse_email_addresses(written)]
    if len(found) != 1 or not found[0].email:
        return NOBODY
    address = found[0].email.casefold()
    return address if _is_vouched_for(message.obj, vouched_by) else f"unverified {address}"


def _is_vouched_for(headers: Message, server: str) -> bool:
    """Whether the server says that DMARC holds. It takes away what others wrote in its name, and adds its own word above
    theirs.
    """
    for written in headers.get_all("Authentication-Results", []):
        by, _, results = " ".join(str(written).split()).partition(";")
        if by.split(" ")[0].casefold() == server.casefold():
            return re.search(r"\bdmarc=pass\b", results, re.IGNORECASE) is not None
    return not server


def _ids(headers: Message) -> tuple[str, ...]:
    own = _ID.findall(str(headers.get("Message-ID", "")))[:1]
    return tuple(dict.fromkeys([*_ID.findall(str(headers.get("References", "")))[-20:], *own]))


def _is_automatic(headers: Message) -> bool:
    """An out-of-office note, a bounce, a mailing list."""
    auto = str(headers.get("Auto-Submitted", "no")).strip().casefold()
    bulk = str(headers.get("Precedence", "")).strip().casefold() in {"bulk", "list", "junk", "auto_reply"}
    bounced = str(headers.get("Return-Path", "")).strip() == "<>"
    return auto != "no" or bulk or bounced or "List-Id" in headers


def _attached(mail: Message) -> Iterator[tuple[str, bytes | None]]:
    """Every attachment by name, with its content if it is to be taken. A picture in the text, as signatures have, is none."""
    inside = 0
    for part in mail.walk():
        one = MailAttachment(part)
        if inside:  # what belongs to an attached mail is that mail's
            inside -= 1
        elif part.get_content_type() == "message/rfc822":
            inside = sum(1 for _ in part.walk()) - 1
            yield one.filename or "mail.eml", None
        elif not part.is_multipart() and (one.filename or part.get_content_type() == _WORKBOOK):
            if part.get("Content-ID") and part.get_content_maintype() == "image":
                continue
            name = one.filename or "attachment.xlsx"
            yield name, one.payload if name.casefold().endswith(".xlsx") else None
