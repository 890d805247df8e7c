"""What is taken in from the inbox, what is left for the next round, and what is never opened."""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
from datetime import datetime
from pathlib import Path

import pytest

from tasks.collect import collect
from tasks.letters import compose
from tasks.settings import House
from tests.conftest import house_at
from tests.house.filing import send
from warehouse.archive import Archive


@pytest.fixture
def house(tmp_path: Path) -> House:
    return house_at(tmp_path / "home")


def names(house: House) -> list[str]:
    return [one.name for one in house.ledger.arrivals()]


def test_an_inbox_that_is_not_there_yet_is_empty(house):
    assert collect(house) == []


def test_files_come_in_by_time_of_receipt_with_a_receipt_each(house):
    send(house, "2026-Q3/b.xlsx", b"second", "2026-10-11T09:00:00")
    send(house, "2026-Q3/a.xlsx", b"third", "2026-10-12T09:00:00")
    send(house, "c.xlsx", b"first", "2026-10-10T09:00:00")
    taken = collect(house)
    assert names(house) == ["c.xlsx", "2026-Q3/b.xlsx", "2026-Q3/a.xlsx"]
    assert [house.archive.raw_path(sha256).read_bytes() for sha256 in taken] == [
        b"first",
        b"second",
        b"third",
    ]
    first = house.ledger.arrivals()[0]
    assert first.received_at == datetime.fromisoformat("2026-10-10T09:00:00+08:00")
    assert (first.source, first.size) == ("inbox", 5)
    receipt = json.loads((house.archive.raw / f"{taken[0]}.json").read_text("utf-8"))
    assert receipt["name"] == "c.xlsx"
    assert receipt["received_at"] == "2026-10-10T01:00:00+00:00"
    assert receipt["version"] == first.version


def test_collecting_again_takes_nothing(house):
    send(house, "a.xlsx", b"a", "2026-10-10T09:00:00")
    collect(house)
    seq = house.ledger.last_seq()
    assert collect(house) == []
    assert house.ledger.last_seq() == seq


def test_a_file_sent_again_under_its_name_is_another_arrival(house):
    send(house, "a.xlsx", b"a", "2026-10-10T09:00:00")
    collect(house)
    send(house, "a.xlsx", b"b", "2026-10-11T09:00:00")
    assert len(collect(house)) == 1
    assert names(house) == ["a.xlsx", "a.xlsx"]


def test_the_same_bytes_under_two_names_are_two_arrivals_of_one_file(house):
    send(house, "a.xlsx", b"same", "2026-10-10T09:00:00")
    send(house, "b.xlsx", b"same", "2026-10-11T09:00:00")
    first, second = collect(house)
    assert first == second
    assert names(house) == ["a.xlsx", "b.xlsx"]
    assert len(list(house.archive.raw.glob("*.json"))) == 1


def test_of_the_same_bytes_side_by_side_the_first_receipt_stands(house):
    for n in range(40):
        send(house, f"{n:02}.xlsx", b"same" if n % 2 else b"%04d" % n, f"2026-10-10T09:00:{n:02}")
    taken = collect(house)
    assert names(house) == [f"{n:02}.xlsx" for n in range(40)]
    assert len(set(taken)) == 21
    receipts = [json.loads(path.read_text("utf-8"))["name"] for path in house.archive.raw.glob("*.json")]
    assert sorted(receipts) == [f"{n:02}.xlsx" for n in range(40) if n == 1 or n % 2 == 0]
    assert not list(house.archive.raw.glob(".*"))


def test_a_disk_that_fails_amid_a_round_keeps_no_other_file_out(house, monkeypatch):
    for n in range(20):
        send(house, f"{n:02}.xlsx", b"x" * (n + 1), f"2026-10-10T09:00:{n:02}")
    keep = Archive.keep

    def full(self, source, receipt, **how):
        if source.name == "15.xlsx":
            raise OSError("no space left")
        return keep(self, source, receipt, **how)

    monkeypatch.setattr(Archive, "keep", full)
    with pytest.raises(OSError, match="no space left"):
        collect(house)
    assert names(house)[:15] == [f"{n:02}.xlsx" for n in range(15)]  # what was begun before it has arrived
    monkeypatch.setattr(Archive, "keep", keep)
    collect(house)
    assert sorted(names(house)) == [f"{n:02}.xlsx" for n in range(20)]


