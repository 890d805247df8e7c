"""Bad input F20: who may send whose return, by mail or from a source that is one unit's, and who is told."""

from __future__ import annotations

import hashlib

import pytest

from tasks.collect import collect
from tasks.letters import compose
from tasks.process import _read, process
from tasks.settings import House
from tasks.status import unattributed
from tests.conftest import house_at
from tests.house.filing import workbook
from tests.sources.conftest import mail
from warehouse.returns import submissions

OPERATOR = "operator@office.example"
STRANGER = "stranger@elsewhere.example"


@pytest.fixture
def house(declare, post, tmp_path) -> House:
    """The mailbox, and a folder that only U03 sends to."""
    (tmp_path / "of-u03").mkdir()
    return declare(
        {"post": "imap://INBOX", "of-u03": (tmp_path / "of-u03").as_uri()},
        {"post": post.connection()},
        {"of-u03": "U03"},
    )


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def told(house: House, content: bytes):
    """Verdict, rules of the findings that decided it, and whom the newest answer goes to."""
    sha256 = digest(content)
    judged = {one.sha256: one for one in house.ledger.verdicts()}[sha256]
    rules = [one.rule for one in house.ledger.findings(sha256) if one.severity == "refuse"]
    answers = [one for one in house.ledger.letters() if one.kind == "answer" and one.subject == sha256]
    return judged.verdict, rules, answers[-1].recipients, len(answers)


def test_returns_are_taken_from_those_who_send_for_the_unit_and_from_nobody_else(house, post, tmp_path):
    books = {unit: workbook("EQ01", unit) for unit in ("U01", "U02", "U03", "U04", "U80")}
    post.put(mail("u01@unit.example", ("U01.xlsx", books["U01"])))
    post.put(mail("contact@eq01.example", ("U02.xlsx", books["U02"])))  # the centre sends for its members
    (tmp_path / "of-u03" / "U04.xlsx").write_bytes(books["U04"])  # another unit's return
    (tmp_path / "of-u03" / "broken.xlsx").write_bytes(b"PK")
    post.put(mail(STRANGER, ("U03.xlsx", books["U03"])))
    post.put(mail("u01@unit.example", ("broken.xlsx", b"PK\x03")))
    # The same bytes from a stranger and, before they were judged, from the unit itself.
    post.put(mail(STRANGER, ("U80.xlsx", books["U80"])), "2026-10-09T09:00:00+08:00")
    post.put(mail("u80@unit.example", ("U80.xlsx", books["U80"])), "2026-10-10T09:00:00+08:00")
    collect(house)
    process(house)
    assert told(house, books["U01"]) == ("accepted", [], ("u01@unit.example",), 1)
    assert told(house, books["U02"]) == ("accepted", [], ("u02@unit.example",), 1)
    assert told(house, books["U03"]) == ("refused", ["unknown_sender"], (OPERATOR,), 1)
    assert told(house, books["U04"]) == ("refused", ["not_theirs"], ("u03@unit.example", OPERATOR), 1)
    assert told(house, b"PK\x03")[2] == ("u01@unit.example", OPERATOR)  # who sent it learns of it
    assert told(house, b"PK")[2] == ("u03@unit.example", OPERATOR)
    assert told(house, books["U80"]) == ("accepted", [], ("u80@unit.example",), 1)
    ours = {one.judged.sha256: one.arrival.sender for one in submissions(house.ledger)}
    assert ours[digest(books["U80"])] == "u80@unit.example"
    assert house.archive.raw_path(digest(books["U03"])).read_bytes() == books["U03"]
    assert len(unattributed(house)) == 4
    assert all(STRANGER not in one.recipients for one in house.ledger.letters())
    _told_in_words(house, books)
    _stands_once_decided(house, digest(books["U01"]))
    # What was refused for its sender is judged when it comes from whoever may send it.
    for unit in ("U03", "U04"):
        post.put(mail(f"{unit}@unit.example".lower(), (f"{unit}.xlsx", books[unit])))
    collect(house)
    process(house)
    assert told(house, books["U03"]) == ("accepted", [], ("u03@unit.example",), 2)
    assert told(house, books["U04"]) == ("accepted", [], ("u04@unit.example",), 2)


def _stands_once_decided(house: House, sha256: str) -> None:
    """What a person decided on is not refused because its sender has left the registry since."""
    contacts = tuple(one for one in house.registry.contacts if one.unit != "U01")
    later = house_at(house.home, registry=house.settings.registry)
    later.__dict__["registry"] = house.registry.model_copy(update={"contacts": contacts})
    found = next(one for one in submissions(house.ledger) if one.judged.sha256 == sha256)
    parsed = house.archive.parsed / found.judged.parsed
    assert _read([found.arrival], parsed, later, ()).outside
    assert not _read([found.arrival], parsed, later, {sha256}).outside


def _told_in_words(house: House, books: dict[str, bytes]) -> None:
    """The operator learns who it was; no finding says so."""
    answers = {one.subject: compose(house, one) for one in house.ledger.letters() if one.kind == "answer"}
    unknown = answers[digest(books["U03"])]
    text = unknown.get_body(("plain",)).get_content()
    assert f"发件人 {STRANGER}" in text
    assert "没有登记，或未经邮件服务器验证，不予受理，也没有回信" in text
    assert [part.get_filename() for part in unknown.iter_attachments()] == []
    assert "EQ01" in answers[digest(books["U04"])].get_body(("plain",)).get_content()
    for one in submissions(house.ledger):
        for each in house.ledger.findings(one.judged.sha256):
            assert "@" not in each.zh + each.en + each.found
