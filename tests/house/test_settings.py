"""Every setting has a default that works on one machine without mail; what the environment says wins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tasks.settings import ROOT, House, Settings, house


@pytest.mark.sqlite("the default is one of the defaults")
def test_the_defaults_work_on_one_machine_without_mail(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    found = house()
    assert found.home == tmp_path / "var"
    assert found.home.is_dir()
    assert found.inbox == tmp_path / "var" / "inbox"
    assert (found.mail, found.editions, found.fonts) == tuple(
        found.home / name for name in ("mail", "editions", "fonts")
    )
    assert found.settings.registry == ROOT / "registry"
    assert not found.settings.deliver
    assert found.settings.smtp_url is None
    assert str(found.ledger.engine.url) == f"sqlite:///{tmp_path}/var/ledger.db"
    assert abs(found.now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert found.now().utcoffset() == timedelta(hours=8)


def test_the_environment_wins(monkeypatch, tmp_path):
    told = {
        "HOME": tmp_path / "h",
        "INBOX": tmp_path / "i",
        "REGISTRY": tmp_path / "r",
        "LEDGER_URL": f"sqlite:///{tmp_path}/other.db",
        "NOW": "2026-10-26T09:00:00+08:00",
        "DELIVER": "on",
        "SMTP_URL": "smtp+starttls://clerk:s3cret@mail.example",
        "SMTP_CA": tmp_path / "ca.pem",
        "MAIL_FROM": "a@b.example",
        "SETTLE_SECONDS": "2.5",
    }
    for name, value in told.items():
        monkeypatch.setenv(f"JINCHUANG_{name}", str(value))
    found = house()
    assert (found.home, found.inbox, found.settings.registry) == tuple(tmp_path / name for name in "hir")
    assert str(found.ledger.engine.url) == f"sqlite:///{tmp_path}/other.db"
    assert found.now() == datetime.fromisoformat("2026-10-26T09:00:00+08:00")
    assert (found.settings.deliver, found.settings.settle_seconds) == (True, 2.5)
    assert (found.settings.smtp_ca, found.settings.mail_from) == (tmp_path / "ca.pem", "a@b.example")
    assert found.settings.smtp_url.get_secret_value() == told["SMTP_URL"]


def test_passwords_are_not_printed():
    found = Settings(
        smtp_url="smtps://u:s3cret@mail.example", ledger_url="postgresql+psycopg2://u:s3cret@db/ledger"
    )
    assert "s3cret" not in repr(House(found))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOW", "yesterday"),
        ("NOW", "2026-10-26T09:00:00"),  # whose wall clock?
        ("DELIVER", "perhaps"),
        ("SETTLE_SECONDS", "s3cret"),
    ],
)
def test_a_wrong_value_is_named_without_being_repeated(monkeypatch, name, value):
    monkeypatch.setenv(f"JINCHUANG_{name}", value)
    with pytest.raises(ValueError, match=f"^JINCHUANG_{name}: ") as wrong:
        house()
    assert value not in str(wrong.value)


@pytest.mark.parametrize(("told", "on"), [("on", True), ("off", False), ("true", True), ("0", False)])
def test_delivery_is_on_or_off(monkeypatch, told, on):
    monkeypatch.setenv("JINCHUANG_DELIVER", told)
    assert house().settings.deliver is on


def test_what_is_not_set_may_be_a_file_among_the_secrets(monkeypatch, tmp_path):
    (tmp_path / "jinchuang_smtp_url").write_text("smtps://user:s3cret@mail.example\n", encoding="utf-8")
    (tmp_path / "jinchuang_mail_from").write_text("file@office.example", encoding="utf-8")
    monkeypatch.setenv("JINCHUANG_SECRETS", str(tmp_path))
    monkeypatch.setenv("JINCHUANG_MAIL_FROM", "set@office.example")
    found = house().settings
    assert (found.smtp_url.get_secret_value(), found.mail_from) == (
        "smtps://user:s3cret@mail.example",
        "set@office.example",
    )
    assert "s3cret" not in repr(found)


@pytest.mark.sqlite("the first use writes a file")
def test_a_home_is_made_where_it_is_first_used(tmp_path):
    found = House(Settings(home=tmp_path / "not" / "yet"))
    assert not (tmp_path / "not").exists()
    assert found.ledger.last_seq() == 0
    assert (tmp_path / "not" / "yet" / "ledger.db").is_file()


def test_a_relative_home_stays_where_it_was_when_the_folder_changes(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    found = House(Settings(home=Path("here")))
    assert found.home == tmp_path / "here"
    monkeypatch.chdir("/")
    assert found.home == tmp_path / "here"
