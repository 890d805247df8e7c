"""raw → parsed: one guarded reader a batch; if it dies or hangs, its file is refused and a new reader goes on after it."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from expectations.findings import finding
from expectations.form import Form
from tasks.parsed import PARSER, write_parsed
from warehouse.archive import Archive, written_whole

SECONDS = 60


class _Reader:
    """The reading child: a request a line in, a line ``done`` out."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tasks.reader"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def read(self, raw: Path, name: str, out: Path) -> str:
        """Have one file read into ``out``. Returns blank, or why the child failed (it is dead then)."""
        assert self.process.stdin and self.process.stdout
        request = json.dumps({"raw": str(raw), "name": name, "out": str(out)})
        try:
            print(request, file=self.process.stdin, flush=True)
            ready, _, _ = select.select([self.process.stdout], [], [], SECONDS)
            if ready and self.process.stdout.readline() == "done\n":
                return ""
        except BrokenPipeError:
            ready = [True]
        self.process.kill()
        code = self.process.wait()
        return f"退出码 {code}" if ready else f"超过 {SECONDS} 秒"

    def close(self) -> None:
        self.process.communicate()


def parse_files(files: Iterable[tuple[str, str]], archive: Archive, form: Form) -> dict[str, Path]:
    """Parse files (sha256, name) that were not parsed yet; returns the parsed file of each."""
    reader: _Reader | None = None
    parsed: dict[str, Path] = {}
    try:
        for sha256, name in files:
            target = parsed[sha256] = archive.parsed_path(sha256, f"{form.code}_{form.version}", PARSER)
            if target.exists():
                continue
            with written_whole(target) as temporary:
                reader = reader or _Reader()
                failed = reader.read(archive.raw_path(sha256), name, temporary)
                if failed:
                    reader = None
                    write_parsed(temporary, [], [finding("refuse", "files.reader_failed", found=failed)])
    finally:
        if reader:
            reader.close()
    return parsed
