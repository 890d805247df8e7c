"""A finding: a sentence with an address. Sentences come from messages.yml, never from code."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from expectations.raw import visible
from expectations.yaml12 import read_yaml

Severity = Literal["note", "warning", "error", "hold", "refuse"]
Verdict = Literal["accepted", "returned", "held", "refused"]
_LONGEST = 500  # of a value in a sentence; what a form says of itself is shorter


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


def _called(group: str) -> dict[Any, tuple[str, str]]:
    return {key: (said["zh"], said["en"]) for key, said in _messages()[group].items()}


SEVERITIES: dict[Severity, tuple[str, str]] = _called("severities")  # the gravest first
VERDICTS: dict[Verdict, tuple[str, str]] = _called("verdicts")


def severity_words(severity: Severity) -> str:
    """A kind of finding with what follows from it: 错误（退回）."""
    said = _messages()["severities"][severity]
    return f"{said['zh']}（{said['then']}）" if said["then"] else said["zh"]


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

    A value named ``…_en`` takes the place of its namesake in the English sentence. Names and values are a stranger's:
    whatever they are, they are shown on one line, and not at any length.
    """
    group, key = message.split(".")
    said = _messages()[group][key]
    about = {"sheet": _quoted(sheet), "cell": cell, "column": column, "found": _quoted(found)}
    fields = about | {"rule": rule} | {name: _quoted(value) for name, value in values.items()}
    english = {name.removesuffix("_en"): value for name, value in fields.items() if name.endswith("_en")}
    return Finding(
        severity=severity,
        rule=rule or key,
        **about,
        zh=said["zh"].format_map(fields),
        en=said["en"].format_map({**fields, **english}),
    )


def _quoted(text: str) -> str:
    text = visible(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """The verdict a return gets from its findings: the gravest one decides."""
    severities = {one.severity for one in findings}
    if "refuse" in severities:
        return "refused"
    if "error" in severities:
        return "returned"
    return "held" if "hold" in severities else "accepted"


def gravest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What must be corrected before what may stay; else in the form's order."""
    rank = list(SEVERITIES)
    return tuple(sorted(findings, key=lambda one: rank.index(one.severity)))