def test_a_correction_to_the_registry_is_kept_when_it_is_first_seen(house, tmp_path):
    collect(house)
    before = house.ledger.snapshot("registry")
    changed = tmp_path / "registry"
    changed.mkdir()
    for path in house.settings.registry.glob("*.csv"):
        (changed / path.name).write_text(path.read_text("utf-8").replace("示例理工大学", "示例大学"), "utf-8")
    collect(house_at(house.home, registry=changed))
    assert before is not None
    assert house.ledger.snapshot("registry") == before.replace("示例理工大学", "示例大学") != before


def test_a_quarter_opens_although_nobody_sends_anything(house):
    collect(house)
    before = house.ledger.snapshot("opened") or ""
    assert before.split() == [one.quarter for one in house.registry.calendar if one.opens <= house.now()]
    assert before.endswith("2026-Q3")
    new_year = datetime.fromisoformat("2027-01-01T00:00:00+08:00")
    collect(house_at(house.home, now=new_year))
    assert house.ledger.snapshot("opened") == f"{before} 2026-Q4"
    assert house.ledger.known_at(house.ledger.last_data_seq()) == new_year


@pytest.mark.parametrize(
    "name",
    [
        "a.xlsx.part",
        "a.xlsx.tmp",
        "a.xlsx.CRDOWNLOAD",
        "a.xlsx.filepart",
        ".a.xlsx",
        "~$a.xlsx",
        ".stversions/a.xlsx",
        "2026-Q3/.sync/deep/a.xlsx",
    ],
)
def test_unfinished_and_hidden_files_are_left_alone(house, name):
    send(house, name, b"half", "2026-10-10T09:00:00")
    assert collect(house) == []
    send(house, "whole.xlsx", b"whole", "2026-10-10T09:00:00")
    assert len(collect(house)) == 1


def test_links_pipes_and_sockets_are_never_opened(house, tmp_path, caplog):
    secret = tmp_path / "secret.xlsx"
    secret.write_bytes(b"of this machine")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "inside.xlsx").write_bytes(b"of this machine")
    house.inbox.mkdir(parents=True)
    (house.inbox / "link.xlsx").symlink_to(secret)
    (house.inbox / "dangling.xlsx").symlink_to(tmp_path / "nowhere")
    (house.inbox / "folder").symlink_to(folder)
    os.mkfifo(house.inbox / "pipe.xlsx")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(house.inbox / "socket.xlsx"))
        with caplog.at_level(logging.WARNING):
            assert collect(house) == []
    assert not house.archive.raw.exists()
    assert house.ledger.arrivals() == []
    for name in ("link.xlsx", "dangling.xlsx", "folder", "pipe.xlsx", "socket.xlsx"):
        assert f"{name} is a link, pipe or device" in caplog.text


def test_f18_the_operator_is_told_once_of_what_is_no_file(house, tmp_path):
    house.inbox.mkdir(parents=True)
    link = house.inbox / "季报\r\nBcc: x@y.example.xlsx"
    link.symlink_to(tmp_path / "elsewhere")
    os.mkfifo(house.inbox / "pipe.xlsx")
    collect(house)
    collect(house)
    letters = house.ledger.letters("queued")
    assert {one.recipients for one in letters} == {("operator@office.example",)}
    mails = {one.subject: compose(house, one) for one in letters}
    assert set(mails) == {"季报··Bcc: x@y.example.xlsx", "pipe.xlsx"}
    for name, mail in mails.items():
        assert name in mail["Subject"]
        assert mail["Bcc"] is None
        assert f"{name} 不是普通文件" in mail.get_content()
        assert "is not a regular file" in mail.get_content()
    link.unlink()
    link.symlink_to(tmp_path / "another")
    os.utime(link, ns=(1, 1), follow_symlinks=False)
    collect(house)
    assert len(house.ledger.letters()) == 3  # another link under the same name is told again
    assert house.ledger.broken_link() is None


