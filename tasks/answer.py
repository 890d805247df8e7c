"""verdict → answer: what a unit is told about one file, with its own workbook annotated."""

from __future__ import annotations

import logging
from functools import cached_property
from pathlib import Path
from typing import Self

from expectations.findings import VERDICTS, Finding
from expectations.quarter import SHANGHAI, Quarter
from expectations.raw import visible
from reports.answer import Answer, render_answer
from tasks.annotate import Annotator
from tasks.annotated import annotated_path
from tasks.receipt import receipt
from tasks.settings import House
from warehouse.archive import written_whole
from warehouse.records import Judged
from warehouse.returns import Submission, submissions

log = logging.getLogger(__name__)


class AnswerDesk:
    """Composes answers. The ledger is read once, when the first is asked for, and one guarded child marks all workbooks."""

    def __init__(self, house: House) -> None:
        self._house, self._annotator = house, Annotator()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._annotator.close()

    @cached_property
    def _found(self) -> dict[str, Submission]:
        return {one.judged.sha256: one for one in submissions(self._house.ledger)}

    def compose(self, sha256: str) -> tuple[str, str, str, Path | None]:
        """Subject, text, HTML and annotated workbook of an answer; no workbook for refused files, which are never
        reopened, and for accepted ones. KeyError for a file without a verdict."""
        house, found = self._house, self._found[sha256]
        judged, arrival = found.judged, found.arrival
        findings = house.ledger.findings(sha256)
        annotated = annotated_copy(house, judged, findings, self._annotator)
        accepted = judged.verdict == "accepted"
        answer = Answer(
            verdict=judged.verdict,
            **_whose(house, judged),
            file=visible(Path(arrival.name).name),
            sender=visible(arrival.sender),
            received=arrival.received_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"),
            findings=tuple(findings),
            receipt=receipt(house.archive.parsed / judged.parsed, house.form) if accepted else (),
            annotated=annotated is not None,
            nil=judged.nil,
            sheets={sheet.zh: sheet.en for sheet in house.form.sheets},
        )
        return *render_answer(answer), annotated


def _whose(house: House, judged: Judged) -> dict[str, str]:
    """Quarter, unit with its centre, and whom to ask, in both languages; blank where nobody could be named."""
    unit = house.registry.unit.get(judged.unit or "")
    centre = f"（{judged.centre}）", f" ({judged.centre})"
    contact, contact_en = house.registry.both("contact")
    quarter = Quarter.parse(judged.quarter) if judged.quarter else None
    return {
        "quarter": quarter.zh if quarter else "",
        "quarter_en": quarter.en if quarter else "",
        "who": f"{unit.name}{centre[0] if judged.centre else ''}" if unit else "",
        "who_en": f"{unit.name_en}{centre[1] if judged.centre else ''}" if unit else "",
        "contact": contact,
        "contact_en": contact_en,
    }


def annotated_copy(
    house: House, judged: Judged, findings: list[Finding], annotator: Annotator
) -> Path | None:
    """The unit's workbook with its findings marked in it, under ``annotated/``; made once a verdict."""
    if judged.verdict in {"refused", "accepted"} or not findings:
        return None
    target = annotated_path(house, judged)
    if not target.exists():
        try:
            with written_whole(target) as temporary:
                raw = house.archive.raw_path(judged.sha256)
                failed = annotator.annotate(raw, findings, temporary, _head(house, judged))
                if failed:
                    raise _NoCopy(failed)
        except _NoCopy as why:
            log.warning("%s: no annotated copy: %s", target.name, why)
            return None
    return target


def _head(house: House, judged: Judged) -> tuple[str, ...]:
    """The lines above the list of findings in the workbook, which may be opened without its letter."""
    whose = _whose(house, judged)
    zh, en = VERDICTS[judged.verdict]
    contact = dict.fromkeys((whose["contact"], whose["contact_en"]))
    return (
        f"{whose['who']} {whose['quarter']} {zh} · {whose['who_en']} {whose['quarter_en']} {en}",
        " ".join(contact),
    )


class _NoCopy(Exception):
    """The guarded child could not write the copy; the answer goes without one."""
