"""The attacker: whoever reads what is printed, knows what is his, and solves for the rest. Shares no code with the defence.

``Published`` is all he has to go on. ``bounds`` is what he can do with it; ``successes`` compares that with the truth,
which he does not see: he wins if another's part of a number, or a number behind a mark, is pinned down to within p %.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, kron

from warehouse.additive import Cell, LinkedTables

PERCENT = 10
_ASKED_AT_ONCE = 400
MARK = "the number behind a mark"
Numbers = NDArray[np.float64]


class Published(NamedTuple):
    """What is printed (nan: not), which of the rest stands behind a mark, what may be negative, and what adds up."""

    printed: Numbers
    marked: NDArray[np.bool_]
    signed: NDArray[np.bool_]
    adds_up: Numbers


class Question(NamedTuple):
    """How small or large can the sum of these numbers be, less what the attacker has in them?

    ``own`` is what he has in every number, ``alone`` where he knows that nobody else has anything.
    """

    own: Numbers
    alone: NDArray[np.bool_]
    cells: tuple[int, ...]
    largest: bool


class Success(NamedTuple):
    attacker: str
    target: str
    cells: tuple[str, ...]
    bound: float
    truth: float


def published(tables: LinkedTables, withheld: Iterable[str]) -> Published:
    """What an edition prints of tables in which it withholds these cells."""
    kept = set(withheld)
    marked = [one.id in kept or one.state == "withheld" for one in tables.cells]
    hidden = [one.state == "hidden" for one in tables.cells]
    value = [float(sum(held.amount for held in one.contributions)) for one in tables.cells]
    printed = np.where(np.array(marked) | hidden, np.nan, value)
    place = {one.id: i for i, one in enumerate(tables.cells)}
    adds_up = np.zeros((len(tables.relations), len(tables.cells)))
    for row, one in enumerate(tables.relations):
        adds_up[row, place[one.total]] -= 1
        for part in one.parts:
            adds_up[row, place[part]] += 1
    return Published(printed, np.array(marked), np.array([one.signed for one in tables.cells]), adds_up)


def bounds(seen: Published, questions: list[Question]) -> list[float]:
    """The answer to each question: one linear program for many, each in unknowns of its own."""
    if not questions:
        return []
    unknown = np.flatnonzero(np.isnan(seen.printed))
    rows = np.flatnonzero(seen.adds_up[:, unknown].any(axis=1))
    coefficients = seen.adds_up[np.ix_(rows, unknown)]
    known = np.nan_to_num(seen.printed)
    if not len(unknown):
        return [float((known - one.own)[list(one.cells)].sum()) for one in questions]
    sums = -seen.adds_up[rows] @ known
    # He takes nothing to be more than a thousand times the largest number he sees or has.
    cap = 1e3 * max(1.0, known.max(initial=0), *(one.own.max(initial=0) for one in questions))
    answers: list[float] = []
    for start in range(0, len(questions), _ASKED_AT_ONCE):
        some = questions[start : start + _ASKED_AT_ONCE]
        wanted = np.array([np.isin(unknown, one.cells) * (-1.0 if one.largest else 1.0) for one in some])
        low = np.array([np.where(seen.signed, -cap, one.own)[unknown] for one in some])
        high = np.array([np.where(one.alone, one.own, cap)[unknown] for one in some])
        low = np.where(np.array([one.alone[unknown] for one in some]), high, low)
        solved = linprog(
            wanted.ravel(),
            A_eq=kron(eye_array(len(some)), csr_array(coefficients)),
            b_eq=np.tile(sums, len(some)),
            bounds=np.column_stack([low.ravel(), high.ravel()]),
        )
        assert solved.status == 0, solved.message  # what is printed is true, so it can be
        values = np.tile(known, (len(some), 1))
        values[:, unknown] = solved.x.reshape(len(some), -1)
        answers += [
            float((row[list(one.cells)] - one.own[list(one.cells)]).sum())
            for one, row in zip(some, values, strict=True)
        ]
    return answers


@dataclass(frozen=True)
class _Truth:
    """What really is in the numbers: parties × cells, and parties × parties × cells for what two of them share.

    ``known`` is what each party has, ``own`` and ``both`` and ``total`` the same without sign.
    """

    names: list[str]
    value: Numbers
    known: Numbers
    total: Numbers
    own: Numbers
    both: Numbers


def _truth(cells: tuple[Cell, ...]) -> _Truth:
    names = ["", *sorted({p for cell in cells for held in cell.contributions for p in held.parties})]
    shape = (len(names), len(cells))
    value, total, known, own = np.zeros(len(cells)), np.zeros(len(cells)), np.zeros(shape), np.zeros(shape)
    both = np.zeros((len(names), *shape))
    for i, cell in enumerate(cells):
        amounts = np.array([float(held.amount) for held in cell.contributions])
        if len(amounts):
            inside = np.array([[name in held.parties for held in cell.contributions] for name in names])
            value[i], total[i] = amounts.sum(), abs(amounts).sum()
            known[:, i], own[:, i] = inside @ amounts, inside @ abs(amounts)
            both[:, :, i] = (inside * abs(amounts)) @ inside.T
    return _Truth(names, value, known, total, own, both)


class _Siege:
    """All questions worth asking, each once, with who gains what by the answer."""

    def __init__(self, tables: LinkedTables, withheld: Iterable[str]) -> None:
        self.tables, self.truth = tables, _truth(tables.cells)
        self.seen = published(tables, withheld)
        self.asked: dict[bytes, tuple[Question, list[tuple[int, str, float]]]] = {}

    def ask(
        self, attacker: int, target: str, cells: NDArray[np.intp], margin: float, *, largest: bool
    ) -> None:
        """He wins if the largest (least) value is less than ``margin`` above (below) the true one."""
        there = np.isnan(self.seen.printed)
        # What he has in a printed number tells him nothing of the others.
        own = np.where(there | np.isin(np.arange(len(there)), cells), self.truth.known[attacker], 0)
        alone = self.truth.total - self.truth.own[attacker] < 1e-9
        question = Question(own, alone, tuple(cells.tolist()), largest)
        key = own.tobytes() + alone[there].tobytes() + repr((question.cells, largest)).encode()
        self.asked.setdefault(key, (question, []))[1].append((attacker, target, margin))

    def parts_of_others(self) -> None:
        """Another's part of a number, or of what is left of one when what is printed is taken off."""
        truth, share = self.truth, PERCENT / 100
        unknown = truth.own[:, None, :] - truth.both  # target × attacker × cell
        unknown[np.abs(unknown) < 1e-9] = 0
        rest = truth.total - truth.own[:, None, :] - truth.own[None, :, :] + truth.both
        for cells in _sums(self.tables, self.seen):
            columns = np.array(cells)
            mine, others = unknown[:, :, columns], rest[:, :, columns]
            amount = mine.sum(axis=2)
            # Beyond these he cannot get, as the true numbers themselves leave more open.
            above = share * amount - np.where(mine > 0, others, 0).sum(axis=2)
            below = share * amount - np.where(others > 1e-9, mine, 0).sum(axis=2)
            for target, attacker in np.argwhere((amount > 0) & ((above > 0) | (below > 0))).tolist():
                has = mine[target, attacker] > 0
                lone = has & (others[target, attacker] < 1e-9)
                who = truth.names[target]
                if above[target, attacker] > 0:
                    self.ask(attacker, who, columns[has], float(above[target, attacker]), largest=True)
                if below[target, attacker] > 0:
                    self.ask(attacker, who, columns[lone], float(below[target, attacker]), largest=False)

    def marks(self) -> None:
        """The number behind a mark, for an outsider, and for a centre what others have in it: the total minus itself."""
        for cell in np.flatnonzero(self.seen.marked):
            left = self.truth.total[cell] - self.truth.own[:, cell]
            for reader, name in enumerate(self.truth.names):
                if left[reader] > 1e-9 and (not name or name.startswith("centre:")):
                    for largest in (True, False):
                        margin = float(left[reader]) * PERCENT / 100
                        self.ask(reader, MARK, np.array([cell]), margin, largest=largest)

    def won(self) -> list[Success]:
        """Who learns what. A number behind a mark that earlier editions give away by themselves is no news."""
        pairs = list(self.asked.values())
        answers = bounds(self.seen, [one for one, _ in pairs])
        near = [
            (question, bound, one)
            for (question, those), bound in zip(pairs, answers, strict=True)
            for one in those
            if self._closer(question, bound, one[2])
        ]
        return [
            Success(self.truth.names[attacker], target, self._named(question), bound, self._true(question))
            for question, bound, (attacker, target, _) in near
            if target != MARK or not self._old(question, bound)
        ]

    def _named(self, question: Question) -> tuple[str, ...]:
        return tuple(self.tables.cells[cell].id for cell in question.cells)

    def _true(self, question: Question) -> float:
        there = list(question.cells)
        return float((self.truth.value[there] - question.own[there]).sum())

    def _closer(self, question: Question, bound: float, margin: float) -> bool:
        return abs(bound - self._true(question)) < margin * (1 - 1e-4) - 1e-6

    def _old(self, question: Question, bound: float) -> bool:
        """Whether he would be half as close without this edition."""
        without = published(self.tables, [one.id for one in self.tables.cells if one.state == "open"])
        (before,) = bounds(without, [question])
        return not self._closer(question, bound, abs(before - self._true(question)) / 2)


