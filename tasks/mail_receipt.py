"""mails that came in → letters: a receipt to each known sender, and to the operator one about all mails of a round that
are nobody's and have no workbook.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from email.message import EmailMessage
from pathlib import PurePath

from expectations.raw import visible
from reports.plain_letter import Item, PlainLetter, said
from reports.text import Text
from tasks.calendar_words import instant
from tasks.senders import answered_at, centres_of, is_known, units_of
from tasks.settings import House
from tasks.sources.mail import NOBODY, Mail
from tasks.sources.source import LARGEST
from warehouse.records import Letter
from warehouse.registry import Registry


def letters_about(house: House, source: str, mails: Sequence[Mail]) -> list[Letter]:
    """What is due for mails that were dealt with. A stranger's workbook is answered to the operator once it is judged; an
    automatic mail from somebody known is not replied to.
    """
    known = [one for one in mails if is_known(house.registry, one.sender)]
    strays = [one for one in mails if one not in known and not one.workbooks]
    receipts = [_receipt(house, source, one) for one in known if not one.automatic]
    return [*receipts, *_strays(house, source, strays)]


def _receipt(house: House, source: str, mail: Mail) -> Letter:
    about = {
        "sender": mail.sender,
        "subject": mail.subject,
        "received": mail.received_at.isoformat(),
        "ids": mail.ids,
        "taken": [name for name, _ in mail.workbooks],
        "left": mail.left,
        "whole": mail.whole,
    }
    return Letter(
        f"receipt-{source}-{mail.version}",
        "receipt",
        mail.version,
        answered_at(house.registry, mail.sender),
        about=json.dumps(about, ensure_ascii=False),
    )


def _strays(house: House, source: str, mails: Sequence[Mail]) -> Iterator[Letter]:
    if mails:
        about = [[one.sender, one.subject, one.received_at.isoformat()] for one in mails]
        yield Letter(
            f"strays-{source}-{mails[0].version}",
            "strays",
            source,
            (house.registry.says("operator_email"),),
            about=json.dumps(about, ensure_ascii=False),
        )


# ── what is written
def written_receipt(house: House, letter: Letter) -> PlainLetter:
    """A receipt in words: what was taken in, what was not, and what to send then."""
    about = json.loads(letter.about)
    taken, left = ([_name(one) for one in about[name]] for name in ("taken", "left"))
    fields: dict[str, Text | str] = {
        "subject": _subject(about["subject"]),
        "received": instant(datetime.fromisoformat(about["received"])),
        "n": str(len(taken)),
        "mb": str(LARGEST >> 20),
    }
    gist = "taken" if taken else "none" if about["whole"] else "too_large"
    return PlainLetter(
        subject=said(f"mail.subject_{'taken' if taken else 'none'}", **fields),
        who=_who(house.registry, about["sender"]),
        paragraphs=(said(f"mail.{gist}", **fields),),
        items=(
            *(Item(one, (said("mail.is_taken"),)) for one in taken),
            *(Item(one, (said("mail.is_left"),)) for one in left),
        ),
        closing=() if taken and not left else (said("mail.send"), Text(*house.registry.both("submit"))),
        contact=Text(*house.registry.both("contact")),
    )


def as_reply(message: EmailMessage, letter: Letter) -> None:
    """The headers by which a mail program puts the receipt below the mail, and other programs do not reply to it."""
    ids = json.loads(letter.about)["ids"]
    if ids:
        message["In-Reply-To"] = ids[-1]
        message["References"] = " ".join(ids)
    message["Auto-Submitted"] = "auto-replied"


def written_strays(house: House, letter: Letter) -> PlainLetter:
    """What the operator is told about mails of a round that nobody else is told of."""
    found = json.loads(letter.about)
    fields = {"source": letter.subject, "n": str(len(found))}
    return PlainLetter(
        subject=said("mail.subject_strays", **fields),
        who=Text(*house.registry.both("operators")),
        paragraphs=(said("mail.strays", **fields),),
        items=tuple(
            Item(
                _subject(subject),
                (
                    said(
                        "mail.stray",
                        sender=_sender(sender),
                        received=instant(datetime.fromisoformat(received)),
                    ),
                ),
            )
            for sender, subject, received in found
        ),
        contact=said("mail.strays_do"),
    )


def _name(written: str) -> Text:
    return Text(*[visible(PurePath(written).name)] * 2)


def _subject(written: str) -> Text:
    return Text(written, written) if written else said("mail.no_subject")


def _sender(written: str) -> Text:
    return said("mail.no_sender") if written == NOBODY else Text(written, written)


def _who(registry: Registry, sender: str) -> Text:
    """The unit, or centre, that the sender is registered for."""
    for code in units_of(registry, sender):
        return Text(registry.unit[code].name, registry.unit[code].name_en)
    for code in centres_of(registry, sender):
        return Text(registry.centre[code].name, registry.centre[code].name_en)
    return Text(sender, sender)  # registered then, and no more
