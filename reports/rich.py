"""The only markup there is: ``**…**`` in sentences, read in one place.

Sentences are headline, lead, item texts and notes. Labels and table cells carry names out of the data:
there two asterisks are two asterisks.
"""

from __future__ import annotations

import re

from markupsafe import Markup

_BOLD = re.compile(r"\*\*(?=\S)([^*]+?)(?<=\S)\*\*")


def spans(text: str) -> tuple[tuple[str, bool], ...]:
    """Cut a sentence into (text, bold) in order; asterisks that mark nothing stay as they are."""
    parts = _BOLD.split(text)
    return tuple((part, index % 2 == 1) for index, part in enumerate(parts) if part)


def plain(text: str) -> str:
    """The sentence without marks."""
    return "".join(part for part, _ in spans(text))


def html(text: str) -> Markup:
    """The sentence as HTML: bold is the only markup, all else is text."""
    return Markup("").join(
        Markup("<b>{}</b>").format(part) if bold else Markup("{}").format(part) for part, bold in spans(text)
    )


def trusted(markup: str) -> Markup:
    """Markup that this package drew itself (SVG, styles): the one door past escaping."""
    return Markup(markup)  # noqa: S704
