"""formula → would it fetch or start something when the workbook is opened?"""

from __future__ import annotations

import re

LONGEST = 8192  # characters of a formula, Excel's own limit
# Outside of texts ``|`` stands only between a program and its topic (DDE).
_ACTIVE = re.compile(r"\||\b(?:DDE|WEBSERVICE|RTD|IMAGE|CALL|EXEC|REGISTER(?:\.ID)?)\s*\(", re.IGNORECASE)
# Texts and names of sheets, each with its own kind of quote: in one the other is a letter like any.
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def is_active(formula: str) -> bool:
    """Whether a formula calls what reaches outside the workbook (DDE, web, add-in), or is too long to tell."""
    return len(formula) > LONGEST or _ACTIVE.search(_QUOTED.sub("", formula)) is not None
