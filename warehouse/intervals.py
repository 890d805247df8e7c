"""What a reader can still hold possible: linear programs over all that is printed, many at once.

A number that is not printed may move as far as the printed ones, the relations, and what the attacker knows let it: not
below the attacker's own part, and not at all where nobody but the attacker is in it (Fischetti and Salazar-González,
Models and Algorithms for Optimizing Cell Suppression in Tabular Data, JASA 95, 2000).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack, kron

from warehouse.additive import Array, LinkedTables, Mask
from warehouse.exposure import Need

Index = NDArray[np.intp]
_FIRST = 8  # needs of a first program, whose answers often serve the others
_VARIABLES = 6000  # of a later one
_MANY = 16  # cuts at a time
# Left to every cell that is printed but need not be, in widths: so the prices, and with them the cuts, name few cells.
_PLAY = 1e-5
_ENOUGH = 1 - 1e-3  # of what is asked
_BELOW = 1e5  # times the width needed: no number has to fall farther, and the program stays well scaled
_STILL = 1e-9


class Broken(NamedTuple):
    """A need that does not hold: what part of its width can be ``reached``, and why no more.

    ``cut`` weighs the cells; of those that are not printed it has to reach 1.
    """

    need: Need
    reached: float
    cut: Array


class _Asked(NamedTuple):
    """Needs as arrays: who attacks, needs × cells which sum is meant and in which direction, how wide."""

    attackers: Index
    goals: Array
    widths: Array


class Audit:
    """Tells which needs hold while some cells are not printed, and remembers what showed it."""

    def __init__(self, tables: LinkedTables) -> None:
        self._relations: Array = tables.matrix.toarray()
        left = tables.total - tables.weight
        # Whether a number may move at all, and how far it may fall: parties × cells.
        self._loose = left > _STILL
        signed = np.array([cell.signed for cell in tables.cells])
        self._down = np.where(self._loose, np.where(signed, np.inf, left), 0.0)
        self._shown: list[Array] = []

    def broken(self, needs: Sequence[Need], kept: Mask, could: Mask) -> list[Broken]:
        """Needs that do not hold while the cells of ``kept`` are kept back and all others printed.

        Not always all of them, but none only if there is none. ``could`` marks the cells that could be kept back.
        """
        self._shown = [move for move in self._shown if not move[~kept].any()]
        columns = np.flatnonzero(kept | could)
        play = np.where(kept[columns], np.inf, _PLAY)
        goals = np.zeros((len(needs), len(kept)))
        for i, one in enumerate(needs):
            goals[i, list(one.cells)] = one.sign
        asked = _Asked(
            np.array([one.attacker for one in needs], int), goals, np.array([one.width for one in needs])
        )
        left = np.arange(len(needs))
        for move in self._shown:
            left = left[~self._met(asked, left, move)]
        size, found = _FIRST, list[Broken]()
        while len(left) and len(found) < _MANY:
            batch, left = left[:size], left[size:]
            for i, reached, move, price in self._solved(asked, batch, columns, play):
                if reached < _ENOUGH:
                    found.append(Broken(needs[i], reached, self._cut(needs[i], asked.goals[i], price)))
                else:
                    self._shown.append(np.where(kept, move, 0))
                    left = left[~self._met(asked, left, self._shown[-1])]
            size = max(_FIRST, min(4 * size, _VARIABLES // (len(columns) + 1)))
        return found

    def _met(self, asked: _Asked, some: Index, move: Array) -> Mask:
        """Which of some needs a move meets that is known to be possible for one attacker, made larger or smaller."""
        attackers, moving = asked.attackers[some], np.flatnonzero(np.abs(move) > _STILL)
        gained = asked.goals[np.ix_(some, moving)] @ move[moving]
        scale = np.divide(asked.widths[some], gained, out=np.zeros(len(some)), where=gained > _STILL)
        down, loose = self._down[np.ix_(attackers, moving)], self._loose[np.ix_(attackers, moving)]
        fits = -scale[:, None] * move[moving] <= down + _STILL
        met: Mask = (gained > _STILL) & (fits & loose).all(axis=1)
        return met

    def _solved(
        self, asked: _Asked, some: Index, columns: Index, play: Array
    ) -> Iterator[tuple[int, float, Array, Array]]:
        """For each of some needs: what part of its width can be reached, the move that does it, and the relations' prices.

        One program for all of them, each in variables of its own: moves in units of the width, and the part reached,
        which is not asked to be more than 1.
        """
        rows = np.flatnonzero((self._relations[:, columns] != 0).any(axis=1))
        relations = csr_array(self._relations[np.ix_(rows, columns)])
        count, each = len(some), len(columns)
        own = np.ix_(asked.attackers[some], columns)
        low = -np.minimum(self._down[own] / asked.widths[some, None], np.minimum(play, _BELOW))
        high = np.where(self._loose[own], play, 0.0)
        reached = np.array([[0.0, 1.0]] * count)
        balanced = kron(eye_array(count), relations)
        which, cell = np.nonzero(goals := -asked.goals[np.ix_(some, columns)])
        goals = csr_array((goals[which, cell], (which, which * each + cell)), shape=(count, count * each))
        solved = linprog(
            np.concatenate([np.zeros(count * each), -np.ones(count)]),
            A_eq=hstack([balanced, csr_array((balanced.shape[0], count))]),
            b_eq=np.zeros(balanced.shape[0]),
            A_ub=hstack([goals, eye_array(count)]),
            b_ub=np.zeros(count),
            bounds=np.vstack([np.column_stack([low.ravel(), high.ravel()]), reached]),
            method="highs",
        )
        if solved.status != 0:
            raise RuntimeError(f"the attacker's program: {solved.message}")
        moves = solved.x[: count * each].reshape(count, each) * asked.widths[some, None]
        for i, need in enumerate(some.tolist()):
            move, price = np.zeros(self._loose.shape[1]), np.zeros(len(self._relations))
            move[columns] = moves[i]
            price[rows] = solved.eqlin.marginals[i * len(rows) : (i + 1) * len(rows)]
            yield need, float(solved.x[count * each + i]), move, price

    def _cut(self, need: Need, goal: Array, price: Array) -> Array:
        """By duality: what each cell could add to the width, were it not printed; 1 is all of it."""
        worth = price @ self._relations + goal
        worth[np.abs(worth) < _STILL] = 0
        down = np.where(worth < 0, self._down[need.attacker], 0.0)
        falling = np.multiply(-worth / need.width, down, out=np.zeros(len(worth)), where=worth < 0)
        rising = np.where((worth > 0) & self._loose[need.attacker], 1.0, 0.0)
        cut: Array = np.minimum(rising + falling, 1.0)
        return cut
