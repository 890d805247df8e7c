"""A command beside a DAG's run waits; the same process may take its own lock again."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path

from tasks.load import load
from tasks.settings import House, one_at_a_time
from tests.conftest import house_at
from warehouse import build


def _hold(home: Path, began: object, seconds: float) -> None:
    with house_at(home).alone("writing"):
        began.set()  # type: ignore[attr-defined]
        time.sleep(seconds)


@one_at_a_time("writing")
def _now(house: House) -> float:
    with house.alone("writing"):  # a task that calls another one does not wait for itself
        return time.monotonic()


def test_a_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    began = context.Event()
    first = context.Process(target=_hold, args=(tmp_path / "house", began, 0.5))
    first.start()
    assert began.wait(30)
    asked = time.monotonic()
    assert _now(house_at(tmp_path / "house")) - asked >= 0.3
    first.join()


def test_who_sends_mail_does_not_wait_for_who_writes(tmp_path: Path) -> None:
    house = house_at(tmp_path / "house")
    with house.alone("writing"), house_at(tmp_path / "house").alone("posting"):
        pass


def test_changed_definitions_make_a_new_generation(before_decisions: House, monkeypatch) -> None:
    load(before_decisions)
    made_of = before_decisions.store.made_of()
    assert made_of[1] == build.definitions_hash()
    monkeypatch.setattr("tasks.load.definitions_hash", lambda: "other")
    monkeypatch.setattr("warehouse.build.definitions_hash", lambda: "other")
    load(before_decisions)
    assert before_decisions.store.made_of() == (made_of[0], "other")
