"""What returns in force tell otherwise than was accepted of earlier quarters: findings → both values, column by column."""

from __future__ import annotations

from collections.abc import Container

from reports.changes import Restated
from reports.text import Text
from tasks.known import Known
from tasks.sentences import told_cells


def restated(state: Known, wanted: Container[str]) -> tuple[Restated, ...]:
    """What the returns in force among some submissions tell otherwise than was accepted of earlier quarters."""
    rules = state.inputs.form.rules_asking("restated")
    english = {sheet.zh: sheet.en for sheet in state.inputs.form.sheets}
    found = []
    for one in state.in_force:
        unit, centre = (
            state.registry.unit.get(one.judged.unit or ""),
            state.registry.centre.get(one.judged.centre or ""),
        )
        if one.id not in wanted or unit is None or centre is None:
            continue
        found += [
            Restated(
                unit=Text(unit.name, unit.name_en),
                centre=Text(centre.short, centre.short_en),
                sheet=Text(said.sheet, english[said.sheet]),
                cell=said.cell,
                text=Text(_without_advice(said.zh, "。"), _without_advice(said.en, ". ")),
                cells=told_cells(said, state.inputs.form),
            )
            for said in state.findings(one.judged.sha256)
            if said.rule in rules
        ]
    return tuple(found)


def _without_advice(sentence: str, stop: str) -> str:
    """What was found, without the number of the relation before it and what the unit is to do after it."""
    _, _, said = sentence.partition("：" if stop == "。" else ": ")
    return said.removesuffix("。" if stop == "。" else ".").rpartition(stop)[0]
