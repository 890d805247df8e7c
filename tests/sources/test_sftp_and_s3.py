"""What only an SFTP server, an object store or a second folder does: half-written files, host keys, overwritten keys."""

from __future__ import annotations

import json
import os
import threading
from datetime import datetime, timedelta

import asyncssh
import pytest

from tasks.alert import standing_alerts
from tasks.collect import collect
from tasks.sources.bucket import Bucket
from tests.conftest import NOW
from tests.sources.servers import S3Server, SftpServer
from warehouse.records import Arrival

RETURN = b"a return"


def arrivals(house) -> list[Arrival]:
    return house.ledger.arrivals()


def on_sftp(declare, server: SftpServer, **more):
    return declare({"office": "sftp:///"}, {"office": server.connection()}, **more)


def on_s3(declare, server: S3Server, url: str = "s3://returns/in", **more):
    return declare({"store": url}, {"store": server.connection()}, **more)


# ── SFTP
def test_a_half_written_upload_is_left_until_it_is_whole(declare, sftp):
    house = on_sftp(declare, sftp, settle_seconds=0.3)
    path = sftp.folder / "U01.xlsx"
    path.write_bytes(b"half")
    for name in ("U02.xlsx.part", "U03.tmp", "U04.xlsx.filepart", ".U05.xlsx", "~$U06.xlsx"):
        (sftp.folder / name).write_bytes(RETURN)
    (sftp.folder / "whole.xlsx").write_bytes(RETURN)
    stop = threading.Event()

    def write_on() -> None:
        while not stop.wait(0.05):
            with path.open("ab") as handle:
                handle.write(b"1")

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        collect(house)
    finally:
        stop.set()
        writer.join()
    assert [one.name for one in arrivals(house)] == ["whole.xlsx"]
    (taken,) = collect(house)
    assert house.archive.raw_path(taken).read_bytes() == path.read_bytes()


def test_a_file_that_changes_while_it_is_fetched_is_not_taken(declare, sftp):
    house = on_sftp(declare, sftp)
    path = sftp.folder / "U01.xlsx"
    path.write_bytes(b"one version")

    def changed(_: bytes) -> None:
        path.write_bytes(b"another one")  # of the same length
        os.utime(path, (1, 1))

    sftp.wire.on_open = changed
    assert collect(house) == []
    sftp.wire.on_open = lambda _: None
    (taken,) = collect(house)
    assert house.archive.raw_path(taken).read_bytes() == b"another one"


def test_a_file_is_received_when_it_was_first_seen_whatever_its_date_says(declare, sftp, monkeypatch):
    house = on_sftp(declare, sftp)
    path = sftp.folder / "U01.xlsx"
    path.write_bytes(RETURN)
    os.utime(path, (0, 0))

    def gone(_: bytes) -> None:
        raise asyncssh.SFTPConnectionLost("gone")

    sftp.wire.on_open = gone
    assert collect(house) == []
    sftp.wire.on_open = lambda _: None
    later = on_sftp(declare, sftp, now=NOW + timedelta(hours=1))
    assert len(collect(later)) == 1
    (one,) = arrivals(later)
    assert one.received_at == NOW  # not an hour later, when it could be had at last


@pytest.mark.parametrize("host_key", [None, "another"])
def test_a_host_that_is_not_the_one_known_is_told_nothing(declare, sftp, host_key):
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    (sftp.folder / "U01.xlsx").write_bytes(RETURN)
    known = {"host_key": other if host_key else None}
    house = declare({"office": "sftp:///"}, {"office": sftp.connection(**known)})
    assert collect(house) == []
    (alert,) = standing_alerts(house)
    assert "host" in json.loads(alert.detail)["error"].casefold()


def test_a_private_key_opens_instead_of_a_password(declare, sftp):
    (sftp.folder / "in").mkdir()
    (sftp.folder / "in" / "U01.xlsx").write_bytes(RETURN)
    (sftp.folder / "other.xlsx").write_bytes(RETURN)
    told = sftp.connection(private_key=sftp.private_key, password="")
    house = declare({"office": "sftp:///in"}, {"office": told})
    assert len(collect(house)) == 1
    assert [one.name for one in arrivals(house)] == ["U01.xlsx"]  # what is outside the folder is not ours


