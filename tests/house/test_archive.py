"""Files are kept exactly as received, whole or not at all, and nothing in the inbox makes us read anything else."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from warehouse.archive import Archive, SourceChanged, SourceUnreadable, written_whole

CONTENT = "季报".encode() * 700_000  # four blocks
SHA = hashlib.sha256(CONTENT).hexdigest()
RECEIPT = {"source": "inbox", "name": "季报.xlsx"}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "home")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "季报.xlsx"
    path.write_bytes(CONTENT)
    return path


def kept_files(archive: Archive) -> list[str]:
    return sorted(path.name for path in archive.raw.iterdir()) if archive.raw.exists() else []


def test_a_file_is_kept_under_its_hash_with_a_receipt(archive, source):
    kept = archive.keep(source, lambda: RECEIPT)
    assert (kept.sha256, kept.size) == (SHA, len(CONTENT))
    assert kept.path == archive.raw_path(SHA)
    assert kept.path.read_bytes() == CONTENT
    assert json.loads((archive.raw / f"{SHA}.json").read_text("utf-8")) == RECEIPT
    assert kept_files(archive) == [SHA, f"{SHA}.json"]
    assert source.read_bytes() == CONTENT


def test_keeping_the_same_bytes_again_changes_nothing(archive, source):
    archive.keep(source, lambda: RECEIPT)
    before = {path: path.stat().st_mtime_ns for path in archive.raw.iterdir()}
    again = archive.keep(source, lambda: {"name": "another receipt"})
    assert again.sha256 == SHA
    assert {path: path.stat().st_mtime_ns for path in archive.raw.iterdir()} == before


def test_an_empty_file_is_kept_too(archive, tmp_path):
    (tmp_path / "empty").touch()
    assert archive.keep(tmp_path / "empty", dict).size == 0


def test_what_is_kept_does_not_change_with_its_source(archive, source):
    kept = archive.keep(source, dict)
    source.write_bytes(b"swapped after the check")
    assert kept.path.read_bytes() == CONTENT


def grow(path: Path) -> None:
    with path.open("ab") as handle:
        handle.write(b"more")


def swap(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(CONTENT)
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    other.replace(path)


@pytest.mark.parametrize("change", [grow, swap, Path.touch, Path.unlink])
def test_a_source_that_changes_while_it_is_copied_is_not_kept(archive, source, change, monkeypatch):
    """The change happens after the last byte was read and before the source is looked at again."""
    real = os.fsync

    def change_then_sync(handle: int) -> None:
        monkeypatch.undo()
        change(source)
        real(handle)

    monkeypatch.setattr(os, "fsync", change_then_sync)
    with pytest.raises(SourceChanged):
        archive.keep(source, dict)
    assert kept_files(archive) == []


def test_a_source_that_is_gone_is_a_changed_source(archive, tmp_path):
    with pytest.raises(SourceChanged):
        archive.keep(tmp_path / "gone", dict)


def test_links_folders_and_pipes_are_not_read(archive, source, tmp_path):
    (tmp_path / "link").symlink_to(source)
    os.mkfifo(tmp_path / "pipe")  # opening it for reading would wait for a writer for ever
    for name in ("link", "pipe", "home"):
        (tmp_path / "home").mkdir(exist_ok=True)
        with pytest.raises(SourceUnreadable, match=name):
            archive.keep(tmp_path / name, dict)
    assert kept_files(archive) == []


def test_a_receipt_that_cannot_be_written_keeps_nothing(archive, source):
    with pytest.raises(TypeError):
        archive.keep(source, lambda: {"name": object()})
    assert kept_files(archive) == []


def test_a_file_is_written_whole(tmp_path):
    target = tmp_path / "deep" / "file.txt"
    with written_whole(target) as temporary:
        temporary.write_text("first")
        assert not target.exists()
    with written_whole(target) as temporary:
        temporary.write_text("second")
        assert target.read_text() == "first"
    assert target.read_text() == "second"
    assert list(target.parent.iterdir()) == [target]


def test_a_write_that_fails_leaves_what_was_there(tmp_path):
    target = tmp_path / "file.txt"
    target.write_text("first")

    def fail_half_way() -> None:
        with written_whole(target) as temporary:
            temporary.write_text("sec")
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        fail_half_way()
    assert target.read_text() == "first"
    assert list(tmp_path.iterdir()) == [target]
