"""facts → what returns tell otherwise than was accepted before: who, which cell, and both values."""

from __future__ import annotations

from collections.abc import Sequence

from reports.blocks import Cell, Table
from reports.changes import Restated, RestatedCell
from reports.chapters.tables import headings
from reports.dates import quarter_text
from reports.wording import Wording


def restated_table(found: Sequence[Restated], say: Wording) -> Table:
    """One row a record, in the order of units and cells."""
    return Table(
        title=say("restated.title", n=restated_cells(found), units=len({one.unit for one in found})),
        headings=headings(say, "restated.headings"),
        rows=tuple(
            (
                Cell(text=say.text(one.unit), sub=say.text(one.centre)),
                Cell(
                    text=say.text(one.sheet),
                    sub=say.names(cell.cell for cell in one.cells if cell.cell) or one.cell,
                ),
                Cell(text=say.clauses(_told(cell, one, say) for cell in one.cells) or say.text(one.text)),
            )
            for one in found
        ),
        note=say("restated.note"),
    )


def restated_cells(found: Sequence[Restated]) -> int:
    """How many cells say otherwise: a record may in several."""
    return sum(one.n for one in found)


def _told(cell: RestatedCell, one: Restated, say: Wording) -> str:
    """``立项时技术成熟度 4→3（2026年第二季度 研发项目!F8）``: both values, and where the first one stands."""
    before, now = (
        (say.code(cell.codes, value) if cell.codes else value) if value else say("restated.blank")
        for value in (cell.before, cell.now)
    )
    return say(
        "restated.again" if before == now else "restated.cell",
        column=say.text(cell.column),
        before=before,
        now=now,
        quarter=quarter_text(cell.quarter, say),
        there=f"{say.text(one.sheet)}!{cell.there}",
    )
