"""What scripts may rely on: the shapes of JSON, exit codes, proofs that are the same everywhere, sentences for people."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from expectations.form import the_form
from expectations.relations import names_in
from tasks.settings import House
from tests.cli.typed import COMMAND, complaint, said
from tests.conftest import NOW, house_at
from tests.house.filing import send, workbook
from tests.returns.filled import changed
from warehouse.registry import Registry

FILE = ["file", "sha256", "verdict", "findings"]
FINDING = ["severity", "rule", "sheet", "cell", "column", "found", "zh", "en"]
ROW = [
    *("quarter", "centre", "unit", "name", "role", "state", "nil", "on_time", "first_received_at"),
    *("newest", "newest_file", "newest_verdict", "newest_received_at", "in_force"),
    *("files", "errors", "warnings", "holds", "reasons"),
]


@pytest.fixture
def at(monkeypatch, small_registry):
    """Name a home by the environment; returns it."""

    def named(home: Path, now: str = NOW.isoformat()) -> Path:
        monkeypatch.setenv("JINCHUANG_HOME", str(home))
        monkeypatch.setenv("JINCHUANG_REGISTRY", str(small_registry))
        monkeypatch.setenv("JINCHUANG_NOW", now)
        monkeypatch.setenv("JINCHUANG_UNATTENDED", "on")
        monkeypatch.setenv("JINCHUANG_SETTLE_SECONDS", "0")
        return home

    return named


@pytest.fixture
def demo(house_copy: House, at) -> House:
    at(house_copy.home)
    return house_copy


def installed(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, *words], env=environment, cwd="/", capture_output=True, text=True)


# ── check
def alone(findings: list[dict[str, str]]) -> list[dict[str, str]]:
    """Without the relations that ask other returns: those of the centre, of other units, of last quarter."""
    beyond = {
        rule.no
        for sheet in the_form().sheets
        for rule in sheet.rules
        if any(
            one.name in names_in(rule.must) and one.function not in {"registry", "sum_of_sheet"}
            for one in sheet.context
        )
    }
    assert beyond
    return [one for one in findings if one["rule"] not in beyond]


def filed(house: House, *verdicts: str) -> list[tuple[Path, Any]]:
    """A file of the demo of each verdict, and what the ledger holds about it."""
    judged = {one.verdict: one for one in house.ledger.verdicts()}
    names = {one.sha256: one.name for one in house.ledger.arrivals()}
    return [(house.inbox / names[judged[verdict].sha256], judged[verdict]) for verdict in verdicts]


def test_check_says_in_json_what_the_ledger_says(demo):
    """Judged alone a return gets the verdict and findings it got in its quarter, where no other return is concerned."""
    files = filed(demo, "accepted", "returned", "refused")
    seq = demo.ledger.last_seq()
    code, out, _ = said("check", "--json", *(path for path, _ in files))
    assert code == 1
    results = json.loads(out)
    for result, (path, judged) in zip(results, files, strict=True):
        assert list(result) == FILE
        assert result["file"] == str(path)
        assert result["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest() == judged.sha256
        assert result["verdict"] == judged.verdict
        assert all(list(one) == FINDING for one in result["findings"])
        assert all(isinstance(value, str) for one in result["findings"] for value in one.values())
        kept = [one.model_dump() for one in demo.ledger.findings(judged.sha256)]
        assert alone(result["findings"]) == alone(kept)
    assert [bool(one["findings"]) for one in results[1:]] == [True] * 2
    assert not out.isascii(), "people read it too"
    assert demo.ledger.last_seq() == seq


@pytest.mark.parametrize(("verdict", "code"), [("accepted", 0), ("returned", 1), ("refused", 1)])
def test_the_exit_code_of_check_follows_from_the_verdict(demo, verdict, code):
    ((path, _),) = filed(demo, verdict)
    assert said("check", path)[0] == code


def test_check_knows_no_deadline(demo):
    """What is held because it came late is in order by itself."""
    ((path, judged),) = filed(demo, "held")
    assert [one.rule for one in demo.ledger.findings(judged.sha256) if one.severity == "hold"] == ["late"]
    assert said("check", path)[0] == 0


def test_a_name_in_the_encoding_of_an_old_windows_is_no_fault_of_the_return(tmp_path):
    """As unzip leaves them on Linux; stdout is strict UTF-8 then."""
    paths = [os.fsencode(tmp_path) + "/二季度\x1b[2J季报.xlsx".encode(kind) for kind in ("gb18030", "utf-8")]
    environment = {"JINCHUANG_HOME": str(tmp_path / "home"), "LC_ALL": "C.UTF-8"}
    for path in paths:
        Path(os.fsdecode(path)).write_bytes(changed({}))
    done = installed("check", "--json", *paths, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert [(list(one), one["verdict"]) for one in json.loads(done.stdout)] == [(FILE, "accepted")] * 2

    for path in paths:
        Path(os.fsdecode(path)).write_bytes(b"<html>")
    done = installed("check", *paths, **environment)
    assert (done.returncode, done.stderr) == (1, "")
    assert "二季度·[2J季报.xlsx" in done.stdout
    assert done.stdout.count("拒收 refused") == 2
    assert "\x1b" not in done.stdout


# ── status
def test_status_gives_every_expected_pair_in_one_shape(demo):
    code, out, _ = said("status", "2026-Q3", "--json")
    assert code == 0
    rows = json.loads(out)
    assert [list(row) for row in rows] == [ROW] * len(demo.registry.memberships)
    whole = {one.sha256[:12]: one.sha256 for one in demo.ledger.verdicts()}
    for row in rows:
        came = row["state"] != "missing"
        instants = [row["first_received_at"], row["newest_received_at"]]
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", one) for one in instants if came)
        assert came or (instants, row["newest"], row["files"]) == ([None, None], None, 0)
        assert (row["in_force"] is not None) == (row["state"] == "accepted")
        found = demo.ledger.findings(whole[row["newest"]]) if came else []
        counted = [sum(one.severity == kind for one in found) for kind in ("error", "warning", "hold")]
        assert [row["errors"], row["warnings"], row["holds"]] == counted
        deciding = {"returned": "error", "held": "hold"}.get(row["newest_verdict"])
        why = [one.zh for one in found if one.severity == deciding]
        assert len(row["reasons"]) == len(why)
        assert all(text.endswith(zh) for text, zh in zip(row["reasons"], why, strict=True))
    assert sum(row["files"] for row in rows) == len(list((demo.inbox / "2026-Q3").iterdir())) - 1
    assert max(row["files"] for row in rows) == 2
    assert {row["errors"] for row in rows if row["state"] == "returned"} == {3}


def test_before_anything_came_every_expected_return_is_missing(at, tmp_path, small_registry):
    at(tmp_path / "empty")
    code, out, _ = said("status", "2026-Q3", "--json")
    assert code == 0
    due = len(Registry.read(small_registry).memberships)
    assert [(row["state"], row["files"]) for row in json.loads(out)] == [("missing", 0)] * due


# ── verify
def test_verify_is_the_same_at_another_place_and_another_time(at, tmp_path):
    """Filed, collected and judged twice from nothing: no time, path or random id is in what is printed."""
    files = {
        "U01.xlsx": workbook("EQ01", "U01", employees=601),
        "U02.xlsx": workbook("EQ01", "U02", rd_technical_staff=201),
        "U09.xlsx": b"<html>",
    }
    outputs = []
    for place, now in (("a", "2026-10-26T09:00:00+08:00"), ("b/far/away", "2026-11-02T17:30:01+08:00")):
        home = at(tmp_path / place, now)
        for name, content in files.items():
            send(house_at(home), name, content, "2026-10-09T09:00:00")
        assert said("collect")[0] == 0
        assert "退回 returned 1" in said("process")[1]
        code, out, err = said("verify")
        assert (code, err) == (0, "")
        outputs.append(out)
    assert outputs[0] == outputs[1]
    lines = outputs[0].splitlines()
    assert all(re.fullmatch(r"(warehouse|ledger) [a-z_]+ [0-9]+ [0-9a-f]+", line) for line in lines)
    counts = {line.split()[1]: int(line.split()[2]) for line in lines}
    assert (counts["arrivals"], counts["verdicts"], counts["outbox"], counts["editions"]) == (3, 3, 3, 0)


# ── one sentence each
@pytest.mark.parametrize("quarter", ["2026-Q9", "2026-Q0", "2026年三季度", "Q3", "2026-3", " 2026-Q3\n", ""])
@pytest.mark.parametrize("command", ["status", "measure", "report", "template"])
def test_a_wrong_quarter_is_one_sentence_and_exit_2(at, tmp_path, command, quarter):
    at(tmp_path / "home")
    more = ("--unit", "U01", "--centre", "EQ01", "--to", tmp_path / "t.xlsx") if command == "template" else ()
    code, sentence = complaint(command, quarter, *more)
    assert code == 2
    assert "2026-Q3" in sentence, "an example helps"
    assert not (tmp_path / "t.xlsx").exists()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("status", "2031-Q1"), "2031-Q1 is not in the calendar"),
        (("measure", "2031-Q1"), "2031-Q1 is not in the calendar"),
        (("report", "2031-Q1"), "2031-Q1 is not in the calendar"),
        (("report", "2026-Q4"), "2026-Q4 had not opened yet"),
        (("decide", "0123456789ab", "release", "--by", "甲", "--reason", "乙"), "0123456789ab"),
        (("decide", "0123456789ab", "perhaps", "--by", "甲", "--reason", "乙"), "no such decision"),
        (("decide", "0123456789ab", "release", "--by", " ", "--reason", "乙"), "who decides"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_2(demo, words, why):
    seq = demo.ledger.last_seq()
    code, sentence = complaint(*words)
    assert code == 2
    assert why in sentence
    assert demo.ledger.last_seq() == seq


def test_a_decision_on_what_is_not_held_says_what_it_is(demo):
    ((_, judged),) = filed(demo, "accepted")
    code, sentence = complaint("decide", judged.sha256[:12], "reject", "--by", "甲", "--reason", "乙")
    assert code == 2
    assert "is not held but accepted" in sentence


# ── stores that were damaged
@pytest.mark.sqlite("the file is damaged")
@pytest.mark.parametrize(
    "words", [("collect",), ("process",), ("deliver",), ("status", "2026-Q3"), ("verify",)]
)
def test_a_ledger_that_is_none_is_said(at, tmp_path, words):
    home = at(tmp_path / "home")
    home.mkdir()
    (home / "ledger.db").write_text("neither a ledger nor a database, and long enough to be looked at" * 9)
    code, sentence = complaint(*words)
    assert code == 1
    assert "not a database" in sentence


@pytest.mark.parametrize("left", [0, 10, 5000], ids=lambda left: f"{left} bytes left")
def test_a_damaged_warehouse_is_said_and_rebuilt(demo, left):
    proof = said("verify")
    path = demo.store.current()
    path.write_bytes(path.read_bytes()[:left])
    for words in (("verify",), ("measure", "2026-Q3"), ("report", "2026-Q3")):
        code, sentence = complaint(*words)
        assert code == 1
        assert "jinchuang rebuild" in sentence
    assert said("rebuild") == (0, f"{path.name}\n", "")
    assert said("verify") == proof


def test_a_lost_archived_file_is_named_by_verify(demo):
    ((_, judged),) = filed(demo, "accepted")
    demo.archive.raw_path(judged.sha256).unlink()
    code, sentence = complaint("verify")
    assert code == 1
    assert f"archived file {judged.sha256[:12]}" in sentence


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_home_that_cannot_be_is_said(at, tmp_path, place):
    (tmp_path / "file").touch()
    at(tmp_path / place)
    code, sentence = complaint("collect")
    assert code == 1
    assert str(tmp_path / "file") in sentence


# ── as installed, with nothing but a home
def test_the_installed_command_takes_a_return_in_with_nothing_but_a_home(tmp_path):
    home = tmp_path / "家"
    send(house_at(home), "U09.xlsx", b"<html>", "2026-10-09T09:00:00")
    (home / "fonts").unlink()
    for words, printed in (
        (("collect",), f"新收 1 份 new files（收件夹 inbox: {home}/inbox）\n"),
        (("process",), "拒收 refused 1\n"),
        (("deliver",), "No mail connection, or delivery is off: written as .eml, still queued.\n"),
    ):
        done = installed(*words, JINCHUANG_HOME=str(home))
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.endswith(printed)
    done = installed("status", "2026-Q3", "--json", JINCHUANG_HOME=str(home))
    assert {row["state"] for row in json.loads(done.stdout)} == {"missing"}
    assert len(list((home / "mail").glob("answer-*.eml"))) == 1
