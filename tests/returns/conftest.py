"""All cases judged together, once: Great Expectations takes seconds to import and a second a run, however many rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations.findings import Finding
from expectations.form import the_form
from tasks.try_files import try_files
from tests.returns.cases import Case, cases, past
from tests.returns.judging import NOW, judged_after
from warehouse.registry import Registry


@pytest.fixture(scope="session")
def registry() -> Registry:
    return Registry.read(Path(__file__).parents[2] / "registry")


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory, registry: Registry) -> dict[str, list[Finding]]:
    """The findings of every case, by its name."""
    alone = [case for case in cases().values() if not case.with_past]
    after = [case for case in cases().values() if case.with_past]
    folder = tmp_path_factory.mktemp("returns")
    return {**_tried(alone, folder / "alone", registry), **_after_past(after, folder / "after", registry)}


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


def _after_past(of: list[Case], folder: Path, registry: Registry) -> dict[str, list[Finding]]:
    """Judged as ``process`` would after the returns under past were accepted."""
    found = judged_after([case.workbook() for case in of], past(), folder, registry)
    return {case.name: findings for case, findings in zip(of, found, strict=True)}
