"""What the machine, the network or the environment refuses is one sentence and exit code 1 or 2, and never a traceback."""

from __future__ import annotations

import json
import subprocess
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from operations.ports import free_port
from tasks.settings import House
from tests.cli.typed import COMMAND, complaint, said
from tests.conftest import NOW
from tests.house.filing import send
from tests.mail.server import Behaviour, mail_server
from tests.returns.filled import changed


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, named by the environment."""
    monkeypatch.setenv("JINCHUANG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JINCHUANG_NOW", NOW.isoformat())
    monkeypatch.setenv("JINCHUANG_UNATTENDED", "on")
    monkeypatch.setenv("JINCHUANG_SETTLE_SECONDS", "0")
    return tmp_path / "home"


@pytest.mark.parametrize(
    "words",
    [
        ("demo",),
        ("collect",),
        ("process",),
        ("measure", "2026-Q3"),
        ("report", "2026-Q3"),
        ("deliver",),
        ("status", "2026-Q3"),
        ("decide", "abcdef", "release", "--by", "a", "--reason", "b"),
        ("rebuild",),
        ("verify",),
        ("template", "2026-Q3", "--unit", "U01", "--centre", "EQ01", "--to", "/dev/null"),
        ("check", __file__),
    ],
)
def test_a_wrong_variable_is_named_by_every_command(home, monkeypatch, words):
    monkeypatch.setenv("JINCHUANG_NOW", "yesterday")
    code, sentence = complaint(*words)
    assert code == 2
    assert "JINCHUANG_NOW" in sentence


def test_a_registry_that_is_not_there_is_named(home, monkeypatch, tmp_path):
    monkeypatch.setenv("JINCHUANG_REGISTRY", str(tmp_path / "nowhere"))
    code, sentence = complaint("status", "2026-Q3")
    assert code == 1
    assert "nowhere/centres.csv" in sentence


def test_a_ledger_that_cannot_be_reached_is_said_without_its_password(home, monkeypatch):
    url = f"postgresql+psycopg2://clerk:s3cret@127.0.0.1:{free_port()}/ledger"
    monkeypatch.setenv("JINCHUANG_LEDGER_URL", url)
    code, sentence = complaint("collect")
    assert code == 1
    assert "Connection refused" in sentence
    assert "s3cret" not in sentence


def test_a_template_cannot_be_written_where_there_is_no_folder(home, tmp_path):
    to = str(tmp_path / "no" / "t.xlsx")
    code, sentence = complaint("template", "2026-Q3", "--unit", "U01", "--centre", "EQ01", "--to", to)
    assert code == 1
    assert to in sentence


def test_what_looks_like_markup_is_printed_as_it_stands(home):
    code, sentence = complaint("decide", "[/bold]abc", "release", "--by", "a", "--reason", "b")
    assert code == 2
    assert "[/bold]abc" in sentence


def test_a_file_named_like_markup_is_judged_all_the_same(home, tmp_path):
    path = tmp_path / "[" / "bold][red]a.xlsx"  # the path ends a tag that was never opened
    path.parent.mkdir()
    path.write_bytes(b"<html>")
    code, out, _ = said("check", str(path))
    assert code == 1
    assert "[/bold][red]a.xlsx" in out
    assert "不是 .xlsx 工作簿" in out


def test_check_writes_annotated_copies_of_what_could_be_read(home, tmp_path):
    bad, page = tmp_path / "坏.xlsx", tmp_path / "页.xlsx"
    bad.write_bytes(changed({"单位情况": {"D7": 99999}}))
    page.write_bytes(b"<html>")
    code, out, _ = said("check", str(bad), str(page), "--json", "--annotate", str(tmp_path / "marked"))
    assert code == 1
    assert [one["verdict"] for one in json.loads(out)] == ["returned", "refused"]
    (copy,) = (tmp_path / "marked").iterdir()
    assert copy.name == "审核结果_坏.xlsx"
    assert load_workbook(copy)["单位情况"]["D7"].comment.text.startswith("【错误】R2.1")
    assert not (home / "ledger.db").exists()


def test_check_says_when_no_copy_could_be_made(home, tmp_path, caplog):
    """What the workbook's reader can read and the one that writes copies cannot: a style that points nowhere."""
    odd = tmp_path / "奇.xlsx"
    odd.write_bytes(styles_gone(changed({"单位情况": {"D7": 99999}})))
    code, out, _ = said("check", str(odd), "--annotate", str(tmp_path / "marked"))
    assert (code, list((tmp_path / "marked").iterdir())) == (1, [])
    assert "R2.1" in out or "99999" in out
    assert "无批注副本 no annotated copy" in caplog.text
    assert "奇.xlsx" in caplog.text


