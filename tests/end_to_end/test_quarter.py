"""A whole quarter on a simulated calendar, with the real scheduler: from its opening to a revised edition, over REST.

The tests of this file look at one play of it from several sides. ``JINCHUANG_CLOCK`` names the file that holds the day.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from operations.airflow_api import AirflowApi, Question, Run, until
from operations.local_airflow import BAD, COLLECT, DAGS, REPORT, REVISE, announced_by
from operations.mail_catcher import Account, Caught, catcher
from tasks.collect import collect
from tasks.demo_scale import excerpt
from tasks.settings import ROOT, House, Settings
from tests.airflow import Running, airflow
from tests.house.filing import send, workbook
from warehouse.records import Approval, Milestone

pytestmark = pytest.mark.airflow

Q3 = "2026-Q3"
APPROVE = "批准印发 Approve"


@dataclass
class Play:
    """The running Airflow, who is logged in, and what was seen: new letters by day, what each who tried to answer got."""

    airflow: Running
    clock: Path
    house: House
    caught: Caught
    letters: dict[str, list[EmailMessage]] = field(default_factory=dict)
    runs: dict[str, list[Run]] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)

    def day(self, when: str) -> None:
        """Collect on a simulated day, and see through whatever that starts, up to what waits for a person."""
        self.clock.write_text(f"{when}+08:00")
        began = datetime.now(UTC)
        self.ops.trigger(COLLECT, f"day-{when}")
        self._see_through(when, began)

    def _see_through(self, when: str, began: datetime) -> None:
        def over() -> list[Run] | None:
            self.airflow.services.assert_alive()
            runs = [run for dag in DAGS for run in self.ops.runs(dag, since=began)]
            tasks = [task for run in runs for task in self.ops.tasks(run)]
            bad = next((task for task in tasks if task.state in BAD), None)
            assert bad is None, f"{bad.run.dag} {bad.id}\n{self.ops.log_tail(bad)}"
            asked = {one.run for dag in (REPORT, REVISE) for one in self.ops.questions(dag)}
            waiting = any(run.active and run.id not in asked for run in runs)
            started = {(run.dag, run.partition_key) for run in runs}
            return runs if not waiting and announced_by(self.ops, tasks) <= started else None

        self.runs[when] = until(over, seconds=150, what=f"the work of {when}", every=0.5)
        self.letters[when] = self._new_letters()

    def _new_letters(self) -> list[EmailMessage]:
        seen = sum(map(len, self.letters.values()))
        paths = sorted(self.caught.folder.glob("*.eml"))[seen:]
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]

    def approve(self, dag: str, when: str) -> None:
        """Everybody else tries to approve first and is turned away."""
        (question,) = until(lambda: self.ops.questions(dag) or None, seconds=30, what="the question")
        self.questions.append(question)
        began = datetime.now(UTC)
        for user in ("admin", "ops", "viewer"):
            with self.airflow.logged_in(user) as api, pytest.raises(httpx.HTTPStatusError) as turned_away:
                api.answer(question, APPROVE)
            self.refused[user] = turned_away.value.response.status_code
        until(lambda: datetime.now(UTC).timestamp() - began.timestamp() > 2 or None, seconds=5, what="2 s")
        with self.airflow.logged_in("reviewer") as api:
            api.answer(question, APPROVE, "同意")

        def ended() -> bool | None:
            run = self.ops.run(dag, question.run)
            assert run.state != "failed", [
                self.ops.log_tail(one) for one in self.ops.tasks(run) if one.state in BAD
            ]
            return None if run.active else True

        until(ended, seconds=120, what=f"{dag} after the approval", every=0.5)
        self.letters[when] += self._new_letters()

    @property
    def ops(self) -> AirflowApi:
        return self.airflow.ops

    def to(self, when: str) -> set[str]:
        return {str(one["To"]) for one in self.letters[when]}


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    folder = tmp_path_factory.mktemp("quarter")
    home, clock = folder / "home", folder / "clock"
    registry = excerpt(ROOT / "registry", folder / "registry", ("EQ01",), 1)
    clock.write_text("2026-09-20T09:00:00+08:00")
    with ExitStack() as stack:
        caught = stack.enter_context(
            catcher(folder / "mail", folder / "ca.pem", Account("jinchuang", secrets.token_urlsafe(12)))
        )
        variables = {
            "JINCHUANG_HOME": str(home),
            "JINCHUANG_REGISTRY": str(registry),
            "JINCHUANG_CLOCK": str(clock),
            "JINCHUANG_SETTLE_SECONDS": "0",
            "JINCHUANG_DELIVER": "on",
            "JINCHUANG_SMTP_URL": caught.url,
            "JINCHUANG_SMTP_CA": str(caught.ca),
        }
        house = House(Settings(home=home, registry=registry, clock=clock, settle_seconds=0))
        collect(house)  # the house begins: nothing that lies behind it is anybody's business
        made = Play(stack.enter_context(airflow(folder / "airflow", variables)), clock, house, caught)
        _live(made)
        yield made


def _live(play: Play) -> None:
    """Five units of one centre: three in time, one after it was corrected, one late by permission."""
    house = play.house
    play.day("2026-10-08T09:00:00")
    send(house, "U01.xlsx", workbook("EQ01", "U01"), "2026-10-09T09:00:00")
    send(house, "U02.xlsx", workbook("EQ01", "U02", rd_technical_staff=201), "2026-10-10T09:00:00")
    send(house, "U03.xlsx", workbook("EQ01", "U03"), "2026-10-12T09:00:00")
    send(house, "U04.xlsx", workbook("EQ01", "U04"), "2026-10-12T10:00:00")
    play.day("2026-10-13T09:00:00")
    send(house, "U02更正.xlsx", workbook("EQ01", "U02"), "2026-10-14T09:00:00")
    play.day("2026-10-16T09:00:00")
    play.day("2026-10-20T09:00:00")
    play.approve(REPORT, "2026-10-20T09:00:00")
    send(house, "U80.xlsx", workbook("EQ01", "U80"), "2026-10-21T09:00:00")
    play.day("2026-10-21T10:00:00")


def test_all(play):
    for when, letters in play.letters.items():
        print(when, [(str(one["To"]), str(one["Subject"])[:40]) for one in letters])
    print(play.refused, play.questions)
    print([(one.quarter, one.kind) for one in play.house.ledger.recorded(Milestone)])
    print(play.house.ledger.recorded(Approval))
