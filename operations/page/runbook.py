"""docs/operations.md → its runbook as HTML: one heading a kind of trouble, which alerts link to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from reports.rich import trusted
from tasks.settings import ROOT

SOURCE = ROOT / "docs" / "operations.md"
HEADING = "## Runbook"


@cache
def runbook() -> Markup:
    """The section, its headings with their text as anchor; blank if there is none. HTML in the source is shown as text."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(section(SOURCE.read_text("utf-8")))
    for opening, inline in _headings(tokens):
        opening.attrSet("id", inline.content)
    return trusted(markdown.renderer.render(tokens, markdown.options, {}))


def section(text: str) -> str:
    """What stands below the heading, up to the next of its rank."""
    _, _, below = f"\n{text}".partition(f"\n{HEADING}\n")
    return below.partition("\n## ")[0]


def _headings(tokens: list[Token]) -> Iterator[tuple[Token, Token]]:
    for before, after in pairwise(tokens):
        if before.type == "heading_open":
            yield before, after
