"""Every hostile file is refused with its reason and cure; none takes memory, time, or the rest of the batch with it."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import pytest

from expectations.form import the_form
from tasks.guard import MEMORY
from tasks.parse import parse_files
from tasks.parsed import read_findings
from tests.reader.packages import FILES, good
from warehouse.archive import Archive

_FORM = the_form().sheets
NAMES = sorted(
    {one.zh for one in _FORM} | {c.zh for one in _FORM for c in one.columns}, key=len, reverse=True
)


@pytest.fixture(scope="module")
def measures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("measures") / "measures.txt"


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory, measures: Path) -> dict[str, Path]:
    """All files read in one batch by the guarded child, with a good one before and after."""
    archive = Archive(tmp_path_factory.mktemp("hostile"))
    archive.raw.mkdir()
    batch: list[tuple[str, str]] = []
    shas: dict[str, str] = {}

    def send(case: str, content: bytes, name: str) -> None:
        # The same bytes under another name are another case here: keep them apart by a name of their own.
        sha256 = hashlib.sha256(content + case.encode()).hexdigest()
        archive.raw_path(sha256).write_bytes(content)
        batch.append((sha256, name))
        shas[case] = sha256

    send("before", good(), "before.xlsx")
    # Those that end the reader first: what a process that was ended ran through is not counted as covered.
    for case, (content, name, key, _) in FILES.items():
        if key == "reader_failed":
            send(case, content(), name)
    for case, (content, name, key, _) in FILES.items():
        if key != "reader_failed":
            send(case, content(), name)
    send("after", good(), "after.xlsx")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("READER_MEASURES", str(measures))
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
        patch.setattr("tasks.parse.READER", "tests.reader.measured")
        found = parse_files(batch, archive, the_form())
    return {case: found[sha256] for case, sha256 in shas.items()}


@pytest.mark.parametrize("case", FILES)
def test_it_is_refused_with_its_reason(parsed: dict[str, Path], case: str) -> None:
    _, name, key, cell = FILES[case]
    (found,) = read_findings(parsed[case])
    assert (found.severity, found.rule, found.cell) == ("refuse", key, cell)
    assert found.zh.endswith("。")
    assert found.en.endswith(".")
    assert "Traceback" not in found.zh + found.en
    # Names of sheets and columns are Chinese in both, what we say of them is not.
    ours = re.sub("|".join(map(re.escape, (*NAMES, name))), "", found.en)
    assert key in {"reader_failed", "corrupt", "bad_package"} or not re.search("[\u4e00-\u9fff]", ours), ours
    if key in {"not_a_workbook", "wrong_name"}:
        assert name in found.zh


def test_the_good_ones_around_them_are_read(parsed: dict[str, Path]) -> None:
    assert read_findings(parsed["before"]) == read_findings(parsed["after"]) == []


def test_none_took_more_memory_or_time_than_it_may(parsed: dict[str, Path], measures: Path) -> None:
    """The highest the reading process ever stood at (it read all the files), and the seconds of each file."""
    held, seconds = zip(
        *(map(float, line.split()[:2]) for line in measures.read_text().splitlines()), strict=True
    )
    died = sum(
        key == "reader_failed" for _, _, key, _ in FILES.values()
    )  # the system took them at their limit
    assert len(held) == len(parsed) - died
    assert max(held) * 1024 < MEMORY
    assert max(seconds) < 20


def test_a_reader_that_is_killed_refuses_its_own_file_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child dies at one file, as it would when the parser aborts; the next file gets a new child."""
    (tmp_path / "dying.py").write_text(
        "import os, signal\n"
        "from pathlib import Path\n"
        "from tasks import reader\n"
        "from tasks.guard import serve\n"
        "def work(request):\n"
        "    if Path(request['raw']).read_bytes() == b'die':\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    reader._work(request)\n"
        "serve(work)\n"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])]))
    monkeypatch.setattr("tasks.parse.READER", "dying")
    archive = Archive(tmp_path / "house")
    archive.raw.mkdir(parents=True)
    contents = {"a" * 64: good(), "b" * 64: b"die", "c" * 64: good()}
    for sha256, content in contents.items():
        archive.raw_path(sha256).write_bytes(content)
    found = parse_files([(sha256, "季报.xlsx") for sha256 in contents], archive, the_form())
    rules = {sha256[0]: [one.rule for one in read_findings(path)] for sha256, path in found.items()}
    assert rules == {"a": [], "b": ["reader_failed"], "c": []}
