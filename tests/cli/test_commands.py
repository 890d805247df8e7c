"""Every command by itself, as a person types it: what it prints, what it returns, and no traceback ever."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from expectations.quarter import Quarter
from tasks.demo import planted
from tasks.settings import House
from tests import ledgers
from tests.cli import typed
from tests.conftest import NOW, copied
from tests.returns.filled import changed
from warehouse.indicators import indicators
from warehouse.returns import standings, submissions

COMMANDS = {
    "demo", "template", "check", "collect", "process", "measure", "report", "deliver", "status",
    "revise", "trace", "csv", "docs", "decide", "confirm", "disputes", "settle", "rebuild", "verify",
    "bundle", "replay", "open", "remind", "propose", "approve",
    "backup", "restore", "prune", "watch",
}  # fmt: skip
FINDING = ["severity", "rule", "sheet", "cell", "column", "found", "zh", "en"]


@pytest.fixture
def home(small_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the demo's house, named by the environment as a person would."""
    home = copied(small_house, tmp_path / "home").home
    monkeypatch.setenv("JINCHUANG_HOME", str(home))
    monkeypatch.setenv("JINCHUANG_REGISTRY", str(small_house.settings.registry))
    monkeypatch.setenv("JINCHUANG_NOW", NOW.isoformat())
    monkeypatch.setenv("JINCHUANG_UNATTENDED", "on")
    return home


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JINCHUANG_HOME", str(tmp_path / "empty"))
    monkeypatch.setenv("JINCHUANG_NOW", NOW.isoformat())
    monkeypatch.setenv("JINCHUANG_UNATTENDED", "on")
    return tmp_path / "empty"


def said(*words: str) -> tuple[int, str]:
    code, out, err = typed.said(*words)
    assert "Traceback" not in out + err
    return code, out + err


def test_help_lists_every_command() -> None:
    code, text = said("--help")
    assert code == 0
    assert {word for word in COMMANDS if re.search(rf"\b{word}\b", text)} == COMMANDS


