"""outbox → mail: each letter once. queued → sending (committed before the first byte) → sent, failed or unknown.

What fell due in the shadow, while delivery was off, lapses when it is switched on, and is sent only if a person says so.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from tasks.answer import AnswerDesk
from tasks.letters import compose
from tasks.settings import House, one_at_a_time
from tasks.shadow import leave_the_shadow, stay_in_the_shadow
from warehouse.archive import written_whole
from warehouse.records import Letter

SECONDS = 60
ALL = "all"
log = logging.getLogger(__name__)
# After these the server has said no: the letter did not go out.
_REFUSED = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPNotSupportedError,
)


@one_at_a_time("posting")
def deliver(house: House, *, retry: bool = False, lapsed: Collection[str] = ()) -> dict[str, int]:
    """Send what is queued; returns counts by state. By hand only: ``retry`` queues failed and unknown letters again,
    ``lapsed`` those of these keys, or all, that fell due in the shadow.

    Without a mail connection, or while delivery is off, letters stay queued and are written to ``mail/`` to be looked at.
    LookupError for a key of which no letter has lapsed.
    """
    if house.settings.deliver:
        leave_the_shadow(house)
    _settle(house, retry)
    _queue_again(house, lapsed)
    queued = house.ledger.letters("queued")
    if not house.settings.deliver:
        stay_in_the_shadow(house)
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


def _queue_again(house: House, keys: Collection[str]) -> None:
    """Letters that lapsed and that a person wants to be sent after all."""
    found = {one.key for one in house.ledger.letters("lapsed")}
    if unknown := set(keys) - found - {ALL}:
        raise LookupError(f"no letter has lapsed with the key {', '.join(sorted(unknown))}")
    for key in sorted(found if ALL in keys else keys):
        house.ledger.move_letter(key, "lapsed", "queued", house.now())


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
    """A letter as a file to be looked at; it stays queued, and what was written is not written again every hour."""
    target = house.mail / f"{letter.key}.eml"
    if target.exists():
        return "written"
    if (message := _composed(house, letter, desk)) is None:
        return "failed"
    with written_whole(target) as path:
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
