"""operator → decision on a return: release or reject it while it is held, exclude it while it is in force, include it again."""

from __future__ import annotations

from typing import NoReturn

from expectations.findings import VERDICTS, finding
from tasks.settings import House, one_at_a_time
from warehouse.records import Decision
from warehouse.returns import Submission, in_force, submissions

ACTIONS = ("release", "reject", "exclude", "include")
LONGEST_NAME = 100  # as the ledger keeps it
_SHORTEST_ID = 6


@one_at_a_time("writing")
def decide(house: House, submission: str, action: str, by: str, reason: str) -> str:
    """Record a decision on a return (its id, or the beginning of its sha256); it is judged again by ``process``.

    ``release`` and ``reject`` are for a return that is held, ``exclude`` for one that is in force, ``include`` for one that
    is excluded. ValueError for an unknown action or a blank name or reason, LookupError if no such return has that id.
    """
    if action not in ACTIONS:
        refuse(ValueError, "decide.no_action", found=action, value="、".join(ACTIONS))
    name, why = signed(by, reason)
    every = submissions(house.ledger)
    found = [one for one in every if one.judged.sha256.startswith(submission)]
    if len(found) != 1 or len(submission) < _SHORTEST_ID:
        refuse(LookupError, "decide.not_one", found=submission, n=str(len(found)))
    sha256 = found[0].judged.sha256
    _must_stand(found[0], action, every, house.ledger.decisions().get(sha256))
    house.ledger.record_decision(Decision(sha256, action, name, why), house.now())
    return sha256


def _must_stand(one: Submission, action: str, every: list[Submission], last: Decision | None) -> None:
    """LookupError if a return does not stand so that the action says anything of it."""
    held, excluded = one.judged.verdict == "held", last is not None and last.action == "exclude"
    fits = {
        "release": held,
        "reject": held,
        "exclude": one in in_force(every) and not excluded,
        "include": excluded,
    }
    if not fits[action]:
        zh, en = VERDICTS[one.judged.verdict]
        refuse(LookupError, f"decide.not_to_{action}", found=one.id, verdict=zh, verdict_en=en)


def signed(by: str, reason: str) -> tuple[str, str]:
    """Who says so and why, without blanks around it; ValueError if either is missing or the name is too long."""
    if not 0 < len(by.strip()) <= LONGEST_NAME or not reason.strip():
        refuse(ValueError, "decide.blank")
    return by.strip(), reason.strip()


def refuse(error: type[ValueError | LookupError], message: str, **fields: str) -> NoReturn:
    """Raise, with a sentence of messages.yml in both languages, what was asked in a way that cannot be done."""
    said = finding("refuse", message, **fields)
    raise error(f"{said.zh} {said.en}")
