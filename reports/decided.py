"""What people allowed, decided and confirmed about a quarter's returns, as plain values, in no language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from reports.text import Text

ExceptionKind = Literal["late", "waiver", "release", "include", "exclude"]
ConfirmationState = Literal["asked", "silent", "confirmed", "objected"]


@dataclass(frozen=True)
class ExceptionFact:
    """A unit may be late with its return, or a relation is waived in it (``rule`` and what it says), up to a day; or its
    return was let in though it was held, taken back, or excluded. ``by`` and ``reason`` are the office's words, ``on`` the
    day of them.
    """

    kind: ExceptionKind
    unit: Text
    centre: Text
    by: str
    reason: str
    on: date
    until: date | None = None
    rule: str = ""
    relation: Text | None = None


@dataclass(frozen=True)
class ConfirmationFact:
    """What a centre that was asked said of its units' returns on a day, or that it was asked to by a day and has not
    answered: ``silent`` once that has passed. ``changed``: a return of the centre counts otherwise than it was told.
    """

    centre: Text
    state: ConfirmationState
    on: date
    comment: str = ""
    changed: bool = False


@dataclass(frozen=True)
class Decided:
    """All of a quarter; nothing where nobody had to."""

    exceptions: tuple[ExceptionFact, ...] = ()
    confirmations: tuple[ConfirmationFact, ...] = ()
