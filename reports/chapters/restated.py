"""facts → what returns tell otherwise than was accepted before: who, which cell, and both values."""

from __future__ import annotations

from collections.abc import Sequence

from reports.blocks import Cell, Table
from reports.changes import Restated
from reports.chapters.tables import headings
from reports.wording import Wording


def restated_table(found: Sequence[Restated], say: Wording) -> Table:
    """One row a finding, in the order of units and cells."""
    return Table(
        title=say("restated.title", n=len(found), units=len({one.unit for one in found})),
        headings=headings(say, "restated.headings"),
        rows=tuple(
            (
                Cell(text=say.text(one.unit), sub=say.text(one.centre)),
                Cell(text=say.text(one.sheet), sub=one.cell),
                Cell(text=say.text(one.text)),
            )
            for one in found
        ),
        note=say("restated.note"),
    )
