"""What a claimant is told about a dispute: who else claims what it reported, and what it is credited with; no values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from expectations.codes import claim_kinds
from expectations.findings import finding
from expectations.quarter import Quarter
from reports.changes import DisputeState
from reports.numbers import fraction
from reports.parts import both_parts
from reports.text import Text

_YOU = Text("贵单位", "you")


@dataclass(frozen=True)
class Party:
    """A claimant as it is named to the others: a unit for a centre, since a quarter. ``credit`` is told to itself alone."""

    unit: Text
    centre: str
    quarter: str
    credit: Decimal


@dataclass(frozen=True)
class ClaimLetter:
    """Everything the letter says. ``kind`` is a claim's, ``number`` the identifier as the unit itself wrote it.

    ``own`` are the unit's claims (several for several centres), ``others`` everybody else's. ``shared``: the form has a
    column for shares of it. ``again``: what was decided before still stands.
    """

    kind: str
    number: str
    state: DisputeState
    own: tuple[Party, ...]
    others: tuple[Party, ...]
    shared: bool
    again: bool
    contact: Text

    @property
    def who(self) -> Text:
        return self.own[0].unit

    def sentences(self) -> tuple[Text, ...]:
        """What is claimed by whom, how it stands, the unit's credit, and what to do."""
        kind = {one.code: one.en for one in claim_kinds()}[self.kind]
        own, others = (
            _joined([_party(one, _YOU) for one in self.own]),
            _joined([_party(one) for one in self.others]),
        )
        claimed = _said(
            "claimed",
            kind=self.kind,
            kind_en=kind,
            found=self.number,
            own=own.zh,
            own_en=own.en,
            others=others.zh,
            others_en=others.en,
        )
        if self.state != "open":
            return claimed, _said(self.state), self._credit()
        stands = _said("open_again") if self.again else _said("open")
        return claimed, stands, _said("share" if self.shared else "report")

    def _credit(self) -> Text:
        told = _joined(
            [_said("credit_of", centre=one.centre, value=fraction(one.credit)) for one in self.own]
        )
        return _said("credit", value=told.zh, value_en=told.en)

    def subject(self) -> str:
        kind = {one.code: one.en for one in claim_kinds()}[self.kind]
        said = _said(f"subject_{self.state}", kind=self.kind, kind_en=kind, found=self.number)
        return f"{said.zh} · {said.en}"


def render_claim_letter(letter: ClaimLetter) -> tuple[str, str, str]:
    """Subject, plain text and HTML."""
    fields = {"a": letter, "sentences": letter.sentences()}
    text, html = both_parts("claim", fields)
    return letter.subject(), text, html


def _said(key: str, **fields: str) -> Text:
    said = finding("note", f"disputes.{key}", **fields)
    return Text(said.zh, said.en)


def _party(one: Party, name: Text | None = None) -> Text:
    quarter, name = Quarter.parse(one.quarter), name or one.unit
    return _said(
        "claimant",
        name=name.zh,
        name_en=name.en,
        centre=one.centre,
        quarter=quarter.zh,
        quarter_en=f"{quarter.year} Q{quarter.number}",
    )


def _joined(texts: Sequence[Text]) -> Text:
    return Text("、".join(one.zh for one in texts), ", ".join(one.en for one in texts))
