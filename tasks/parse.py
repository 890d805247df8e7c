"""raw → parsed: one guarded reader a batch; a file that kills it is refused and a new reader goes on after it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from expectations.findings import finding
from expectations.form import Form
from tasks.guard import Guarded
from tasks.parsed import PARSER, write_parsed
from warehouse.archive import Archive, written_whole

READER = "tasks.reader"  # the module whose process opens the files


def parse_files(files: Iterable[tuple[str, str]], archive: Archive, form: Form) -> dict[str, Path]:
    """Parse files (sha256, name) that were not parsed yet; returns the parsed file of each."""
    parsed: dict[str, Path] = {}
    with Guarded(READER) as reader:
        for sha256, name in files:
            target = parsed[sha256] = archive.parsed_path(sha256, f"{form.code}_{form.version}", PARSER)
            if not target.exists():
                with written_whole(target) as temporary:
                    failed = reader.ask(raw=str(archive.raw_path(sha256)), name=name, out=str(temporary))
                    if failed:
                        write_parsed(temporary, [], [finding("refuse", "files.reader_failed", found=failed)])
    return parsed
