"""One annotated copy by itself."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from expectations.findings import Finding
from tasks.annotate import Annotator


def annotate(raw: Path, findings: list[Finding], out: Path, head: Sequence[str] = ()) -> str:
    with closing(Annotator()) as annotator:
        return annotator.annotate(raw, findings, out, head)
