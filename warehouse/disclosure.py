"""Which numbers an edition withholds, so that nobody can work out what one firm or centre reported.

Primary suppression withholds what tells too much by itself; secondary suppression withholds more, until no attacker –
an outsider, a firm, or a centre, with all linked tables and earlier editions in hand – can bound another's part within
``P`` from above or from below. What is withheld is the least that does it, by cost: a program in 0 and 1 whose cuts come
from the attackers' own programs (Fischetti and Salazar-González 2000, 2001).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from warehouse.additive import Array, LinkedTables, Mask
from warehouse.exposure import Exposure, Need, marked, primary
from warehouse.intervals import Audit, Broken

_ROUNDS = 200
_NOTHING = 1e-6


def withheld(tables: LinkedTables) -> frozenset[str]:
    """The open cells that an edition must not print; the same for the same tables. RuntimeError if nothing protects them."""
    kept = secondary(tables, primary(tables))
    return frozenset(tables.cells[i].id for i in kept)


def secondary(tables: LinkedTables, first: frozenset[int]) -> frozenset[int]:
    """The cells of ``first`` and the others that have to be withheld with them."""
    openly = np.array([cell.state == "open" and bool(cell.contributions) for cell in tables.cells])
    settled = np.array([cell.state in {"withheld", "hidden"} for cell in tables.cells])
    audit, exposure = Audit(tables), Exposure(tables)
    marks = _attainable(tables, audit, openly | settled)
    cuts = {row.tobytes(): row for row in _together(tables, openly, settled)}
    for _ in range(_ROUNDS):
        chosen = _cheapest(tables, cuts, openly, first)
        kept = settled.copy()
        kept[list(chosen)] = True
        broken = audit.broken(
            [*_asked(tables, exposure, kept), *(one for one in marks if kept[one.mark])], kept, openly
        )
        if not broken:
            return chosen
        cuts |= {row.tobytes(): row for row in (_row(one, kept, openly) for one in broken)}
    raise RuntimeError(f"no pattern found in {_ROUNDS} rounds")


def _attainable(tables: LinkedTables, audit: Audit, most: Mask) -> list[Need]:
    """What is asked of marks, as far as it can be had: what earlier editions have told is not this one's to hide.

    ``most`` is all that could be kept back.
    """
    left = list(
        marked(tables, [i for i in np.flatnonzero(most).tolist() if tables.cells[i].state != "hidden"])
    )
    told = any(cell.state == "printed" and cell.contributions for cell in tables.cells)
    while told and (broken := audit.broken(left, most, most)):
        less = {one.need: one.need._replace(width=one.need.width * one.reached * 0.9) for one in broken}
        left = [less.get(one, one) for one in left if one not in less or less[one].width > _NOTHING]
    return left


def _asked(tables: LinkedTables, exposure: Exposure, kept: Mask) -> list[Need]:
    """What must stay possible of every number, and of what is left of every relation when what is printed is taken off."""
    taken = [[cell] for cell in range(len(tables.cells))]
    for relation in tables.relations:
        left = [tables.index[part] for part in relation.parts if kept[tables.index[part]]]
        if len(left) > 1 and relation.disjoint:
            taken.append(left)
    sums = dict.fromkeys(one for cells in taken for one in tables.made_of(cells))
    return _widest(exposure.needs(sums, tables.weight[:, kept].sum(axis=1) > 0))


def _widest(found: Iterable[Need]) -> list[Need]:
    """One need an attacker, sum and direction: the widest."""
    widest: dict[tuple[int, tuple[int, ...], int], Need] = {}
    for one in found:
        key = one.attacker, one.cells, one.sign
        if key not in widest or widest[key].width < one.width:
            widest[key] = one
    return list(widest.values())


def _row(broken: Broken, kept: Mask, openly: Mask) -> Array:
    """A cut as a row over the open cells, its bound last: Σ weights of what is withheld ≥ bound.

    Where rounding hides that the present choice breaks it, any other cell will do.
    """
    if broken.cut[kept].sum() > 1 - 1e-6:
        return np.append(np.where(openly & ~kept, 1.0, 0.0), 1.0)
    cut, bound = np.round(np.where(openly, broken.cut, 0.0), 9), 1 - broken.cut[kept & ~openly].sum()
    if broken.need.mark is not None and openly[broken.need.mark]:
        cut[broken.need.mark] -= 1
        bound -= 1
    return np.append(cut, round(bound, 9))


def _together(tables: LinkedTables, openly: Mask, settled: Mask) -> Iterator[Array]:
    """What every pattern obeys: a number alone not printed in a relation can be worked out, so another goes with it."""
    for relation in tables.relations:
        members = [tables.index[name] for name in (relation.total, *relation.parts)]
        if not settled[members].any():
            for one in members:
                row = np.zeros(len(openly) + 1)
                row[members] = openly[members]
                row[one] = -1
                if openly[one]:
                    yield row


def _cheapest(
    tables: LinkedTables, rows: Mapping[bytes, Array], openly: Mask, first: frozenset[int]
) -> frozenset[int]:
    """The cheapest choice of open cells that meets all cuts; RuntimeError if there is none."""
    cost = np.array([cell.cost for cell in tables.cells])
    cuts = np.array(list(rows.values())).reshape(len(rows), len(cost) + 1)
    least, most = np.zeros(len(cost)), openly.astype(float)
    least[list(first)] = 1
    solved = milp(
        np.where(openly, cost, 0.0),
        integrality=openly.astype(int),
        bounds=Bounds(least, most),
        constraints=LinearConstraint(cuts[:, :-1], cuts[:, -1] - 1e-8, np.inf),
    )
    if solved.x is None:
        raise RuntimeError(f"no choice of cells protects these tables: {solved.message}")
    return frozenset(np.flatnonzero(solved.x > 0.5).tolist())
