"""What is known → the edition for officials: all that is known of a quarter, and what it changes in the editions before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from expectations.quarter import SHANGHAI
from reports.blocks import View
from reports.facts import Facts
from reports.view import LANGUAGES, build_view, content_hash
from tasks.draft import Draft
from tasks.evidence import evidence_of
from tasks.facts import facts_of
from tasks.restate import FIGURES, restated, revision, tracks
from warehouse.figures import figures_file
from warehouse.records import AUTHORITY, Edition


@dataclass(frozen=True)
class AuthorityDraft(Draft):
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
        told = self._told
        if told:
            house, today = self.known.house, self.known.inputs.known_at.astimezone(SHANGHAI).date()
            facts = replace(
                facts,
                revision=revision(self.known, self.quarter, self.before[-1]) if self.before else None,
                # What a revised edition asks for is asked from its own day on.
                report_on=max(facts.report_on, today) if self.before else facts.report_on,
                tracks=tracks(house, told, self.known, self.quarter),
            )
        return self._views(facts)

    @property
    def _told(self) -> tuple[Edition, ...]:
        """What officials were told before."""
        return tuple(one for one in self.history if one.scope == AUTHORITY)

    def _views(self, facts: Facts) -> list[View]:
        known_at = self.known.inputs.known_at
        return [build_view(facts, self.number, known_at, one, issued=self.issued) for one in LANGUAGES]

    @cached_property
    def content_hash(self) -> str:
        """Without what it says of earlier editions, or every edition would be news."""
        return content_hash(*self._views(self.facts))

    def files(self, fonts: Path) -> dict[str, bytes]:
        """With the figures themselves, which revisions are held against."""
        with self.known.reading() as connection:
            figures = figures_file(connection, str(self.quarter))
        return super().files(fonts) | {FIGURES: figures}