def _sums(tables: LinkedTables, seen: Published) -> set[tuple[int, ...]]:
    """The sums he looks at: every number, and of every relation what is not printed; each as the numbers it is made of."""
    place = {one.id: i for i, one in enumerate(tables.cells)}
    found: set[tuple[int, ...]] = set()
    # Where two tables break one number down, once by the first and once by the last.
    for relations in (tables.relations, tables.relations[::-1]):
        parts = {place[one.total]: [place[part] for part in one.parts] for one in relations if one.disjoint}

        def grains(cell: int, parts: dict[int, list[int]] = parts) -> set[int]:
            return {grain for part in parts[cell] for grain in grains(part)} if cell in parts else {cell}

        found |= {tuple(sorted(grains(cell))) for cell in range(len(tables.cells))}
        for one in tables.relations:
            left = [place[part] for part in one.parts if np.isnan(seen.printed[place[part]])]
            if left and one.disjoint:
                found.add(tuple(sorted({grain for part in left for grain in grains(part)})))
    return found


def exact(tables: LinkedTables, withheld: Iterable[str]) -> list[Success]:
    """The same attack on parts of others without a short cut, and slow: the target's part of every number is an unknown too.

    The parts add up as the numbers do; a part is nothing where the target is not, all where nobody else is, and never
    more than the number less what the attacker has.
    """
    seen, truth = published(tables, withheld), _truth(tables.cells)
    found = []
    for attacker, name in enumerate(truth.names):
        for target, who in enumerate(truth.names):
            mine = truth.own[target] - truth.both[target, attacker]
            others = truth.total - truth.own[target] - truth.own[attacker] + truth.both[target, attacker]
            if ((mine > 1e-9) & (others < mine * PERCENT / 100)).any():
                won = _pinned(seen, truth, attacker, mine, others)
                found += [Success(name, who, (tables.cells[c].id,), b, float(mine[c])) for c, b in won]
    return found


