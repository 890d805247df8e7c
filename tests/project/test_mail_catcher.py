"""The catcher takes letters by the road production takes, and by no other."""

from __future__ import annotations

import smtplib
import ssl
from urllib.parse import unquote, urlsplit

import pytest

from operations.mail_catcher import Account, catcher

LETTER = "Message-ID: <{id}@jinchuang.example>\r\nSubject: x\r\n\r\nhello\r\n"


@pytest.fixture
def caught(tmp_path):
    with catcher(tmp_path / "mail", tmp_path / "ca.pem", Account("clerk", "p:@ss/w")) as caught:
        yield caught


@pytest.fixture
def plain(caught):
    with smtplib.SMTP("127.0.0.1", urlsplit(caught.url).port, timeout=5) as client:
        client.ehlo()
        yield client


@pytest.fixture
def encrypted(caught, plain):
    plain.starttls(context=ssl.create_default_context(cafile=str(caught.ca)))
    return plain


def test_unencrypted_mail_is_refused(plain):
    with pytest.raises(smtplib.SMTPSenderRefused, match="STARTTLS"):
        plain.sendmail("a@x.example", "b@x.example", LETTER)


def test_a_password_is_not_taken_in_the_clear(plain):
    with pytest.raises(smtplib.SMTPNotSupportedError):
        plain.login("clerk", "p:@ss/w")


def test_mail_without_login_is_refused(encrypted):
    with pytest.raises(smtplib.SMTPSenderRefused, match="Authentication required"):
        encrypted.sendmail("a@x.example", "b@x.example", LETTER)


@pytest.mark.parametrize("login", [("clerk", "wrong"), ("other", "p:@ss/w")])
def test_a_wrong_login_is_refused(encrypted, login):
    with pytest.raises(smtplib.SMTPAuthenticationError):
        encrypted.login(*login)


def test_its_certificate_is_not_trusted_without_its_authority(plain):
    with pytest.raises(ssl.SSLCertVerificationError):
        plain.starttls(context=ssl.create_default_context())


@pytest.mark.parametrize("mechanism", ["plain", "login"])
def test_letters_become_files_named_by_their_id(caught, encrypted, mechanism):
    account = urlsplit(caught.url)
    encrypted.user, encrypted.password = unquote(account.username), unquote(account.password)
    encrypted.ehlo()
    encrypted.auth(mechanism.upper(), getattr(encrypted, f"auth_{mechanism}"))
    for letter_id in ("report-2026-Q3.e1", "answer/7", "report-2026-Q3.e1"):  # the last one twice
        encrypted.sendmail("a@x.example", "b@x.example", LETTER.format(id=letter_id))
    names = sorted(path.name for path in caught.folder.iterdir())
    assert names == ["0001-report-2026-Q3.e1.eml", "0002-answer-7.eml"]
    assert (caught.folder / names[0]).read_text(encoding="utf-8").endswith("hello\n")


def test_a_letter_without_id_is_kept_too(caught, encrypted):
    encrypted.login("clerk", "p:@ss/w")
    encrypted.sendmail("a@x.example", "b@x.example", "Subject: x\r\n\r\nhello\r\n")
    assert len(list(caught.folder.glob("0001-*.eml"))) == 1
