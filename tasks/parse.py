"""raw → parsed: guarded readers share a batch; a file that kills one is refused and a new reader goes on after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from expectations.findings import finding
from expectations.form import Form
from tasks.guard import Guarded
from tasks.parsed import PARSER, write_parsed
from warehouse.archive import Archive, fsync_folder, written_whole

READER = "tasks.reader"  # the module whose process opens the files
READERS = 2  # each has its own memory limit
SHARE = 12  # files that are worth the second another reader takes to start

_Todo = tuple[Path, str, Path]  # raw file, its name, where what is parsed from it goes


def parse_files(files: Iterable[tuple[str, str]], archive: Archive, form: Form) -> dict[str, Path]:
    """Parse files (sha256, name) that were not parsed yet; returns the parsed file of each."""
    parsed: dict[str, Path] = {}
    todo: list[_Todo] = []
    for sha256, name in files:
        target = archive.parsed_path(sha256, f"{form.code}_{form.version}", PARSER)
        if sha256 not in parsed and not target.exists():
            todo.append((archive.raw_path(sha256), name, target))
        parsed[sha256] = target
    if todo:
        readers = min(READERS, -(-len(todo) // SHARE))
        with ThreadPoolExecutor(readers) as pool:
            list(pool.map(_parse, [todo[n::readers] for n in range(readers)]))
        fsync_folder(archive.parsed)
    return parsed


def _parse(share: Sequence[_Todo]) -> None:
    # Two at a time: the reader goes on to the next file while the last one is synced.
    with Guarded(READER) as reader, ThreadPoolExecutor(2) as pool:
        list(pool.map(partial(_parse_one, reader), share))


def _parse_one(reader: Guarded, todo: _Todo) -> None:
    raw, name, target = todo
    with written_whole(target, settled=False) as temporary:
        failed = reader.ask(raw=str(raw), name=name, out=str(temporary))
        if failed:
            write_parsed(temporary, [], [finding("refuse", "files.reader_failed", found=failed)])