def styles_gone(content: bytes) -> bytes:
    made = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b' s="', b' s="9999') if name.endswith("sheet3.xml") else data)
    return made.getvalue()


def test_a_file_nobody_can_be_named_for_is_told_with_a_name_that_steers_no_terminal(home):
    send(House_of(home), "a\x1b[2Jb\nc.xlsx", b"<html>", "2026-10-10T09:00:00")
    assert "1 份" in said("collect")[1]
    code, out, _ = said("process")
    assert (code, "refused 1" in out) == (0, True)
    code, out, _ = said("status", "2026-Q3")
    assert code == 0
    assert "a·[2Jb·c.xlsx" in out
    assert "\x1b" not in out


def House_of(home: Path) -> House:  # noqa: N802
    from tasks.settings import Settings

    return House(Settings(home=home))


# ── mail
@pytest.fixture
def with_a_letter(home, monkeypatch):
    send(House_of(home), "a.xlsx", b"<html>", "2026-10-10T09:00:00")
    said("collect")
    said("process")
    monkeypatch.setenv("JINCHUANG_DELIVER", "on")
    return House_of(home)


def states(house: House) -> list[str]:
    return [one.state for one in house.ledger.letters()]


def test_mail_goes_out_and_again_there_is_nothing_to_send(with_a_letter, monkeypatch, tmp_path):
    with mail_server(tmp_path / "ca.pem", Behaviour()) as server:
        monkeypatch.setenv("JINCHUANG_SMTP_URL", server.url)
        monkeypatch.setenv("JINCHUANG_SMTP_CA", str(server.ca))
        assert said("deliver")[:2] == (0, "sent 1\n")
        assert "nothing queued" in said("deliver")[1]
        assert len(server.behaviour.taken) == 1
    assert states(with_a_letter) == ["sent"]


def test_a_refused_letter_is_counted_and_tried_again_by_hand(with_a_letter, monkeypatch, tmp_path):
    refusing = Behaviour(refuse=("operator@office.example",))
    with mail_server(tmp_path / "ca.pem", refusing) as server:
        monkeypatch.setenv("JINCHUANG_SMTP_URL", server.url)
        monkeypatch.setenv("JINCHUANG_SMTP_CA", str(server.ca))
        assert said("deliver")[1] == "failed 1\n"
        refusing.refuse = ()
        assert "nothing queued" in said("deliver")[1]
        assert said("deliver", "--retry")[1] == "sent 1\n"


@pytest.mark.parametrize("trouble", ["down", "certificate", "password"])
def test_a_mail_server_that_cannot_be_used_is_one_sentence_and_letters_stay_queued(
    with_a_letter, monkeypatch, tmp_path, trouble
):
    with mail_server(tmp_path / "ca.pem", Behaviour()) as server:
        url = server.url if trouble != "password" else server.url.replace("p%3A", "s3cret")
        url = url if trouble != "down" else f"smtp+starttls://u:s3cret@127.0.0.1:{free_port()}"
        monkeypatch.setenv("JINCHUANG_SMTP_URL", url)
        if trouble != "certificate":
            monkeypatch.setenv("JINCHUANG_SMTP_CA", str(server.ca))
        code, sentence = complaint("deliver")
    assert code == 1
    assert {"down": "refused", "certificate": "certificate", "password": "535"}[trouble] in sentence
    assert "s3cret" not in sentence
    assert states(with_a_letter) == ["queued"]


def test_unencrypted_mail_is_wrong_use(with_a_letter, monkeypatch):
    monkeypatch.setenv("JINCHUANG_SMTP_URL", "smtp://u:s3cret@127.0.0.1")
    code, sentence = complaint("deliver")
    assert code == 2
    assert "smtp+starttls" in sentence
    assert "s3cret" not in sentence


# ── as installed
def test_check_as_installed_exits_0_1_and_2(tmp_path):
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    good.write_bytes(changed({}))
    bad.write_bytes(b"<html>")
    environment = {
        "JINCHUANG_HOME": str(tmp_path / "home"),
        "JINCHUANG_NOW": NOW.isoformat(),
        "PATH": "/usr/bin:/bin",
    }

    def exits(*words: object) -> tuple[int, str]:
        done = subprocess.run(
            [COMMAND, "check", *words], env=environment, cwd="/", capture_output=True, text=True
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout

    code, out = exits(good, "--json")
    assert code == 0
    ((result,), keys) = (json.loads(out), ["file", "sha256", "verdict", "findings"])
    assert (list(result), result["file"], result["findings"]) == (keys, str(good), [])
    assert exits(bad)[0] == 1
    assert exits(tmp_path)[0] == 2
