"""What a claimant is told about a dispute: who else claims what it reported, and what it is credited with; no values."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from expectations.codes import claim_kinds
from expectations.quarter import Quarter
from reports.changes import DisputeState
from reports.numbers import fraction
from reports.plain_letter import PlainLetter, joined, said
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
class Claim:
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

    def letter(self) -> PlainLetter:
        """What is claimed by whom, how it stands, the unit's credit, and what to do."""
        return PlainLetter(
            subject=said(f"disputes.subject_{self.state}", kind=self._kind, found=self.number),
            who=self.own[0].unit,
            paragraphs=(self._claimed(), *self._standing()),
            contact=self.contact,
        )

    @property
    def _kind(self) -> Text:
        return Text(self.kind, {one.code: one.en for one in claim_kinds()}[self.kind])

    def _claimed(self) -> Text:
        own = joined([_party(one, _YOU) for one in self.own])
        others = joined([_party(one, one.unit) for one in self.others])
        return said("disputes.claimed", kind=self._kind, found=self.number, own=own, others=others)

    def _standing(self) -> tuple[Text, Text]:
        if self.state != "open":
            return said(f"disputes.{self.state}"), self._credit()
        stands = said("disputes.open_again") if self.again else said("disputes.open")
        return stands, said("disputes.share" if self.shared else "disputes.report")

    def _credit(self) -> Text:
        own = [said("disputes.credit_of", centre=one.centre, value=fraction(one.credit)) for one in self.own]
        return said("disputes.credit", value=joined(own))


def _party(one: Party, name: Text) -> Text:
    quarter = Quarter.parse(one.quarter)
    written = Text(quarter.zh, quarter.en)
    return said("disputes.claimant", name=name, centre=one.centre, quarter=written)
