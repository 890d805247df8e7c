"""What is known → an edition for officials, of a quarter or a year: from facts, with the figures kept beside what is said."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from reports.blocks import View
from reports.facts import Facts
from reports.view import LANGUAGES, content_hash
from tasks.draft import Draft
from tasks.restate import FIGURES
from warehouse.figures import figures_file
from warehouse.records import AUTHORITY, Edition


@dataclass(frozen=True)
class OfficialDraft(Draft):
    """An edition that is revised: its figures are kept, and it says what it changes in the one before."""

    @property
    @abstractmethod
    def facts(self) -> Facts:
        """What is known, whatever was told of it before."""

    @abstractmethod
    def view(self, facts: Facts, language: str) -> View:
        """All that is said of facts in one language."""

    def in_all_languages(self, facts: Facts) -> list[View]:
        return [self.view(facts, one) for one in LANGUAGES]

    @cached_property
    def content_hash(self) -> str:
        """Without what it says of earlier editions, or every edition would be news."""
        return content_hash(*self.in_all_languages(self.facts))

    @property
    def told(self) -> tuple[Edition, ...]:
        """The quarterly editions officials got before it."""
        return tuple(one for one in self.history if one.scope == AUTHORITY)

    def files(self, fonts: Path) -> dict[str, bytes]:
        """With the figures of the quarter, which revisions are held against; a year is told by those of its fourth."""
        with self.known.reading() as connection:
            figures = figures_file(connection, str(self.quarter))
        return super().files(fonts) | {FIGURES: figures}