def test_a_file_swapped_for_a_link_after_it_was_listed_is_not_read(house, tmp_path, monkeypatch, caplog):
    secret = tmp_path / "secret"
    secret.write_bytes(b"of this machine")
    path = send(house, "a.xlsx", b"a", "2026-10-10T09:00:00")
    send(house, "b.xlsx", b"b", "2026-10-11T09:00:00")
    keep = Archive.keep

    def swap_then_keep(self, source, receipt, **how):
        if source == path:
            path.unlink()
            path.symlink_to(secret)
        return keep(self, source, receipt, **how)

    monkeypatch.setattr(Archive, "keep", swap_then_keep)
    assert len(collect(house)) == 1  # and the file after it still comes in
    assert names(house) == ["b.xlsx"]
    assert "a.xlsx" in caplog.text


def test_a_file_that_changes_while_it_is_copied_is_left_for_the_next_round(house, monkeypatch, caplog):
    path = send(house, "a.xlsx", b"half", "2026-10-10T09:00:00")
    real = os.fsync

    def grow_then_sync(handle):
        monkeypatch.undo()
        path.write_bytes(b"half and whole")
        real(handle)

    monkeypatch.setattr(os, "fsync", grow_then_sync)
    assert collect(house) == []
    assert "a.xlsx is still changing" in caplog.text
    (taken,) = collect(house)
    assert house.archive.raw_path(taken).read_bytes() == b"half and whole"


def test_a_file_still_being_written_is_left_for_the_next_round(tmp_path):
    """A slow upload: it grows while we wait for it to settle, and stops only after we looked again."""
    house = house_at(tmp_path / "home", settle_seconds=0.3)
    path = send(house, "a.xlsx", b"1", "2026-10-10T09:00:00")
    stop = threading.Event()

    def write_on() -> None:
        while not stop.wait(0.05):
            with path.open("ab") as handle:
                handle.write(b"1")

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        assert collect(house) == []
    finally:
        stop.set()
        writer.join()
    whole = path.read_bytes()
    (taken,) = collect(house)
    assert house.archive.raw_path(taken).read_bytes() == whole


def test_a_new_file_is_waited_for(tmp_path):
    house = house_at(tmp_path / "home", settle_seconds=0.4)
    send(house, "a.xlsx", b"a", "2026-10-10T09:00:00")  # an old date, but written just now
    began = time.monotonic()
    assert len(collect(house)) == 1
    assert time.monotonic() - began > 0.3


def test_a_file_taken_back_while_we_wait_is_gone(tmp_path):
    house = house_at(tmp_path / "home", settle_seconds=0.3)
    path = send(house, "a.xlsx", b"a", "2026-10-10T09:00:00")
    timer = threading.Timer(0.1, path.unlink)
    timer.start()
    assert collect(house) == []
    timer.join()


def test_a_file_renamed_while_the_folder_is_listed_stops_nothing(house, monkeypatch):
    vanishing = send(house, "a.xlsx", b"a", "2026-10-10T09:00:00")
    send(house, "b.xlsx", b"b", "2026-10-10T09:00:00")
    listed = Path.rglob

    def listed_late(self, pattern):
        found = list(listed(self, pattern))
        vanishing.unlink(missing_ok=True)
        return iter(found)

    monkeypatch.setattr(Path, "rglob", listed_late)
    assert len(collect(house)) == 1
    assert names(house) == ["b.xlsx"]


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("季报.xlsx".encode(), "季报.xlsx"),
        ("季报.xlsx".encode("gb18030"), "季报.xlsx"),  # as file servers hand on names from Windows
        (b"\xff\xff.xlsx", "\\xff\\xff.xlsx"),
        (b"a\r\nBcc: x@y.example\r\n.xlsx", "a\r\nBcc: x@y.example\r\n.xlsx"),
        ("\u202exslx.exe.xlsx".encode(), "\u202exslx.exe.xlsx"),
        (b"x" * 250 + b".xlsx", "x" * 250 + ".xlsx"),
    ],
    ids=["utf-8", "gb18030", "neither", "line feeds", "right to left", "long"],
)
def test_a_name_of_any_bytes_is_kept_as_text(house, raw, told):
    house.inbox.mkdir(parents=True)
    (house.inbox / os.fsdecode(raw)).write_bytes(b"a")
    (taken,) = collect(house)
    assert names(house) == [told]
    assert house.archive.raw_path(taken).name == taken  # never under its own name
    assert collect(house) == []
