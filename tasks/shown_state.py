"""standing → the state that a matrix of returns shows for it."""

from __future__ import annotations

from reports.blocks import State
from warehouse.returns import Standing


def shown_state(one: Standing, counts: dict[str, dict[str, int]]) -> State:
    """How a return stands, and of one in use whether it came late, is nil or has warnings among its findings."""
    if one.in_force is None:
        return one.state
    warned = counts.get(one.in_force.judged.sha256, {}).get("warning", 0)
    if one.in_force.judged.late:
        return "late"
    return "nil" if one.nil else "warned" if warned else "accepted"
