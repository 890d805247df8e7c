"""files → archive: every file exactly as received under its sha256, and beside it what was parsed from it."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import get_native_id
from typing import Any, BinaryIO

_CHUNK = 1 << 20


class SourceChanged(Exception):
    """The source changed while it was copied; it is left for the next round."""


class SourceUnreadable(Exception):
    """The source is no file that may be opened: a link, a pipe, a device, or one without permission."""


@dataclass(frozen=True)
class Kept:
    """A file in the archive."""

    sha256: str
    size: int
    path: Path


def fsync_folder(folder: Path) -> None:
    """Make renames in ``folder`` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def written_whole(target: Path, *, settled: bool = True) -> Iterator[Path]:
    """Yield a temporary path; on success fsync it and rename it to ``target``, so that no reader meets half a file.

    Not ``settled``, the rename may be lost in a power cut until the caller calls ``fsync_folder``, once for many files.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        with temporary.open("rb+") as handle:
            os.fsync(handle.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    if settled:
        fsync_folder(target.parent)


def _opened(source: Path) -> BinaryIO:
    """A regular file opened for reading, whatever was put in its place since it was listed."""
    try:
        # A link must not make us read a file of this machine, a pipe must not make us wait for ever.
        reader = os.fdopen(os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
    except FileNotFoundError as gone:
        raise SourceChanged(source) from gone
    except OSError as refused:
        raise SourceUnreadable(f"{source}: {refused.strerror}") from refused
    if not stat.S_ISREG(os.fstat(reader.fileno()).st_mode):
        reader.close()
        raise SourceUnreadable(f"{source}: not a regular file")
    return reader


class Archive:
    """The archive below one folder: ``raw/<sha256>`` with a receipt, ``parsed/<sha256>-<form>-<parser>.parquet``."""

    def __init__(self, home: Path) -> None:
        self.raw = home / "raw"
        self.parsed = home / "parsed"

    def raw_path(self, sha256: str) -> Path:
        return self.raw / sha256

    def parsed_path(self, sha256: str, form: str, parser: str) -> Path:
        return self.parsed / f"{sha256}-{form}-{parser}.parquet"

    def keep(self, source: Path, receipt: Callable[[], dict[str, Any]], *, settled: bool = True) -> Kept:
        """Copy ``source`` in, hashing on the way. Keeping twice is a no-op; ``settled`` as with ``written_whole``.

        Threads may keep different bytes at the same time, not the same ones: the first receipt is to stand.
        SourceChanged if it changed meanwhile or is gone, SourceUnreadable if it is no regular file or may not be read.
        What is judged later is this private copy, so a file swapped after the check cannot slip through.
        """
        self.raw.mkdir(parents=True, exist_ok=True)
        temporary = self.raw / f".{os.getpid()}-{get_native_id()}.tmp"
        digest, size = hashlib.sha256(), 0
        try:
            with _opened(source) as reader:
                before = os.fstat(reader.fileno())
                with temporary.open("wb") as writer:
                    while chunk := reader.read(_CHUNK):
                        digest.update(chunk)
                        size += writer.write(chunk)
                    writer.flush()
                    os.fsync(writer.fileno())
            try:
                after = source.stat(follow_symlinks=False)
            except FileNotFoundError as gone:
                raise SourceChanged(source) from gone
            if (before.st_ino, before.st_size, before.st_mtime_ns) != (
                after.st_ino,
                after.st_size,
                after.st_mtime_ns,
            ):
                raise SourceChanged(source)
            kept = Kept(digest.hexdigest(), size, self.raw_path(digest.hexdigest()))
            if not kept.path.exists():
                with written_whole(kept.path.with_suffix(".json"), settled=False) as note:
                    note.write_text(json.dumps(receipt(), ensure_ascii=False, sort_keys=True), "utf-8")
                temporary.replace(kept.path)
                if settled:
                    fsync_folder(self.raw)
        finally:
            temporary.unlink(missing_ok=True)
        return kept
