"""view → what a reviewer is asked: the summary, what it changes, how far it can be trusted, where the draft lies. Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports.blocks import Chapter, View
from reports.rich import spans

_MARKUP = re.compile(r"([\\`*_\[\]<>|#~!])")
# What of the first chapter is asked about in full, what of the others by its lead and tables.
_TOLD = ("revisions", "quality")


@dataclass(frozen=True)
class Review:
    """One language of a draft, and the addresses of its page and PDF."""

    view: View
    page: str
    pdf: str

    @property
    def summary(self) -> Chapter:
        return self.view.chapters[0]

    @property
    def chapters(self) -> list[Chapter]:
        return [one for one in self.view.chapters if one.id in _TOLD and one.lead]


def review_text(languages: Sequence[Review]) -> str:
    """All languages of a draft, one below the other. A stranger's text is text: no markup of it reaches the reader."""
    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=False,  # noqa: S701 - Markdown, escaped by its own filter
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["md"] = markdown
    return environment.get_template("review.md.j2").render(languages=languages)


def markdown(text: str) -> str:
    """A sentence as Markdown on one line; bold is the only markup it may have."""
    parts = ((_MARKUP.sub(r"\\\1", part), bold) for part, bold in spans(text))
    return "".join(f"**{part}**" if bold else part for part, bold in parts).replace("\n", " ")
