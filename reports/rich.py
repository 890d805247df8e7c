"""The only markup there is: ``**…**`` in sentences, read in one place.

Sentences are headline, lead, item texts and notes. Labels and table cells carry names out of the data:
there two asterisks are two asterisks.
"""

from __future__ import annotations

import re

_BOLD = re.compile(r"\*\*(?=\S)([^*]+?)(?<=\S)\*\*")


def spans(text: str) -> tuple[tuple[str, bool], ...]:
    """Cut a sentence into (text, bold) in order; asterisks that mark nothing stay as they are."""
    parts = _BOLD.split(text)
    return tuple((part, index % 2 == 1) for index, part in enumerate(parts) if part)


def plain(text: str) -> str:
    """The sentence without marks."""
    return "".join(part for part, _ in spans(text))
