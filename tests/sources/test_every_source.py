"""What holds of every source over a network: each case on a real SFTP server, object store and mailbox."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tasks.alert import standing_alerts
from tasks.collect import collect
from tasks.letters import compose
from tasks.settings import House
from tests.house.filing import send
from tests.sources.conftest import Declare, mail
from tests.sources.servers import Line, line_to, mailbox, s3_server, sftp_server

SECRET = "wrong-s3cret"


@dataclass(frozen=True)
class Place:
    """A source of any kind: how to declare it, and how a unit puts a file there."""

    kind: str
    url: str
    line: Line
    connection: Callable[..., str]
    put: Callable[[str, bytes], None]


@contextmanager
def _sftp(tmp_path: Any) -> Iterator[Place]:
    with sftp_server(tmp_path / "there") as server, line_to(server.port) as line:

        def put(name: str, content: bytes) -> None:
            (server.folder / name).write_bytes(content)

        yield Place(
            "sftp", "sftp:///", line, lambda **other: server.connection(**{"port": line.port} | other), put
        )


@contextmanager
def _s3(_: Any) -> Iterator[Place]:
    with s3_server() as server, line_to(int(server.endpoint.rpartition(":")[2])) as line:

        def connection(**other: Any) -> str:
            extra = {"endpoint_url": f"http://127.0.0.1:{line.port}", "region_name": "us-east-1"}
            return server.connection(extra=extra, **other)

        yield Place("s3", "s3://returns", line, connection, server.put)


@contextmanager
def _imap(_: Any) -> Iterator[Place]:
    with mailbox() as server, line_to(server.port) as line:

        def put(name: str, content: bytes) -> None:
            server.put(mail("u01@unit.example", (name, content)))

        yield Place(
            "imap",
            "imap://INBOX",
            line,
            lambda **other: server.connection(**{"port": line.port} | other),
            put,
        )


@pytest.fixture(params=[_sftp, _s3, _imap], ids=["sftp", "s3", "imap"])
def place(request, tmp_path) -> Iterator[Place]:
    with request.param(tmp_path) as one:
        yield one


@pytest.fixture
def house(declare: Declare, place: Place) -> House:
    return declare({"there": place.url}, {"there": place.connection()})


def arrived(house: House) -> list[tuple[str, str]]:
    return sorted((one.source, one.name) for one in house.ledger.arrivals())


def all_that_is_kept(house: House) -> str:
    """The ledger's log and every letter, as text."""
    letters = [(one, compose(house, one).as_string()) for one in house.ledger.letters()]
    with house.ledger.engine.connect() as connection:
        log = connection.exec_driver_sql("select subject, body from log").fetchall()
    return f"{letters} {log} {[one.detail for one in standing_alerts(house)]}"


def test_what_arrived_is_taken_once(house, place):
    place.put("季报 U01.xlsx", b"first")
    place.put("b.xlsx", b"second")
    assert len(collect(house)) == 2
    assert arrived(house) == [("there", "b.xlsx"), ("there", "季报 U01.xlsx")]
    for one in house.ledger.arrivals():
        assert house.archive.raw_path(one.sha256).read_bytes() in {b"first", b"second"}
        told = json.loads((house.archive.raw / f"{one.sha256}.json").read_text("utf-8"))
        assert (told["source"], told["name"], told["version"]) == ("there", one.name, one.version)
    seq = house.ledger.last_seq()
    assert collect(house) == []
    assert house.ledger.last_seq() == seq
    assert not (house.home / "incoming").exists()


def test_the_same_bytes_under_another_name_and_another_file_under_the_same(house, place):
    place.put("a.xlsx", b"first")
    (first,) = collect(house)
    place.put("renamed.xlsx", b"first")
    assert collect(house) == [first]
    place.put("a.xlsx", b"a later version")
    (later,) = collect(house)
    assert later != first
    assert len([one for one in house.archive.raw.iterdir() if len(one.name) == 64]) == 2
    assert [one.name for one in house.ledger.arrivals()] == ["a.xlsx", "renamed.xlsx", "a.xlsx"]


def test_wrong_credentials_are_told_once_and_keep_nothing_else_out(declare, place, monkeypatch, caplog):
    password = {"password": SECRET} if place.kind != "s3" else {}
    house = declare({"there": place.url}, {"there": place.connection(**password)})
    if place.kind == "s3":  # moto knows no passwords: an address that does not exist is as good
        monkeypatch.setenv("AIRFLOW_CONN_THERE", _elsewhere(place))
    place.put("a.xlsx", b"a")
    send(house, "inbox.xlsx", b"b", "2026-10-10T09:00:00")
    assert len(collect(house)) == 1
    assert collect(house) == []
    assert arrived(house) == [("inbox", "inbox.xlsx")]
    (alert,) = standing_alerts(house)
    assert alert.cause == "source_unreachable there"
    (letter,) = [one for one in house.ledger.letters() if one.kind == "alert"]
    assert "there" in compose(house, letter)["Subject"]
    assert SECRET not in all_that_is_kept(house) + caplog.text
    monkeypatch.setenv("AIRFLOW_CONN_THERE", place.connection())
    assert len(collect(house)) == 1
    assert standing_alerts(house) == []


def _elsewhere(place: Place) -> str:
    told = json.loads(place.connection())
    return json.dumps(told | {"password": SECRET, "extra": {"endpoint_url": "http://127.0.0.1:1"}})


def test_no_connection_of_that_name(declare, place):
    house = declare({"there": place.url})
    assert collect(house) == []
    (alert,) = standing_alerts(house)
    assert "AIRFLOW_CONN_THERE" in alert.detail


def test_a_source_that_hangs_is_left(declare, place):
    house = declare({"there": place.url}, {"there": place.connection()}, source_seconds=1)
    place.put("a.xlsx", b"a")
    place.line.dead = True
    assert collect(house) == []
    assert [one.cause for one in standing_alerts(house)] == ["source_unreachable there"]
    place.line.dead = False
    assert len(collect(declare({"there": place.url}))) == 1
    assert standing_alerts(house) == []


def test_a_dropped_connection_leaves_nothing_half_stored_and_loses_nothing(house, place, monkeypatch):
    monkeypatch.setattr("tasks.collect.WRITERS", 1)  # so that it is known what came before
    large = os.urandom(3 << 20)
    place.put("1.xlsx", b"small")
    place.put("2.xlsx", large)
    place.line.cut_after = 2 << 20
    taken = collect(house)
    assert place.line.broken == 1
    assert [house.archive.raw_path(one).read_bytes() for one in taken] == [
        b"small"
    ]  # what came before the drop
    assert arrived(house) == [("there", "1.xlsx")]
    assert sorted(one.name for one in house.archive.raw.iterdir()) == sorted([*taken, f"{taken[0]}.json"])
    assert len(standing_alerts(house)) == 1
    (rest,) = collect(house)
    assert house.archive.raw_path(rest).read_bytes() == large
    assert standing_alerts(house) == []
