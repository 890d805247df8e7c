"""facts → what the office allowed and decided about returns, and what the centres that were asked say of theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import get_args

from reports.blocks import Cell, Table
from reports.chapters.tables import headings
from reports.dates import day_text
from reports.decided import ConfirmationFact, ConfirmationState, ExceptionFact, ExceptionKind
from reports.numbers import NO_DATA
from reports.wording import Wording

_NOTED: tuple[ExceptionKind, ...] = ("late", "waiver", "exclude")  # which say how they are counted


def exceptions_table(found: Sequence[ExceptionFact], say: Wording) -> Table:
    """One row an exception, in the order of kinds."""
    counts = Counter(one.kind for one in found)
    kinds: tuple[ExceptionKind, ...] = get_args(ExceptionKind)
    return Table(
        title=say(
            "exceptions.title",
            n=len(found),
            kinds=say.names(say(f"exceptions.counts.{one}", n=counts[one]) for one in kinds if counts[one]),
        ),
        headings=headings(say, "exceptions.headings"),
        rows=tuple(
            (
                Cell(
                    text=say(f"exceptions.kinds.{one.kind}", rule=one.rule),
                    sub=say.text(one.relation) if one.relation else "",
                    strong=one.kind == "exclude",
                ),
                Cell(text=say.text(one.unit), sub=say.text(one.centre)),
                Cell(text=day_text(one.until, say) if one.until else NO_DATA),
                Cell(text=one.by, sub=day_text(one.on, say)),
                Cell(text=one.reason),
            )
            for one in found
        ),
        note=say.sentences(*(say(f"exceptions.notes.{one}") for one in _NOTED if counts[one])),
    )


def confirmations_table(found: Sequence[ConfirmationFact], say: Wording) -> Table:
    """One row a centre that was asked; what needs a look stands out."""
    counts = Counter(one.state for one in found)
    states: tuple[ConfirmationState, ...] = get_args(ConfirmationState)
    return Table(
        title=say(
            "confirmations.title",
            n=len(found),
            states=say.names(
                say(f"confirmations.counts.{one}", n=counts[one]) for one in states if counts[one]
            ),
        ),
        headings=headings(say, "confirmations.headings"),
        rows=tuple(
            (
                Cell(text=say.text(one.centre)),
                Cell(
                    text=say(f"confirmations.states.{one.state}", day=day_text(one.on, say)),
                    sub=say("confirmations.changed") if one.changed else "",
                    strong=one.state == "objected",
                ),
                Cell(text=one.comment or NO_DATA),
            )
            for one in found
        ),
        note=say("confirmations.note"),
    )
