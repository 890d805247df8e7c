"""Trouble → one letter to the operator a cause: what happened, what to do, where the runbook says more."""

from __future__ import annotations

import hashlib
import json

from sqlalchemy.exc import IntegrityError

from reports.plain_letter import PlainLetter, joined, said
from reports.text import Text
from tasks.settings import House
from warehouse.records import Alert, Letter

RAISED, CLEARED = "raised", "cleared"
# Who is told beside the operator, by an entry of office.csv: what only somebody above can put in order.
_ESCALATED = {"approval_overdue": ("department_email",)}


def raise_alert(house: House, cause: str, **detail: str) -> bool:
    """Say that there is trouble, once until it is cleared; False if that is known already.

    ``cause`` is the kind of trouble as ``alerts`` in messages.yml names it and, behind a blank, what it is about:
    ``source_unreachable sftp-main``. ``detail`` fills the kind's sentences; a value
    named ``…_en`` takes the place of its namesake in English.
    """
    history = [one for one in house.ledger.recorded(Alert) if one.cause == cause]
    if history and history[-1].state == RAISED:
        return False
    kind, _, about = cause.partition(" ")
    told = json.dumps({"about": about, **detail}, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(cause.encode()).hexdigest()[:8]
    letter = Letter(
        f"alert-{digest}-{len(history)}",
        "alert",
        kind,
        _recipients(house, kind),
        about=told,
    )
    try:
        house.ledger.record(Alert(cause, RAISED, told), [letter], house.now())
    except IntegrityError:  # another process was first
        return False
    return True


def _recipients(house: House, kind: str) -> tuple[str, ...]:
    keys = ("operator_email", *_ESCALATED.get(kind, ()))
    return tuple(dict.fromkeys(house.registry.office_email(key) for key in keys))


def clear_alert(house: House, cause: str) -> bool:
    """Say that a trouble is over, so that the next time is told again; False if there was none."""
    if cause not in {one.cause for one in standing_alerts(house)}:
        return False
    house.ledger.record(Alert(cause, CLEARED), [], house.now())
    return True


def standing_alerts(house: House) -> list[Alert]:
    """The troubles that are not over, oldest first."""
    last = {one.cause: one for one in house.ledger.recorded(Alert)}
    return sorted((one for one in last.values() if one.state == RAISED), key=lambda one: one.seq)


def runbook_link(house: House, kind: str) -> str:
    """Where Airflow's operations page shows what docs/operations.md says about a kind of trouble."""
    return f"{house.settings.base_url.rstrip('/')}/ops/runbook#{kind}"


def written_alert(house: House, letter: Letter) -> PlainLetter:
    """An alert in words: what happened, what it means and what to do, from what it was queued with."""
    kind, fields = letter.subject, json.loads(letter.about)
    readers = ("operators", "issuer") if kind in _ESCALATED else ("operators",)
    return PlainLetter(
        subject=said(f"alerts.{kind}", **fields),
        who=joined([Text(*house.registry.both(one)) for one in readers]),
        paragraphs=tuple(said(f"alerts.{kind}{part}", **fields) for part in ("_what", "_do")),
        links=((said("alerts.runbook"), runbook_link(house, kind)),),
        contact=said("alerts.once"),
    )
