"""What people decided and allowed → what becomes of a return's findings, and which returns are to be judged again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from expectations.findings import Finding, Severity, finding
from expectations.quarter import SHANGHAI
from warehouse.exemptions import LATE, allowed, waived
from warehouse.ledger import Ledger
from warehouse.records import Decision, Exemption
from warehouse.returns import Submission

REJECTED, EXCLUDED = "rejected", "excluded"  # the rules of findings that send back what a decision is against
_DECIDED: dict[str, tuple[Severity, str]] = {  # what a decision is told as, in place of what was held
    "release": ("note", "returns.released"),
    "include": ("note", "returns.included"),
    "reject": ("error", "returns.rejected"),
    "exclude": ("error", "returns.excluded"),
}


@dataclass(frozen=True)
class Rulings:
    """The newest decision on each file, and every exemption, oldest first."""

    decisions: Mapping[str, Decision]
    exemptions: Sequence[Exemption]

    @classmethod
    def of(cls, ledger: Ledger) -> Rulings:
        return cls(ledger.decisions(), ledger.recorded(Exemption))

    def waived(self, unit: str, at: datetime) -> dict[str, Exemption]:
        """The audit relations that what a unit sends at an instant may break."""
        return waived(self.exemptions, unit, at)

    def seq(self, sha256: str, unit: str | None) -> int:
        """The seq of the newest word that may bear on a unit's file, 0 without one."""
        said = [one.seq for one in self.exemptions if one.unit == unit]
        decision = self.decisions.get(sha256)
        return max([*said, decision.seq if decision else 0])

    def decided_anew(self, known: Submission) -> bool:
        """Whether a decision on a file came after its verdict."""
        decision = self.decisions.get(known.judged.sha256)
        return decision is not None and decision.seq > known.judged.seq

    def let_in(self, known: Submission, findings: Iterable[Finding]) -> bool:
        """Whether an exemption that came after a file's verdict takes away something it was returned or held for."""
        judged, at = known.judged, known.arrival.received_at
        grave = {one.rule for one in findings if one.severity in {"error", "hold"}}
        late = allowed(self.exemptions, judged.unit or "", judged.centre or "", judged.quarter or "")
        lifted = {rule: one.seq for rule, one in self.waived(judged.unit or "", at).items()}
        if late and at <= late.until:
            lifted[LATE] = late.seq
        return any(seq > judged.seq for rule, seq in lifted.items() if rule in grave)

    def lateness(
        self, received_at: datetime, closes: datetime, whose: tuple[str, str, str], *, closed: bool
    ) -> list[Finding]:
        """A return (of a unit, centre and quarter) after the deadline waits for a decision, unless it was allowed to be
        late; after its year was closed it waits in any case, and is told so.
        """
        if received_at <= closes:
            return []
        fields = {"found": said_at(received_at), "received": said_at(received_at), "due": said_at(closes)}
        if closed:
            return [finding("hold", "returns.year_closed", **fields, year=whose[2][:4])]
        allowance = allowed(self.exemptions, *whose)
        if allowance is None or received_at > allowance.until:
            return [finding("hold", "returns.late", **fields)]
        return [finding("note", "returns.late_allowed", **fields, **told(allowance))]

    def decided(self, findings: list[Finding], sha256: str) -> list[Finding]:
        """A released return is held no more, but its errors stand; a rejected or excluded one goes back with the reason."""
        decision = self.decisions.get(sha256)
        if decision is None:
            return findings
        severity, message = _DECIDED[decision.action]
        # What was held for is settled: the decision is told in its place.
        settled = [one for one in findings if one.severity != "hold"]
        return [*settled, finding(severity, message, found=decision.reason)]


def told(one: Exemption) -> dict[str, str]:
    """Until when, by whom and why, as sentences about an exemption are filled in."""
    return {"until": said_at(one.until), "by": one.by, "reason": one.reason}


def said_at(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
