"""files → verdicts, without any state: what ``jinchuang check`` says before a return is sent."""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from expectations.findings import Finding, verdict_of
from expectations.form import Form
from expectations.raw import visible
from tasks.annotate import Annotator
from tasks.check import Candidate, check
from tasks.identify import UnknownReturn, identify, read_cover
from tasks.parse import parse_files
from tasks.parsed import read_findings
from warehouse.archive import Archive
from warehouse.registry import Registry

log = logging.getLogger(__name__)


def try_files(
    files: list[Path], registry: Registry, form: Form, now: datetime, annotated: Path | None = None
) -> list[dict[str, Any]]:
    """Judge files by themselves: no ledger, no last quarter, no deadline. One entry a file, in the order given.

    ``{file, sha256, verdict, findings}``; with ``annotated`` a folder, copies of files that could be read go there.
    """
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder))
        archive.raw.mkdir()
        shas = []
        for file in files:
            sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
            shutil.copyfile(file, archive.raw_path(sha256))
            shas.append(sha256)
        parsed = parse_files(zip(shas, (file.name for file in files), strict=True), archive, form)
        findings = _judge(parsed, registry, form, now)
        if annotated is not None:
            read = {
                file: sha
                for file, sha in zip(files, shas, strict=True)
                if verdict_of(findings[sha]) != "refused"
            }
            _annotate(read, archive, findings, annotated)
    return [
        {
            "file": str(file),
            "sha256": sha256,
            "verdict": verdict_of(findings[sha256]),
            "findings": [one.model_dump() for one in findings[sha256]],
        }
        for file, sha256 in zip(files, shas, strict=True)
    ]


def _annotate(
    read: dict[Path, str], archive: Archive, findings: dict[str, list[Finding]], folder: Path
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with closing(Annotator()) as annotator:
        for file, sha256 in read.items():
            out = folder / _annotated_name(file, sha256, list(read))
            if why := annotator.annotate(archive.raw_path(sha256), findings[sha256], out):
                log.warning("无批注副本 no annotated copy: %s: %s", visible(str(file)), why)


def _annotated_name(file: Path, sha256: str, files: list[Path]) -> str:
    """The name of an annotated copy: long names are cut, files of one name told apart."""
    stem = file.stem.encode()[:200].decode(errors="ignore")
    twin = sum(other.name == file.name for other in files) > 1
    return f"审核结果_{stem}{'_' + sha256[:8] if twin else ''}.xlsx"


def _judge(
    parsed: dict[str, Path], registry: Registry, form: Form, now: datetime
) -> dict[str, list[Finding]]:
    findings = {sha256: read_findings(path) for sha256, path in parsed.items()}
    batches: dict[str, list[Candidate]] = {}
    for sha256, path in parsed.items():
        if verdict_of(findings[sha256]) == "refused":
            continue
        try:
            member, quarter = identify(read_cover(path), registry, form, now)
        except UnknownReturn as unknown:
            findings[sha256].append(unknown.finding)
            continue
        batches.setdefault(str(quarter), []).append(Candidate(sha256, member, quarter, path))
    for batch in batches.values():
        for sha256, found in check(batch, [], Path(), registry, form).items():
            findings[sha256] += found
    return findings
