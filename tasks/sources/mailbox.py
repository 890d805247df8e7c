"""Returns attached to mails, in a mailbox that is read by IMAP over verified TLS."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxStartTls

from tasks.confirm import answer_by_mail
from tasks.connections import Connection
from tasks.mail_receipt import letters_about
from tasks.senders import centres_of
from tasks.settings import House
from tasks.sources.mail import Mail, read_mail
from tasks.sources.source import LARGEST, Key, Offer, Source, SourceUnreachable
from warehouse.records import Letter, Sighting
from warehouse.registry_rows import SourceRow

_TROUBLE = (OSError, ssl.SSLError, imaplib.IMAP4.error, ImapToolsError)
_AT_ONCE = 500  # uids in one command; servers limit the length of a line
_LISTED = re.compile(rb'INTERNALDATE "([^"]+)"|UID (\d+)|RFC822\.SIZE (\d+)')
_MAIL = "mail"  # the name a mail is remembered by as a whole


@dataclass(frozen=True)
class _Listed:
    uid: str
    received_at: datetime
    size: int
    seen: bool


@dataclass(frozen=True)
class _Read:
    """A mail of this round, the offers made of it, and whether somebody is to be told of it."""

    mail: Mail
    keys: frozenset[Key]
    to_tell: bool


@contextmanager
def mailbox(row: SourceRow, connection: Connection, house: House, incoming: Path) -> Iterator[Source]:
    """The folder of the mailbox, logged in. ``?done=FOLDER`` of the URL is where mails are moved that were taken in
    (without it they are flagged as seen), ``?vouched_by=SERVER`` whose word on the sender is asked for.
    """
    url = urlsplit(row.url)
    asked = dict(parse_qsl(url.query))
    try:
        box = _logged_in(connection, house.settings.source_seconds, unquote(f"{url.netloc}{url.path}"))
    except _TROUBLE as trouble:
        raise SourceUnreachable(connection.told(trouble)) from None
    try:
        yield Mailbox(
            row.name, box, connection, house, incoming, asked.get("done", ""), asked.get("vouched_by", "")
        )
    finally:
        with suppress(*_TROUBLE):  # whoever hangs up first
            box.logout()


def _logged_in(connection: Connection, seconds: float, folder: str) -> BaseMailBox:
    context = ssl.create_default_context(cafile=connection.extra.get("ca"))
    if connection.extra.get("starttls"):
        box: BaseMailBox = MailBoxStartTls(
            connection.host, connection.port or 143, timeout=seconds, ssl_context=context
        )
    else:
        box = MailBox(connection.host, connection.port or 993, timeout=seconds, ssl_context=context)
    password = connection.password.get_secret_value()
    login = box.login if f"{connection.login}{password}".isascii() else box.login_utf8
    login(connection.login, password, None)
    if "ID" in box.client.capabilities:  # some servers open no mailbox to whoever does not say who it is
        box.client.xatom("ID", '("name" "jinchuang")')
    box.folder.set(folder)
    return box


@dataclass(frozen=True)
class Mailbox(Source):
    """Each attached workbook is an arrival of its mail's sender, received when the mailbox received the mail. What a mail
    had for us is settled once, whether a person has read it or not: the ledger knows it by UIDVALIDITY and UID.
    """

    name: str
    box: BaseMailBox
    connection: Connection
    house: House
    incoming: Path
    done: str
    vouched_by: str
    _read: list[_Read] = field(default_factory=list)
    _settled: list[str] = field(default_factory=list)

    def offers(self, known: Collection[Key]) -> Iterator[Offer]:
        before = {one.version for one in self.house.ledger.sightings(self.name)}
        try:
            told = self.box.folder.status(self.box.folder.get() or "INBOX", ["UIDVALIDITY"])
            for one in self._listed():
                version = f"{told['UIDVALIDITY']}-{one.uid}"
                if version not in before:
                    if mail := self._fetched(version, one):
                        yield from self._offered(mail, one.uid)
                elif self.done or not one.seen:  # settled by a round that ended before it could say so
                    self._settled.append(one.uid)
        except _TROUBLE as trouble:
            raise SourceUnreachable(self.connection.told(trouble)) from None

    def fetch(self, offer: Offer, to: Path) -> Path:
        return Path(offer.handle)

    def due(self, taken: Collection[Key]) -> tuple[list[Letter], list[Sighting]]:
        """Receipts of the mails all of whose workbooks were taken in, and that those need not be looked at again."""
        settled = [one for one in self._read if one.keys <= set(taken)]
        self._settled.extend(one.mail.version.rpartition("-")[2] for one in settled)
        now = self.house.now()
        letters = letters_about(self.house, self.name, [one.mail for one in settled if one.to_tell])
        return letters, [Sighting(self.name, _MAIL, one.mail.version, now) for one in settled]

    def acknowledge(self) -> None:
        try:
            for n in range(0, len(self._settled), _AT_ONCE):
                uids = self._settled[n : n + _AT_ONCE]
                self.box.flag(uids, ["\\Seen"], True)
                if self.done:
                    if not self.box.folder.exists(self.done):
                        self.box.folder.create(self.done)
                    self.box.move(uids, self.done)
        except _TROUBLE as trouble:
            raise SourceUnreachable(self.connection.told(trouble)) from None

    def _offered(self, mail: Mail, uid: str) -> Iterator[Offer]:
        """The workbooks of a mail, written down. What we sent ourselves, and answers of a centre, hold none."""
        if mail.sender == self.house.settings.mail_from.casefold() or self._is_answer(mail):
            self._read.append(_Read(mail, frozenset(), to_tell=False))
            return
        offers = []
        for n, (name, content) in enumerate(mail.workbooks, 1):
            path = self.incoming / f"mail-{uid}-{n}"
            path.write_bytes(content)
            version = f"{mail.version}-{n}"
            offers.append(Offer(name, version, len(content), mail.received_at, path, mail.sender))
        self._read.append(_Read(mail, frozenset(one.key for one in offers), to_tell=True))
        yield from offers

    def _is_answer(self, mail: Mail) -> bool:
        """Whether it is a centre's answer to what it was asked to confirm, which is then recorded."""
        if mail.workbooks or not centres_of(self.house.registry, mail.sender):
            return False
        return answer_by_mail(self.house, mail.sender, mail.subject, mail.text)

    def _listed(self) -> list[_Listed]:
        """All mails of the folder, oldest first; whatever somebody has read or not."""
        uids = [one for one in self.box.uids("ALL", charset=None) if one]
        found: list[_Listed] = []
        for n in range(0, len(uids), _AT_ONCE):
            asked = ",".join(uids[n : n + _AT_ONCE])
            rows = self._asked(asked, "(UID INTERNALDATE RFC822.SIZE FLAGS)")
            # A server may tell of a changed flag in between.
            found += [_listed(row) for row in rows if isinstance(row, bytes) and b"INTERNALDATE" in row]
        return found

    def _fetched(self, version: str, one: _Listed) -> Mail | None:
        """The mail, None if it was deleted since it was listed."""
        whole = one.size <= LARGEST
        rows = self._asked(one.uid, "(BODY.PEEK[])" if whole else "(BODY.PEEK[HEADER])")
        raw = next((row[1] for row in rows if isinstance(row, tuple)), None)
        if raw is None:
            return None
        return read_mail(version, one.received_at, raw, self.vouched_by, whole=whole)

    def _asked(self, uids: str, what: str) -> list[bytes | tuple[bytes, bytes]]:
        status, rows = self.box.client.uid("FETCH", uids, what)
        if status != "OK":
            raise imaplib.IMAP4.error(f"FETCH: {status}")
        return [row for row in rows if row]


def _listed(row: bytes) -> _Listed:
    told = _LISTED.findall(row)
    date, uid, size = (next(part[n] for part in told if part[n]).decode() for n in range(3))
    return _Listed(uid, parsedate_to_datetime(date.strip()), int(size), b"\\Seen" in row)
