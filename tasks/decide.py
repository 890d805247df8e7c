"""operator → decision: release or reject a held return, with a reason that is kept."""

from __future__ import annotations

from tasks.settings import House, one_at_a_time
from warehouse.records import Decision
from warehouse.returns import submissions

ACTIONS = ("release", "reject")
LONGEST_NAME = 100  # as the ledger keeps it


@one_at_a_time("writing")
def decide(house: House, submission: str, action: str, by: str, reason: str) -> str:
    """Record a decision on a held return (its id, or the beginning of its sha256); it is judged again by ``process``.

    ValueError for an unknown action or a blank name or reason, LookupError if no held return has that id.
    """
    if action not in ACTIONS or not 0 < len(by.strip()) <= LONGEST_NAME or not reason.strip():
        raise ValueError("a decision needs release or reject, who decides, and a reason")
    found = [one for one in submissions(house.ledger) if one.judged.sha256.startswith(submission)]
    if len(found) != 1 or len(submission) < 6:
        raise LookupError(f"{len(found)} returns have the id {submission!r}")
    if found[0].judged.verdict != "held":
        raise LookupError(f"{submission} is not held but {found[0].judged.verdict}")
    house.ledger.record_decision(
        Decision(found[0].judged.sha256, action, by.strip(), reason.strip()), house.now()
    )
    return found[0].judged.sha256
