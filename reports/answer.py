"""What a unit is told about its return: Chinese first, English second, every finding with sheet and cell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from expectations.findings import Finding, Verdict

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Receipt:
    """One line of what was understood from an accepted return: name in both languages, value as printed."""

    zh: str
    en: str
    value: str


@dataclass(frozen=True)
class Answer:
    """Everything an answer says. ``who`` is blank where nobody could be named; then the operator is told."""

    verdict: Verdict
    quarter: str
    who: str
    file: str
    received: str
    findings: tuple[Finding, ...]
    receipt: tuple[Receipt, ...]
    annotated: bool
    contact: str


VERDICTS: dict[Verdict, tuple[str, str]] = {
    "accepted": ("已采用", "accepted"),
    "returned": ("退回更正", "returned"),
    "held": ("待核，暂不采用", "held"),
    "refused": ("拒收", "refused"),
}
SEVERITIES = {
    "refuse": ("拒收", "refused"),
    "error": ("错误", "error"),
    "hold": ("待核", "hold"),
    "warning": ("提示", "warning"),
    "note": ("说明", "note"),
}


def render_answer(answer: Answer) -> tuple[str, str, str]:
    """Subject, plain text and HTML of an answer."""
    fields = {"a": answer, "verdicts": VERDICTS, "severities": SEVERITIES}
    text, html = (
        _environment(kind).get_template(f"answer.{kind}.j2").render(fields) for kind in ("txt", "html")
    )
    about = f"{answer.quarter} {answer.who}".strip() or answer.file
    return f"【{VERDICTS[answer.verdict][0]}】季报 {about}", text, html


def _environment(kind: str) -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=kind == "html",  # noqa: S701 - in the text part, markup is what stood in a cell
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
