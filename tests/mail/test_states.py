"""What becomes of a letter when the server cannot be trusted, refuses, or hangs up: never lost, never sent twice."""

from __future__ import annotations

import smtplib
import ssl
from collections import Counter
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller

from operations.ports import free_port
from tasks import deliver as module
from tasks.deliver import deliver
from tasks.status import undelivered
from tests.conftest import house_at
from tests.mail.conftest import posting
from tests.mail.server import Behaviour, mail_server
from warehouse.records import Letter

QUEUED = ["queued"] * 3


@pytest.fixture
def house(three, server):
    return posting(three, server.url, server.ca)


def test_letters_are_sent_once(house, server, states):
    assert deliver(house) == {"sent": 3}
    assert deliver(house) == {}
    assert states(house) == ["sent"] * 3
    assert [len(copies) for copies in server.behaviour.by_key().values()] == [1, 1, 1]


def test_mail_over_tls_from_the_first_byte_works_too(three, tmp_path, states):
    with mail_server(tmp_path / "tls.pem", Behaviour(), implicit_tls=True) as running:
        assert deliver(posting(three, running.url, running.ca)) == {"sent": 3}
        assert len(running.behaviour.taken) == 3
    assert states(three) == ["sent"] * 3


# ── a server that cannot be trusted or reached: nothing is sent
def test_a_certificate_of_an_unknown_authority_is_refused(three, server, tmp_path, states):
    with (
        mail_server(tmp_path / "other.pem", Behaviour()) as other,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        deliver(posting(three, server.url, other.ca))
    assert states(three) == QUEUED
    assert server.behaviour.taken == []


def test_a_certificate_is_refused_without_any_authority_told(three, server, states):
    with pytest.raises(ssl.SSLCertVerificationError):
        deliver(house_at(three.home, registry=three.settings.registry, deliver=True, smtp_url=server.url))
    assert states(three) == QUEUED


@pytest.mark.parametrize("implicit_tls", [False, True])
def test_a_certificate_of_another_host_is_refused(three, tmp_path, states, implicit_tls):
    with mail_server(
        tmp_path / "other.pem", Behaviour(), names=("mail.example",), implicit_tls=implicit_tls
    ) as other:
        with pytest.raises(ssl.SSLCertVerificationError, match="not valid for"):
            deliver(posting(three, other.url, other.ca))
        assert other.behaviour.taken == []
    assert states(three) == QUEUED


def test_a_server_without_tls_gets_no_letter_and_no_password(three, server, states):
    heard = Behaviour()
    controller = Controller(heard, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        with pytest.raises(smtplib.SMTPNotSupportedError, match="STARTTLS"):
            deliver(posting(three, f"smtp+starttls://u:p@127.0.0.1:{controller.port}", server.ca))
    finally:
        controller.stop()
    assert heard.taken == []
    assert states(three) == QUEUED


def test_a_wrong_password_sends_nothing(three, server, states):
    with pytest.raises(smtplib.SMTPAuthenticationError):
        deliver(posting(three, server.url.replace("p%3A", "q%3A"), server.ca))
    assert states(three) == QUEUED
    assert server.behaviour.taken == []


def test_a_server_that_is_down_leaves_letters_queued(three, server, states):
    with pytest.raises(ConnectionRefusedError):
        deliver(posting(three, f"smtp+starttls://127.0.0.1:{free_port()}", server.ca))
    assert states(three) == QUEUED


def test_a_server_that_wants_a_login_and_gets_none_says_no(three, server, states):
    deliver(posting(three, server.url.replace("clerk:p%3A%40ss%2Fw@", ""), server.ca))
    assert states(three) == ["failed"] * 3
    assert server.behaviour.taken == []


@pytest.mark.parametrize("url", ["smtp://u:s3cret@{}", "http://{}", "{}", "smtps://", "smtp+starttls:s3cret"])
def test_there_is_no_unencrypted_mail(three, server, states, url):
    with pytest.raises(ValueError, match=r"smtp\+starttls://… or smtps://…") as wrong:
        deliver(posting(three, url.format(server.url.partition("@")[2]), server.ca))
    assert "s3cret" not in str(wrong.value)
    assert states(three) == QUEUED
    assert server.behaviour.taken == []


# ── a server that says no
def test_a_refused_recipient_fails_and_the_others_get_theirs(house, server, states):
    letters = house.ledger.letters()
    # One that shares its address with no other: which letter comes first depends on the files' hashes.
    addressed = Counter(one.recipients for one in letters)
    refused = next(one for one in letters if addressed[one.recipients] == 1)
    server.behaviour.refuse = refused.recipients

    def now() -> Letter:
        return next(one for one in house.ledger.letters() if one.key == refused.key)

    assert deliver(house) == {"failed": 1, "sent": 2}
    assert now().state == "failed"
    assert "550" in now().error
    assert deliver(house) == {}  # not again by itself

    server.behaviour.refuse = ()
    assert deliver(house, retry=True) == {"sent": 1}
    assert (now().state, now().error) == ("sent", "")
    assert [len(copies) for copies in server.behaviour.by_key().values()] == [1, 1, 1]


def test_one_address_of_two_refused_is_noted(house, server):
    with house.ledger.engine.begin() as connection:
        two = '["ok@unit.example", "gone@unit.example"]'
        connection.exec_driver_sql(f"update outbox set recipients = '{two}' where kind = 'answer'")
    server.behaviour.refuse = ("gone@unit.example",)
    assert deliver(house) == {"sent": 3}
    assert "gone@unit.example" in house.ledger.letters()[0].error
    assert server.behaviour.taken[0][0] == ("ok@unit.example",)


def test_refused_contents_fail(house, server, states):
    server.behaviour.reject_data = "554 5.6.0 too large"
    assert deliver(house) == {"failed": 3}
    assert {one.error for one in house.ledger.letters()} == {"(554, b'5.6.0 too large')"}


def test_an_address_the_server_cannot_spell_fails_alone(house, server, states):
    """A non-ASCII address needs SMTPUTF8, which this server does not offer."""
    key = house.ledger.letters()[0].key
    with house.ledger.engine.begin() as connection:
        connection.exec_driver_sql(
            f"update outbox set recipients = '[\"甲@unit.example\"]' where key = '{key}'"
        )
    assert deliver(house) == {"failed": 1, "sent": 2}
    assert states(house) == ["failed", "sent", "sent"]


# ── a connection that breaks
@pytest.mark.parametrize(("drop", "taken"), [("before", 1), ("amid", 1), ("after", 2)])
def test_a_broken_connection_leaves_one_letter_unknown_and_the_rest_queued(
    house, server, states, drop, taken
):
    server.behaviour.drop, server.behaviour.drop_at = drop, 2
    assert deliver(house) == {"sent": 1, "unknown": 1}
    assert states(house) == ["sent", "unknown", "queued"]
    assert len(server.behaviour.taken) == taken

    assert deliver(house) == {"sent": 1}
    assert states(house) == ["sent", "unknown", "sent"]
    assert deliver(house, retry=True) == {"sent": 1}
    assert [len(copies) for copies in server.behaviour.by_key().values()] == [1, taken, 1]


def test_a_letter_somebody_else_took_is_left_to_them(house, server, monkeypatch):
    compose = module.compose

    def taken_meanwhile(of, letter, desk):
        of.ledger.move_letter(letter.key, "queued", "sending", of.now())
        return compose(of, letter, desk)

    monkeypatch.setattr(module, "compose", taken_meanwhile)
    assert deliver(house) == {"taken": 3}
    assert server.behaviour.taken == []


def test_a_letter_found_in_sending_is_unknown(house, server, states):
    key = house.ledger.letters()[1].key
    house.ledger.move_letter(key, "queued", "sending", house.now())
    assert deliver(house) == {"sent": 2}
    assert states(house) == ["sent", "unknown", "sent"]
    assert key not in server.behaviour.by_key()


def test_an_answer_goes_without_a_copy_where_none_can_be_made(house, server):
    """The archived workbook was damaged after it was judged: the child that would mark it fails, the answer does not."""
    returned = house.ledger.letters()[1]
    house.archive.raw_path(returned.subject).write_bytes(b"PK damaged")
    assert deliver(house) == {"sent": 3}
    (message,) = server.behaviour.by_key()[returned.key]
    assert list(message.iter_attachments()) == []
    assert "附件" not in message.get_body(("plain",)).get_content()
    assert list((house.home / "annotated").iterdir()) == []


# ── delivery is off
@pytest.mark.parametrize("how", ["off", "no connection"])
def test_with_delivery_off_letters_are_written_and_stay_queued(three, server, states, how):
    settings = {"smtp_url": server.url, "smtp_ca": server.ca} if how == "off" else {"deliver": True}
    house = house_at(three.home, registry=three.settings.registry, **settings)
    seq = house.ledger.last_seq()
    assert deliver(house) == {"written": 3}
    written = {path.name: path.read_bytes() for path in house.mail.iterdir()}
    assert set(written) == {f"{one.key}.eml" for one in house.ledger.letters()}
    assert states(house) == QUEUED
    assert house.ledger.last_seq() == seq
    assert server.behaviour.taken == []

    assert deliver(house) == {"written": 3}
    again = {path.name: path.read_bytes() for path in house.mail.iterdir()}
    assert {name: plain(content) for name, content in again.items()} == {
        name: plain(content) for name, content in written.items()
    }


def test_with_delivery_off_a_letter_that_cannot_be_written_fails_alone_and_status_tells_it(three, states):
    import shutil

    house = house_at(three.home, registry=three.settings.registry)
    shutil.rmtree(house.editions / "2026-Q3-e1")
    assert deliver(house) == {"written": 2, "failed": 1}
    assert states(house) == ["queued", "queued", "failed"]
    (told,) = undelivered(house)
    assert told.startswith("report-2026-Q3-e1-")
    assert "failed → " in told
    assert "cannot be written: " in told


def test_what_fell_due_in_the_shadow_does_not_flood_out(three, server, states):
    """A quarter without delivery, then it is switched on: only what falls due from then on goes by itself."""
    off = house_at(three.home, registry=three.settings.registry)
    deliver(off)
    later = off.now() + timedelta(days=60)
    on = posting(three, server.url, server.ca, now=later)
    on.ledger.record_notice(Letter("notice-1", "notice", "a.lnk", ("op@office.example",)), later)
    assert deliver(on) == {"sent": 1}
    assert states(on) == [*["lapsed"] * 3, "sent"]
    assert deliver(on) == {}
    assert deliver(on, retry=True) == {}, "to try again is not to send what lapsed"
    assert len(undelivered(on)) == 3

    key = on.ledger.letters("lapsed")[0].key
    with pytest.raises(LookupError, match="no-such"):
        deliver(on, lapsed=[key, "no-such"])
    assert deliver(on, lapsed=[key]) == {"sent": 1}
    assert deliver(on, lapsed=["all"]) == {"sent": 2}
    assert {len(copies) for copies in server.behaviour.by_key().values()} == {1}


def test_letters_wait_for_a_connection_that_is_not_set_yet(three, server, states):
    """Delivery is on: these are meant to go out."""
    assert deliver(house_at(three.home, registry=three.settings.registry, deliver=True)) == {"written": 3}
    assert deliver(posting(three, server.url, server.ca)) == {"sent": 3}


def plain(content: bytes) -> list[object]:
    """A message without the boundaries, which are random."""
    message = message_from_bytes(content, policy=policy.default)
    return [
        (part.get_content_type(), part.get_filename(), part.get_content())
        for part in message.walk()
        if not part.is_multipart()
    ] + [str(message[name]) for name in ("Subject", "From", "To", "Date", "Message-ID")]


def test_what_was_written_is_what_is_sent(three, server):
    deliver(house_at(three.home, registry=three.settings.registry))
    deliver(posting(three, server.url, server.ca), lapsed=["all"])
    sent = server.behaviour.by_key()
    assert set(sent) == {path.stem for path in three.mail.iterdir()}
    for path in three.mail.iterdir():
        (message,) = sent[path.stem]
        assert plain(message.as_bytes()) == plain(path.read_bytes())