def test_names_of_another_encoding_and_links(declare, sftp, tmp_path):
    house = on_sftp(declare, sftp)
    (sftp.folder / "2026-Q3").mkdir()
    (sftp.folder / "2026-Q3" / os.fsdecode("季报.xlsx".encode("gb18030"))).write_bytes(RETURN)
    (tmp_path / "secret").write_bytes(b"of the server")
    (sftp.folder / "link.xlsx").symlink_to(tmp_path / "secret")
    assert len(collect(house)) == 1
    assert [one.name for one in arrivals(house)] == ["2026-Q3/季报.xlsx"]
    assert [one.subject for one in house.ledger.letters()] == ["link.xlsx"]
    assert collect(house) == []
    assert len(house.ledger.letters()) == 1


def test_what_cannot_be_a_return_is_not_fetched(declare, sftp):
    house = on_sftp(declare, sftp)
    with (sftp.folder / "film.xlsx").open("wb") as handle:
        handle.truncate(65 << 20)
    assert collect(house) == collect(house) == []
    (letter,) = house.ledger.letters()
    assert (letter.kind, letter.about) == ("notice", "files.larger_than")


# ── S3
def test_only_what_is_below_the_prefix_with_the_stores_own_time(declare, s3):
    s3.put("in/2026-Q3/U01.xlsx", RETURN)
    s3.put("in/U02.xlsx.part", RETURN)
    s3.put("in/folder/", b"")
    s3.put("elsewhere/U03.xlsx", RETURN)
    house = on_s3(declare, s3)
    collect(house)
    (one,) = arrivals(house)
    stored = s3.client.head_object(Bucket="returns", Key="in/2026-Q3/U01.xlsx")
    assert one.name == "2026-Q3/U01.xlsx"
    assert one.received_at == stored["LastModified"]
    assert one.version == stored["ETag"].strip('"')


def test_a_key_overwritten_while_it_is_fetched_is_not_mixed(declare, s3, monkeypatch):
    s3.put("in/U01.xlsx", b"one version")
    house = on_s3(declare, s3)
    fetched = Bucket._fetched

    async def overwritten_first(self, info, to):
        s3.put("in/U01.xlsx", b"another one")
        await fetched(self, info, to)

    monkeypatch.setattr(Bucket, "_fetched", overwritten_first)
    assert collect(house) == []
    assert standing_alerts(house) == []  # nothing is wrong: the next round takes it
    monkeypatch.undo()
    house = on_s3(declare, s3)
    monkeypatch.setenv("AIRFLOW_CONN_STORE", s3.connection())
    (taken,) = collect(house)
    assert house.archive.raw_path(taken).read_bytes() == b"another one"


def test_a_bucket_that_is_not_there_is_told(declare, s3):
    house = on_s3(declare, s3, "s3://another")
    assert collect(house) == []
    assert [one.cause for one in standing_alerts(house)] == ["source_unreachable store"]


def test_an_empty_prefix_is_nothing_unusual(declare, s3):
    house = on_s3(declare, s3)
    assert collect(house) == []
    assert standing_alerts(house) == []


# ── a second folder
def test_a_mounted_folder_that_is_gone_is_told(declare, tmp_path):
    share = tmp_path / "share"
    house = declare({"share": share.as_uri()})
    assert collect(house) == []
    assert [one.cause for one in standing_alerts(house)] == ["source_unreachable share"]
    share.mkdir()
    (share / "U01.xlsx").write_bytes(RETURN)
    at = datetime.fromisoformat("2026-10-10T09:00:00+08:00")
    os.utime(share / "U01.xlsx", (at.timestamp(), at.timestamp()))
    assert len(collect(house)) == 1
    assert [(one.source, one.received_at) for one in arrivals(house)] == [("share", at)]
    assert standing_alerts(house) == []
