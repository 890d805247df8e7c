"""Workbooks → findings, after other returns were accepted: what ``process`` does between the ledger and the answer."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from expectations.findings import Finding
from expectations.form import the_form
from expectations.quarter import SHANGHAI
from tasks.check import Candidate, check
from tasks.identify import identify, read_cover
from tasks.parse import parse_files
from tasks.parsed import read_findings
from tests.returns.cases import Past
from warehouse.archive import Archive
from warehouse.records import Arrival, Judged
from warehouse.registry import Registry
from warehouse.returns import Submission

NOW = datetime(2026, 10, 9, 10, tzinfo=SHANGHAI)


def judged_after(
    workbooks: Sequence[bytes], past: Sequence[Past], folder: Path, registry: Registry
) -> list[list[Finding]]:
    """The findings of each workbook, judged in one batch, when ``past`` is in force. They are all of one quarter."""
    archive = Archive(folder)
    archive.raw.mkdir(parents=True)
    before = [_kept(one.workbook(registry), archive) for one in past]
    now = [_kept(content, archive) for content in workbooks]
    parsed = parse_files([(sha256, "季度报表.xlsx") for sha256 in (*before, *now)], archive, the_form())
    in_force = [_accepted(sha256, one, parsed[sha256]) for sha256, one in zip(before, past, strict=True)]
    batch = [
        Candidate(sha256, *identify(read_cover(parsed[sha256]), registry, the_form(), NOW), parsed[sha256])
        for sha256 in now
    ]
    found = check(batch, in_force, archive.parsed, registry, the_form())
    return [read_findings(parsed[sha256]) + found[sha256] for sha256 in now]


def _kept(content: bytes, archive: Archive) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    archive.raw_path(sha256).write_bytes(content)
    return sha256


def _accepted(sha256: str, one: Past, parsed: Path) -> Submission:
    judged = Judged(
        sha256, "accepted", one.quarter, one.unit, one.centre, late=False, nil=False, parsed=parsed.name
    )
    return Submission(judged, Arrival("inbox", f"{one.quarter}.xlsx", "1", sha256, 1, NOW))
