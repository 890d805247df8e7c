"""All cases judged together, once: Great Expectations takes seconds to import and a second a run, however many rows."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import pytest

from expectations.findings import Finding
from expectations.form import the_form
from expectations.quarter import SHANGHAI, Quarter
from tasks.check import Candidate, check
from tasks.parse import parse_files
from tasks.parsed import read_findings
from tasks.try_files import try_files
from tests.returns.cases import Case, cases
from tests.returns.filled import fill, records, saved
from warehouse.archive import Archive
from warehouse.records import Arrival, Judged
from warehouse.registry import Registry
from warehouse.returns import Submission

NOW = datetime(2026, 10, 9, 10, tzinfo=SHANGHAI)


@pytest.fixture(scope="session")
def registry() -> Registry:
    return Registry.read(Path(__file__).parents[2] / "registry")


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory, registry: Registry) -> dict[str, list[Finding]]:
    """The findings of every case, by its name."""
    alone = [case for case in cases().values() if not case.after_last_quarter]
    after = [case for case in cases().values() if case.after_last_quarter]
    folder = tmp_path_factory.mktemp("returns")
    return {**_tried(alone, folder / "alone", registry), **_checked(after, folder / "after", registry)}


def _tried(of: list[Case], folder: Path, registry: Registry) -> dict[str, list[Finding]]:
    files = []
    for case in of:
        file = folder / case.name / case.file
        file.parent.mkdir(parents=True)
        file.write_bytes(case.workbook())
        files.append(file)
    results = try_files(files, registry, the_form(), NOW)
    return {
        case.name: [Finding(**one) for one in result["findings"]]
        for case, result in zip(of, results, strict=True)
    }


def _checked(of: list[Case], folder: Path, registry: Registry) -> dict[str, list[Finding]]:
    """Judged as ``process`` would after last quarter's return was accepted."""
    archive = Archive(folder)
    archive.raw.mkdir(parents=True)

    def kept(content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        archive.raw_path(sha256).write_bytes(content)
        return sha256

    before = kept(saved(fill(the_form(), records("last_quarter"))))
    shas = {kept(case.workbook()): case for case in of}
    parsed = parse_files([(sha256, "季度报表.xlsx") for sha256 in (before, *shas)], archive, the_form())
    (member,) = (m for m in registry.memberships if (m.centre, m.unit) == ("EQ01", "U02"))
    arrival = Arrival("inbox", "2026-Q2.xlsx", "1", before, 1, datetime(2026, 7, 9, tzinfo=SHANGHAI))
    accepted = Judged(
        before, "accepted", "2026-Q2", "U02", "EQ01", late=False, nil=False, parsed=parsed[before].name
    )
    quarter = Quarter.parse("2026-Q3")
    batch = [Candidate(sha256, member, quarter, parsed[sha256]) for sha256 in shas]
    found = check(batch, [Submission(accepted, arrival)], archive.parsed, registry, the_form())
    return {case.name: read_findings(parsed[sha256]) + found[sha256] for sha256, case in shas.items()}
