"""Step 7: a process killed while it sends. No letter is lost, none is sent twice, and where nobody can know, it says so."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.conftest import copied
from tests.faults.conftest import Kill
from tests.mail.server import Behaviour, mail_server

LETTERS = 5  # three answers, two recipients of the report


@pytest.fixture
def server(tmp_path):
    with mail_server(tmp_path / "ca.pem", Behaviour()) as running:
        yield running


@pytest.fixture
def house(stages, tmp_path):
    return copied(stages["report"], tmp_path / "house")


def mail(server):
    return {"deliver": True, "smtp_url": server.url, "smtp_ca": str(server.ca)}


def states(house):
    return Counter(one.state for one in house.ledger.letters())


# name: (where it dies, the state the letter is left in, how the rerun ends, letters the server took)
KILLS = {
    "before 7: nothing marked": (
        Kill("warehouse.ledger:Ledger.move_letter", "before"),
        {"queued": 5},
        {"sent": 5},
        5,
    ),
    "inside 7: sending, no byte sent": (
        Kill("smtplib:SMTP.send_message", "before"),
        {"sending": 1, "queued": 4},
        {"unknown": 1, "sent": 4},
        4,
    ),
    "inside 7: the server took it": (
        Kill("smtplib:SMTP.send_message"),
        {"sending": 1, "queued": 4},
        {"unknown": 1, "sent": 4},
        5,
    ),
    "after 7: sent and marked": (
        Kill("warehouse.ledger:Ledger.move_letter", "after", 2),
        {"sent": 1, "queued": 4},
        {"sent": 5},
        5,
    ),
    "inside 7: the third letter": (
        Kill("smtplib:SMTP.send_message", "after", 3),
        {"sent": 2, "sending": 1, "queued": 2},
        {"sent": 4, "unknown": 1},
        5,
    ),
}


@pytest.mark.parametrize(("kill", "left", "ends", "taken"), KILLS.values(), ids=KILLS)
def test_no_letter_is_sent_twice(run, house, server, undisturbed, kill, left, ends, taken):
    run(house, "deliver", kill=kill, **mail(server))
    assert states(house) == left
    lines = run(house, "deliver", "deliver", "verify", **mail(server))[-1]
    assert states(house) == ends
    assert len(server.behaviour.taken) == taken
    assert {len(copies) for copies in server.behaviour.by_key().values()} == {1}
    assert lines == undisturbed["report"]


def test_an_unknown_letter_goes_out_again_only_when_a_person_says_so(run, house, server):
    run(house, "deliver", kill=Kill("smtplib:SMTP.send_message"), **mail(server))
    for _ in range(2):
        run(house, "deliver", **mail(server))
    (unknown,) = house.ledger.letters("unknown")
    assert unknown.error == "interrupted while sending"
    assert len(server.behaviour.by_key()[unknown.key]) == 1
    run(house, "retry", **mail(server))
    first, second = server.behaviour.by_key()[unknown.key]
    assert first["Message-ID"] == second["Message-ID"]  # so that a duplicate can be recognised
