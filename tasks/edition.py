"""What is known → the edition for officials: all that is known of a quarter, and what it changes in the editions before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from expectations.quarter import SHANGHAI
from reports.blocks import View
from reports.facts import Facts
from reports.view import build_view
from tasks.evidence_told import evidence_of
from tasks.facts import facts_of
from tasks.official import OfficialDraft
from tasks.restate import revision, tracks
from tasks.restated import restated
from warehouse.records import AUTHORITY


@dataclass(frozen=True)
class AuthorityDraft(OfficialDraft):
    """The whole report, with the evidence of every figure."""

    @property
    def scope(self) -> str:
        return AUTHORITY

    @property
    def folder(self) -> str:
        return f"{self.quarter}-e{self.number}"

    @cached_property
    def facts(self) -> Facts:
        """The quarter as it is known, whatever was told of it before."""
        facts = facts_of(self.known, self.quarter)
        mine = {one.id for one in self.known.in_force if one.judged.quarter == str(self.quarter)}
        return replace(facts, restated=restated(self.known, mine))

    @cached_property
    def views(self) -> list[View]:
        """The facts, and what they change in the editions before."""
        facts = replace(self.facts, evidence=evidence_of(self.known, self.quarter))
        if self.told:
            house, today = self.known.house, self.known.inputs.known_at.astimezone(SHANGHAI).date()
            facts = replace(
                facts,
                revision=revision(self.known, self.quarter, self.before[-1]) if self.before else None,
                # What a revised edition asks for is asked from its own day on.
                report_on=max(facts.report_on, today) if self.before else facts.report_on,
                tracks=tracks(house, self.told, self.known, self.quarter),
            )
        return self.in_all_languages(facts)

    def view(self, facts: Facts, language: str) -> View:
        return build_view(facts, self.number, self.known.inputs.known_at, language, issued=self.issued)
