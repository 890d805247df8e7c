"""claims → disputes: what several units or centres claim, how it stands, and what each of them is credited with."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from warehouse.build import Inputs, derive_marts, stage
from warehouse.store import Connection, scratch

State = Literal["open", "agreed", "decided"]
# What claims are made from: of the forms these sheets, of the marts these.
_SHEETS = ("unit", "outputs", "diffusion", "followup", "industrialisation")
_MARTS = frozenset(
    f"{name}.sql"
    for name in (
        *("10_return", "30_recipient", "32_event", "40_output", "52_first_use"),
        *("56_claim", "57_credit", "58_dispute"),
    )
)


@dataclass(frozen=True)
class Claimant:
    """A unit in a centre that claims something: in which quarter and cell first, and its credit, a fraction of one."""

    unit: str
    centre: str
    quarter: str
    written: str
    credit: Decimal
    submission: str
    sheet: str
    row: int


@dataclass(frozen=True)
class Dispute:
    """What several claim. ``written`` is the identifier as the first wrote it, ``since`` the quarter the second came in.

    ``settled`` is the ledger's seq of the newest decision; ``doubtful`` a contract whose claimants name different
    recipients.
    """

    kind: str
    identifier: str
    written: str
    state: State
    since: str
    settled: int | None
    doubtful: bool
    claimants: tuple[Claimant, ...]

    @property
    def units(self) -> tuple[str, ...]:
        """The units among the claimants, each once, the first to claim first."""
        return tuple(dict.fromkeys(one.unit for one in self.claimants))


def disputes(connection: Connection) -> list[Dispute]:
    """Every dispute of a generation, by quarter, kind and identifier."""
    rows = connection.execute(
        "select kind, identifier, written, state, since, settled, doubtful, claimants from mart_dispute "
        "order by since, kind, identifier"
    )
    names = [one[0] for one in rows.description]
    found = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    return [
        Dispute(**{**one, "claimants": tuple(Claimant(**each) for each in one["claimants"])}) for one in found
    ]


def disputes_among(inputs: Inputs) -> list[Dispute]:
    """The same of what would be in force, without building a generation."""
    with scratch() as connection:
        stage(connection, inputs, [inputs.form.by_name[name] for name in _SHEETS])
        derive_marts(connection, inputs.form, only=_MARTS)
        return disputes(connection)
