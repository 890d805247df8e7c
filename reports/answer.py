"""What a unit is told about its return: Chinese first, English second, every finding with sheet and cell."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from expectations.findings import SEVERITIES, VERDICTS, Finding, Verdict, gravest_first
from reports.parts import both_parts

MOST = 40  # findings a letter lists; the rest stands in the annotated workbook


@dataclass(frozen=True)
class Receipt:
    """One line of what was understood from an accepted return: its sheet, name and printed value in both languages."""

    sheet: str
    sheet_en: str
    zh: str
    en: str
    value: str
    value_en: str


@dataclass(frozen=True)
class Answer:
    """Everything an answer says. ``who`` is blank where nobody could be named; then the operator is told.

    Names, the quarter and the contact come in both languages; ``sheets`` gives the English name of a printed one.
    ``sender`` is the address the file came from, blank where it did not come by mail.
    """

    verdict: Verdict
    quarter: str
    quarter_en: str
    who: str
    who_en: str
    file: str
    received: str
    findings: tuple[Finding, ...]
    receipt: tuple[Receipt, ...]
    annotated: bool
    nil: bool
    contact: str
    contact_en: str
    sheets: dict[str, str]
    sender: str = ""

    @property
    def told(self) -> tuple[Finding, ...]:
        return gravest_first(self.findings)[:MOST]

    @property
    def untold(self) -> int:
        """How many findings are left to the annotated workbook."""
        return len(self.findings) - len(self.told)

    @property
    def receipt_by_sheet(self) -> list[tuple[tuple[str, str], list[Receipt]]]:
        return [
            (name, list(lines))
            for name, lines in groupby(self.receipt, lambda one: (one.sheet, one.sheet_en))
        ]


def render_answer(answer: Answer) -> tuple[str, str, str]:
    """Subject, plain text and HTML of an answer."""
    fields = {"a": answer, "verdicts": VERDICTS, "severities": SEVERITIES}
    text, html = both_parts("answer", fields)
    zh, en = VERDICTS[answer.verdict]
    about = f"{answer.quarter} {answer.who}".strip() or answer.file
    subject = f"【{zh}】季报 {about} · {en} {answer.quarter_en}"
    return subject.strip(), text, html
