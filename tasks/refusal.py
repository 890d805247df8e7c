"""A file that cannot be read safely, and the finding that says why and what to do."""

from __future__ import annotations

from expectations.findings import Finding, finding
from expectations.raw import visible


class Refusal(Exception):
    """The file is refused as a whole; carries the finding that is told."""

    def __init__(self, found: Finding) -> None:
        super().__init__(found.en)
        self.finding = found


def refuse(key: str, **values: str) -> Refusal:
    """A refusal; names of files, sheets and parts are the sender's and quoted as such."""
    return Refusal(
        finding("refuse", f"files.{key}", **{name: visible(value) for name, value in values.items()})
    )
