"""The rule: which numbers tell one party too much about another, and how far they have to be blurred.

The p-percent rule (Hundepool et al., Statistical Disclosure Control, 2012, §4.2.2), attacker by attacker: whoever knows
``a`` of a number must not be able to put an upper bound on another's ``x`` that is less than ``p`` % above it, which
is what number − a − x < p % · x comes to. A number of one or two contributors always fails: nothing, or nothing but the
attacker's own, is left beside ``x``. Attackers and attacked are the firms – reporting units and recipients – and the
centres, each of which knows all that its members report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from warehouse.additive import CENTRE, Array, LinkedTables, Mask

P = 0.10
_SURE = 1.01  # no rounding decides: a little more than P is asked, and of a step a little less
_NOTHING = 1e-9  # of a sum of decimals held in binary


class Need(NamedTuple):
    """What ``attacker`` must hold possible: that these cells add up to ``width`` more (``sign`` 1) or less (−1).

    ``mark``: only so long as this cell is withheld.
    """

    attacker: int
    cells: tuple[int, ...]
    sign: int
    width: float
    mark: int | None = None


class _Gap(NamedTuple):
    """Of one party in some cells, attacker by attacker (rows): see :func:`_gap`."""

    unknown: Array
    rest: Array
    rise: Array
    fall: Array


def _gap(tables: LinkedTables, party: int, cells: list[int]) -> _Gap:
    """How exposed a party is in the sum of its cells, to every attacker.

    ``unknown`` is the party's part that the attacker does not know yet, ``rest`` what neither of them knows (attackers ×
    cells); ``rise`` and ``fall`` how far the sum must still be able to move for the attacker.
    """
    both = tables.shared(party, cells)
    known = tables.weight[:, cells]
    unknown = _clean(known[party] - both)
    rest = _clean(tables.total[cells] - known - known[party] + both)
    amount = unknown.sum(axis=1)
    required = _required(amount, max(float(tables.cells[cell].step) for cell in cells))
    beside = np.where(unknown > 0, rest, 0).sum(axis=1)
    blurred = np.where(rest > 0, unknown, 0).sum(axis=1)
    return _Gap(unknown, rest, required - beside, required - blurred)


def _required(amount: Array, step: float) -> Array:
    """How far an amount has to stay blurred: by ``P``, and by a step at least."""
    return np.maximum(_SURE * P * amount, np.minimum(step, amount) / _SURE)


def _clean(values: Array) -> Array:
    return np.where(values > _NOTHING, values, 0.0)


class Exposure:
    """What has to stay possible, of every party in a sum of base cells; found once for each sum."""

    def __init__(self, tables: LinkedTables) -> None:
        self._tables = tables
        self._found: dict[tuple[int, tuple[int, ...]], list[tuple[Need, bool]]] = {}

    def needs(self, sums: Iterable[frozenset[int]], active: Mask) -> Iterator[Need]:
        """Of these sums, for every attacker it makes a difference to.

        ``active`` marks the attackers who know part of a number that is not printed; all others know no more of the
        unprinted than an outsider does, and count only where their own part makes the need greater.
        """
        for base in sums:
            everything = sorted(base)
            for party in np.flatnonzero(self._tables.weight[:, everything].any(axis=1)).tolist():
                cells = tuple(cell for cell in everything if self._tables.weight[party, cell] > 0)
                for need, greater in self._of(party, cells):
                    if greater or active[need.attacker]:
                        yield need

    def _of(self, party: int, cells: tuple[int, ...]) -> list[tuple[Need, bool]]:
        if (party, cells) not in self._found:
            safe = _surely_safe(self._tables, party, list(cells))
            self._found[party, cells] = (
                [] if safe else list(_needs(_gap(self._tables, party, list(cells)), cells))
            )
        return self._found[party, cells]


def _surely_safe(tables: LinkedTables, party: int, cells: list[int]) -> bool:
    """Whether enough of third parties stands beside a party in every one of its cells, whoever the attacker is.

    Says no of some that are safe; it spares the exact count for most.
    """
    known = tables.weight[:, cells]
    others = known.copy()
    others[party] = 0
    third = tables.total[cells] - known[party] - others.max(axis=0)
    step = max(float(tables.cells[cell].step) for cell in cells)
    return bool((third > _NOTHING).all() and third.sum() >= _required(known[party].sum(), step))


def _needs(gap: _Gap, cells: tuple[int, ...]) -> Iterator[tuple[Need, bool]]:
    """Every attacker's needs, each with whether an outsider's does not cover it."""
    exposed, columns = gap.unknown.any(axis=1), np.array(cells)
    for attacker in np.flatnonzero(exposed & ((gap.rise > _NOTHING) | (gap.fall > _NOTHING))).tolist():
        unknown, alone = gap.unknown[attacker] > 0, gap.rest[attacker] == 0
        for sign, width, where in ((1, gap.rise, unknown), (-1, gap.fall, unknown & alone)):
            if width[attacker] > _NOTHING:
                need = Need(attacker, tuple(columns[where].tolist()), sign, float(width[attacker]))
                same = width[attacker] <= width[0] + _NOTHING and (unknown == (gap.unknown[0] > 0)).all()
                yield need, attacker == 0 or not same


def marked(tables: LinkedTables, cells: Iterable[int]) -> Iterator[Need]:
    """A mark never stands where the number can be found: while one is withheld, it has to stay as blurred as a firm's part.

    For an outsider, and for every centre of what others have in it.
    """
    readers = [i for i, party in enumerate(tables.parties) if not party or party.startswith(CENTRE)]
    for cell in cells:
        unknown = _clean(tables.total[cell] - tables.weight[:, cell])
        step = float(tables.cells[cell].step)
        for reader in readers:
            for sign in (1, -1) if unknown[reader] else ():
                yield Need(reader, (cell,), sign, float(_required(unknown[reader], step)), cell)


def primary(tables: LinkedTables) -> frozenset[int]:
    """The open cells that tell too much by themselves, printed alone."""
    return frozenset(
        i
        for i, cell in enumerate(tables.cells)
        if cell.state == "open"
        and any(
            not _surely_safe(tables, int(party), [i]) and _fails(_gap(tables, int(party), [i]))
            for party in np.flatnonzero(tables.weight[:, i])
        )
    )


def _fails(gap: _Gap) -> bool:
    return bool((gap.unknown.any(axis=1) & (gap.rise > _NOTHING)).any())
