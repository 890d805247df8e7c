"""A finding: a sentence with an address. Sentences come from messages.yml, never from code."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from expectations.yaml12 import read_yaml

Severity = Literal["note", "warning", "error", "hold", "refuse"]
Verdict = Literal["accepted", "returned", "held", "refused"]


class Finding(BaseModel):
    """What is wrong, where, what was found and what to do. ``sheet`` and ``column`` are Chinese names as printed."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    severity: Severity
    rule: str
    sheet: str = ""
    cell: str = ""
    column: str = ""
    found: str = ""
    zh: str
    en: str


@cache
def _messages() -> dict[str, dict[str, dict[str, str]]]:
    messages: dict[str, dict[str, dict[str, str]]] = read_yaml(Path(__file__).parent / "messages.yml")
    return messages


def finding(
    severity: Severity,
    message: str,
    *,
    rule: str = "",
    sheet: str = "",
    cell: str = "",
    column: str = "",
    found: str = "",
    **values: str,
) -> Finding:
    """Make a finding from ``message``, written ``group.key`` of messages.yml; an unknown key or field is a KeyError.

    A value named ``…_en`` takes the place of its namesake in the English sentence.
    """
    group, key = message.split(".")
    said = _messages()[group][key]
    fields = {
        "rule": rule,
        "column": column,
        "sheet": sheet,
        "cell": cell,
        "found": found,
        **values,
    }
    english = {name.removesuffix("_en"): value for name, value in values.items() if name.endswith("_en")}
    return Finding(
        severity=severity,
        rule=rule or key,
        sheet=sheet,
        cell=cell,
        column=column,
        found=found,
        zh=said["zh"].format_map(fields),
        en=said["en"].format_map({**fields, **english}),
    )


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """The verdict a return gets from its findings: the gravest one decides."""
    severities = {one.severity for one in findings}
    if "refuse" in severities:
        return "refused"
    if "error" in severities:
        return "returned"
    return "held" if "hold" in severities else "accepted"