def test_demo_writes_the_returns_into_the_inbox(
    empty: Path, small_registry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JINCHUANG_REGISTRY", str(small_registry))
    assert said("demo")[0] == 0
    written = {path.name for path in (empty / "inbox").rglob("*") if path.is_file()}
    assert written == {one.file for one in planted(small_registry) if one.received}


def test_check_says_what_is_wrong_as_text_and_as_json(empty: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "好.xlsx", tmp_path / "坏.xlsx"
    good.write_bytes(changed({}))
    bad.write_bytes(changed({"单位情况": {"D7": 99999}}))
    code, text = said("check", str(good), str(bad), "--json")
    assert code == 1
    results = json.loads(text)
    assert [(Path(one["file"]).name, one["verdict"]) for one in results] == [
        ("好.xlsx", "accepted"),
        ("坏.xlsx", "returned"),
    ]
    assert [list(one) for one in results] == [["file", "sha256", "verdict", "findings"]] * 2
    assert [list(one) for one in results[1]["findings"]] == [FINDING]
    assert (results[1]["findings"][0]["rule"], results[1]["findings"][0]["cell"]) == ("R2.1", "D7")
    code, text = said("check", str(bad))
    assert code == 1
    assert "单位情况 D7" in text
    assert said("check", str(good))[0] == 0
    assert said("check", str(tmp_path / "nowhere.xlsx"))[0] == 2
    assert not (empty / "ledger.db").exists(), "a dry run leaves no state"


def test_status_lists_every_expected_return(home: Path, small_house: House) -> None:
    code, text = said("status", "2026-Q3", "--json")
    assert code == 0
    rows = json.loads(text)
    expected = {(one.unit, one.centre) for one in small_house.registry.memberships}
    assert {(one["unit"], one["centre"]) for one in rows} == expected
    stand = standings(small_house.registry, submissions(small_house.ledger), Quarter.parse("2026-Q3"))
    assert {(one["unit"], one["centre"]): one["state"] for one in rows} == {
        (one.unit, one.centre): one.state for one in stand
    }
    code, text = said("status", "2026-Q3")
    assert code == 0
    assert "无法识别报送单位" in text


def test_measure_prints_every_indicator(home: Path) -> None:
    code, text = said("measure", "2026-Q3")
    assert code == 0
    lines = text.strip().splitlines()
    assert [line.split(" = ")[0].split()[-1] for line in lines] == list(indicators())
    assert all(line.split(" = ")[1] for line in lines)


def test_a_held_return_is_released_judged_reported_and_written(home: Path) -> None:
    held = next(one for one in json.loads(said("status", "2026-Q3", "--json")[1]) if one["state"] == "held")
    assert said("decide", held["newest"], "release", "--by", "示例处长", "--reason", "已核实")[0] == 0
    assert "采用 accepted 1" in said("process")[1]
    code, text = said("report", "2026-Q3")
    assert (code, Path(text.strip()).name) == (0, "2026-Q3-e2")
    code, text = said("report", "2026-Q3")
    assert Path(text.strip()).name == "2026-Q3-e2", "nothing changed since"
    code, text = said("deliver")
    assert code == 0
    assert "仍待发" in text
    assert list((home / "mail").glob("report-2026-Q3-e2-*.eml"))


def test_collect_finds_nothing_new_twice(home: Path) -> None:
    assert said("collect")[0] == 0
    assert "nothing to judge" in said("process")[1]


def test_rebuild_and_verify_print_the_same_in_two_places(home: Path, small_house: House, monkeypatch) -> None:
    code, here = said("verify")
    assert code == 0
    assert said("rebuild")[0] == 0
    assert said("verify") == (0, here)
    monkeypatch.setenv("JINCHUANG_HOME", str(small_house.home))
    assert said("verify") == (0, here)
    assert all(re.fullmatch(r"(warehouse|ledger) \w+ [0-9]+ [0-9a-f]+", line) for line in here.splitlines())


def test_verify_tells_a_changed_file_by_name_and_exits_1(home: Path) -> None:
    page = home / "editions" / "2026-Q3-e1" / "report.html"
    page.write_bytes(page.read_bytes() + b" ")
    code, text = said("verify")
    assert code == 1
    assert "edition 2026-Q3-e1 report.html" in text


def test_a_template_is_written_for_a_return_that_is_expected(empty: Path, tmp_path: Path) -> None:
    target = tmp_path / "t.xlsx"
    assert said("template", "2026-Q3", "--unit", "U01", "--centre", "EQ01", "--to", str(target))[0] == 0
    assert target.stat().st_size > 10_000
    code, _ = said(
        "template", "2026-Q3", "--unit", "U01", "--centre", "NM01", "--to", str(tmp_path / "no.xlsx")
    )
    assert (code, (tmp_path / "no.xlsx").exists()) == (2, False)


@pytest.mark.parametrize(
    "words", [("check",), ("dance",), ("status",), ("decide", "abcdef123456", "release")]
)
def test_words_that_are_no_command_exit_2(empty: Path, words: tuple[str, ...]) -> None:
    assert said(*words)[0] == 2
    assert not empty.exists()


@pytest.mark.parametrize("words", [("measure", "2026-Q3"), ("report", "2026-Q3"), ("rebuild",), ("verify",)])
def test_on_an_empty_home_a_command_says_what_to_do_first(empty: Path, words: tuple[str, ...]) -> None:
    code, text = said(*words)
    assert code == 2
    assert "jinchuang collect" in text


def test_templates_reminders_and_drafts_are_made_by_hand_too(home: Path) -> None:
    code, text = said("open", "2026-Q3")
    assert (code, "份模板" in text) == (0, True)
    assert list((home / "templates" / "2026-Q3" / "U01").glob("季报_2026-Q3_EQ01_U01.xlsx"))
    assert "已发过" in said("open", "2026-Q3")[1]
    code, text = said("remind", "2026-Q3")
    assert (code, "封信已写" in text) == (0, True), "five days after the deadline"
    assert "现在没有应催的" in said("remind", "2026-Q3")[1]
    code, text = said("propose", "2026-Q3")
    assert (code, "内容未变" in text) == (0, True)
    code, text = said("approve", "7", "approve", "--by", "reviewer")
    assert (code, "没有编号为“7”的送审稿" in text) == (2, True)


@pytest.mark.parametrize("words", [("collect",), ("process",), ("deliver",), ("status", "2026-Q3")])
def test_on_an_empty_home_the_rest_finds_nothing(empty: Path, words: tuple[str, ...]) -> None:
    assert said(*words)[0] == 0


def test_the_installed_command_needs_nothing_but_its_home(home: Path) -> None:
    environment = {"JINCHUANG_HOME": str(home), "JINCHUANG_NOW": NOW.isoformat(), "PATH": "/usr/bin:/bin"}
    environment |= ledgers.variables(home)
    done = subprocess.run([typed.COMMAND, "verify"], env=environment, cwd="/", capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    wrong = subprocess.run(
        [typed.COMMAND, "status", "Q3"], env=environment, cwd="/", capture_output=True, text=True
    )
    assert wrong.returncode == 2
    assert len(wrong.stderr.strip().splitlines()) == 1


# ── a house is looked after
def test_a_house_is_backed_up_and_restored_by_command(home, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("JINCHUANG_BACKUP", str(tmp_path / "disk"))
    code, text = said("backup")
    assert code == 0
    assert text.strip().startswith(str(tmp_path / "disk" / "ledger" / "20261026T090000-seq"))
    code, text = said("restore", str(tmp_path / "disk"))
    assert code == 2
    assert "empty house" in text
    monkeypatch.setenv("JINCHUANG_HOME", str(tmp_path / "other"))
    code, text = said("restore", str(tmp_path / "disk"))
    assert code == 0
    assert "jinchuang verify" in text
    (tmp_path / "other" / "editions" / "2026-Q3-e1" / "report.pdf").unlink()
    monkeypatch.setenv("JINCHUANG_BACKUP", str(tmp_path / "another disk"))
    code, text = said("backup")
    assert (code, "editions/2026-Q3-e1/report.pdf" in text) == (1, True)


def test_trouble_is_listed_and_what_is_old_too(home, monkeypatch) -> None:
    monkeypatch.setenv("JINCHUANG_DISK_FREE_GB", "1e9")
    code, text = said("watch")
    assert code == 0
    assert "disk_low home" in text
    assert said("watch")[1].startswith("新告警 raised 0")
    monkeypatch.setenv("JINCHUANG_NOW", "2028-01-01T00:00:00+08:00")
    code, text = said("prune", "--dry-run")
    assert code == 0
    assert "as-of/warehouse-" in text
    assert said("prune")[1].splitlines()[:-1] == text.splitlines()[:-1]
    assert said("prune")[1] == "0 项已清理 removed\n"


def test_what_lapsed_is_sent_by_key_only(home) -> None:
    code, text = said("deliver", "--lapsed", "no-such-key")
    assert code == 2
    assert "no-such-key" in text