def _pinned(
    seen: Published, truth: _Truth, attacker: int, mine: Numbers, others: Numbers
) -> list[tuple[int, float]]:
    """The numbers in which the target's part is bounded too closely, with the bound."""
    n = len(mine)
    own = truth.known[attacker]
    absent, alone = mine < 1e-9, (mine > 1e-9) & (others < 1e-9)
    cap = 1e3 * max(1.0, truth.value.max())
    low = np.where(np.isnan(seen.printed), np.where(seen.signed, -cap, own), seen.printed)
    high = np.where(np.isnan(seen.printed), cap, seen.printed)
    empty = truth.total - truth.own[attacker] < 1e-9
    low, high = np.where(empty, own, low), np.where(empty, own, high)
    part_low = np.where(seen.signed & ~absent, -cap, 0.0)
    part_high = np.where(absent, 0.0, cap)
    bounded = ~seen.signed & ~absent
    one, none = np.eye(n), np.zeros_like(seen.adds_up)
    equal = np.block([[seen.adds_up, none], [none, seen.adds_up], [one[alone], -one[alone]]])
    right = np.concatenate([np.zeros(2 * len(seen.adds_up)), own[alone]])
    box = np.column_stack([np.concatenate([low, part_low]), np.concatenate([high, part_high])])
    found = []
    for cell in np.flatnonzero(mine > 1e-9).tolist():
        for sign in (1.0, -1.0):
            goal = np.zeros(2 * n)
            goal[n + cell] = sign
            solved = linprog(
                goal,
                A_ub=np.hstack([-one, one])[bounded],
                b_ub=-own[bounded],
                A_eq=equal,
                b_eq=right,
                bounds=box,
            )
            assert solved.status == 0, solved.message
            bound, margin = float(solved.x[n + cell]), mine[cell] * PERCENT / 100
            if not seen.signed[cell] and abs(bound - mine[cell]) < margin * (1 - 1e-4) - 1e-6:
                found.append((cell, bound))
    return found


def successes(tables: LinkedTables, withheld: Iterable[str]) -> list[Success]:
    """Every attack that succeeds on an edition that withholds these cells; he may be an outsider, a firm or a centre."""
    siege = _Siege(tables, withheld)
    siege.parts_of_others()
    siege.marks()
    return siege.won()
