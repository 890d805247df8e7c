"""centre → confirmation: each centre that is to be asked confirms its units' returns of a quarter, or objects to them."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import replace
from datetime import datetime, time, timedelta

from expectations.quarter import SHANGHAI, Quarter
from expectations.raw import visible
from expectations.values import says_how_to_reach
from reports.plain_letter import said
from tasks.confirm_letter import ANSWERS, told_centre
from tasks.decide import refuse, signed
from tasks.due import LAPSES, at_office, began
from tasks.known import known
from tasks.owed import Owed, due
from tasks.settings import House, one_at_a_time
from warehouse.records import Confirmation, Letter
from warehouse.registry_rows import Term
from warehouse.workdays import next_working

ASKED, SILENT, CONFIRMED, OBJECTED = "asked", "silent", "confirmed", "objected"
_LONGEST = 200  # characters of a comment, as of what units say for themselves
_DAY_ENDS = time(23, 59, 59)
_TOKEN = re.compile(rf"\[({'|'.join(ANSWERS)}) (\S+) (\S+) ([0-9a-f]+)\]")


# ── asking
@one_at_a_time("writing")
def ask_centres(house: House) -> int:
    """Ask each centre that the registry says is to be asked about every quarter whose deadline with grace has passed, or
    of which all its returns are in, once; returns the number of letters. Of whoever was asked and has not answered in time
    it is written down, so that a report can say so.

    Nobody is asked about what was closed before the house began, or more than a week ago.
    """
    _note_silence(house)
    days = _days(house)
    done = {(one.quarter, one.centre) for one in house.ledger.recorded(Confirmation)}
    asked = 0
    for term in house.registry.opened(house.now()) if days else ():
        if term.closes < began(house) or house.now() - term.closes >= LAPSES:
            continue
        found = due(house, Quarter.parse(term.quarter))
        for centre in days:
            mine = [one for one in found if one.standing.centre == centre]
            if (term.quarter, centre) not in done and _is_time(house, term, mine):
                _ask(house, term.quarter, centre, mine, days[centre])
                asked += 1
    return asked


def _note_silence(house: House) -> None:
    last = {(one.quarter, one.centre): one for one in house.ledger.recorded(Confirmation)}
    for one in last.values():
        if one.state == ASKED and one.until and one.until < house.now():
            house.ledger.record(replace(one, state=SILENT, seq=0), [], house.now())


def _days(house: House) -> dict[str, int]:
    """The days that each centre has to answer, of those that are asked; of several contacts the longest."""
    found: dict[str, int] = {}
    for one in house.registry.centre_contacts:
        if one.confirm_days is not None:
            found[one.centre] = max(one.confirm_days, found.get(one.centre, 0))
    return found


def _is_time(house: House, term: Term, mine: list[Owed]) -> bool:
    all_in = all(one.standing.state == "accepted" for one in mine)
    return bool(mine) and (all_in or at_office(house, term.closes + timedelta(seconds=1)) <= house.now())


def _ask(house: House, quarter: str, centre: str, mine: list[Owed], days: int) -> None:
    now = house.now()
    last_day = (now + timedelta(days=days)).astimezone(SHANGHAI).date()
    until = next_working(datetime.combine(last_day, _DAY_ENDS, SHANGHAI), house.registry.own_days)
    told = told_centre(known(house), Quarter.parse(quarter), centre, mine)
    about = told | {"at": now.isoformat(), "until": until.isoformat(), "token": secrets.token_hex(8)}
    letter = Letter(
        f"confirmation-{quarter}-{centre}",
        "confirmation",
        f"{quarter} {centre}",
        tuple(
            one.email
            for one in house.registry.centre_contacts
            if one.centre == centre and one.confirm_days is not None
        ),
        about=json.dumps(about, ensure_ascii=False),
    )
    house.ledger.record(Confirmation(quarter, centre, ASKED, "", until=until), [letter], now)


# ── being answered
@one_at_a_time("writing")
def confirm(house: House, quarter: str, centre: str, state: str, by: str, comment: str = "") -> Confirmation:
    """Record what a centre that was asked says of its units' returns of a quarter: ``confirmed``, or ``objected`` with a
    comment. A later answer takes the place of an earlier one; one that comes after its time counts as late as it is.

    LookupError for a centre that was not asked about the quarter, ValueError for anything else that cannot be done.
    """
    key = str(Quarter.parse(quarter))
    if state not in {CONFIRMED, OBJECTED}:
        refuse(ValueError, "confirm.no_state", found=state)
    if not any((one.quarter, one.centre) == (key, centre) for one in house.ledger.recorded(Confirmation)):
        refuse(LookupError, "confirm.not_asked", found=centre, quarter=key)
    if state == OBJECTED and not comment.strip():
        refuse(ValueError, "confirm.no_comment")
    if says_how_to_reach(comment):  # a report tells it on
        refuse(ValueError, "confirm.contact_data")
    name, _ = signed(by, by)
    new = Confirmation(key, centre, state, name, visible(comment.strip())[:_LONGEST])
    house.ledger.record(new, [], house.now())
    return new


def answer_by_mail(house: House, sender: str, subject: str, text: str) -> bool:
    """Record the answer that a mail gives, if its subject carries the token of a centre's letter and one of the centre's
    contacts sent it; of an objection the first line says why. False, and nothing recorded, for any other mail.
    """
    if (written := _TOKEN.search(subject)) is None:
        return False
    word, quarter, centre, token = written.groups()
    letter = next(
        (one for one in house.ledger.letters() if one.key == f"confirmation-{quarter}-{centre}"), None
    )
    contacts = [one.email.casefold() for one in house.registry.centre_contacts if one.centre == centre]
    if letter is None or sender.strip().casefold() not in contacts:
        return False
    if not secrets.compare_digest(json.loads(letter.about)["token"], token):
        return False
    # Which of the centre's contacts it was stands in the registry; its address is nobody's business but the outbox's.
    by = said("confirm.by_mail", centre=centre, n=str(contacts.index(sender.strip().casefold()) + 1)).zh
    confirm(house, quarter, centre, ANSWERS[word], by, _comment(ANSWERS[word], text))
    return True


def _comment(state: str, text: str) -> str:
    """The first line of an objection that says something and is not quoted."""
    if state != OBJECTED:
        return ""
    lines = (line.strip() for line in text.splitlines())
    why = next((line for line in lines if line and not line.startswith(">")), "")
    if says_how_to_reach(why):
        return said("confirm.reason_withheld").zh
    return why or said("confirm.no_reason").zh
