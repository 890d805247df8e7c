"""Every kind of alert, provoked: one letter comes, a second look writes none, it ends with its cause and is told anew.

The letters go out over a real connection to a real mail server.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from expectations.findings import _messages
from expectations.quarter import Quarter
from operations import alarms
from tasks.alert import standing_alerts
from tasks.backup import backup
from tasks.deliver import deliver
from tasks.settings import ROOT, House
from tasks.trouble import run_ended, run_late, task_failed, task_succeeded
from tasks.watch import CHECKS, last_collected, mark_collected, watch
from tests.conftest import NOW, house_at
from tests.mail.server import Behaviour, Running, mail_server
from warehouse.records import Approval, Arrival, Judged, Letter, Proposal

BEGUN = NOW - timedelta(days=20)


@dataclass
class Provoked:
    """A kind of trouble: what brings it about, who looks, and what ends it. ``said`` stands in its letter."""

    cause: str
    provoke: Callable[[House], object]
    mend: Callable[[House], object]
    said: str
    look: Callable[[House], object] = watch


def failing(task: str, error: Exception, key: str | None = None, *, posting: bool = False):
    return lambda house: task_failed(house, task, key, error, posting=posting)


def coming_through(task: str, key: str | None = None, *, posting: bool = False):
    return lambda house: task_succeeded(house, task, key, posting=posting)


def nothing(_: House) -> None:
    """What is provoked by the look itself."""


def by_airflow(cause: str, task: str, error: Exception, said: str, **how) -> Provoked:
    return Provoked(cause, nothing, coming_through(task, **how), said, failing(task, error, **how))


def set_to(house: House, **settings: object) -> None:
    """The same house under other settings."""
    object.__setattr__(house, "settings", house.settings.model_copy(update=settings))
    house.__dict__.pop("registry", None)


def refused(house: House) -> None:
    letter = Letter("notice-1", "notice", "a.lnk", ("gone@office.example",))
    house.ledger.record_notice(letter, house.now())
    house.ledger.move_letter("notice-1", "queued", "failed", house.now(), "550 no such user")


def far_calendar(house: House, *workdays: str) -> None:
    """A registry whose only deadline lies in a year of which nobody knows the holidays."""
    folder = house.home / f"registry{len(workdays)}"
    folder.mkdir(exist_ok=True)
    for path in (ROOT / "registry").glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    day = "2098-01-15T23:59:59+08:00,3,2098-01-20T09:00:00+08:00"
    (folder / "calendar.csv").write_text(
        f"quarter,opens,due,grace_days,report_at\n2097-Q4,2098-01-01T00:00:00+08:00,{day}\n"
    )
    (folder / "workdays.csv").write_text("\n".join(["day,working,why", *workdays]) + "\n")
    set_to(house, registry=folder, now=datetime.fromisoformat("2097-12-20T09:00:00+08:00"))
    backup(house)
    mark_collected(house)


def proposed(house: House) -> None:
    at = house.now() - timedelta(days=7)  # five working days
    house.ledger.record(Proposal("2026-Q3", "authority", 1, "a" * 64, 1, "2026-Q3-p1"), [], at)


def approved(house: House) -> None:
    seq = house.ledger.recorded(Proposal)[-1].seq
    house.ledger.record(Approval(seq, "approve", "reviewer"), [], house.now())


def received(house: House, quarter: str, count: int, at: str) -> None:
    """So many of a quarter's returns were accepted, all received at one instant."""
    due = house.registry.expected(Quarter.parse(quarter))[:count]
    when = datetime.fromisoformat(f"{at}+08:00")
    shas = {one: f"{quarter}-{one.centre}-{one.unit}".ljust(64, "0") for one in due}
    house.ledger.record_arrivals(
        [Arrival("inbox", f"{sha}.xlsx", at, sha, 1, when) for sha in shas.values()], house.now()
    )
    judged = [Judged(sha, "accepted", quarter, m.unit, m.centre, False, False, "") for m, sha in shas.items()]
    house.ledger.record_verdicts(quarter, judged, [], house.now())


def slow(house: House) -> None:
    """Two days before the deadline half of the returns had come a quarter ago; now there are two."""
    set_to(house, now=datetime.fromisoformat("2026-10-13T12:00:00+08:00"))
    received(house, "2026-Q2", 40, "2026-07-12T09:00:00")
    received(house, "2026-Q3", 2, "2026-10-12T09:00:00")


ALERTS = [
    by_airflow(
        "task_failed collect_submissions.judge",
        "collect_submissions.judge",
        OSError("disk full"),
        "disk full",
    ),
    by_airflow(
        "task_failed quarterly_report.report 2026-Q3",
        "quarterly_report.report",
        ValueError("no"),
        "2026-Q3",
        key="2026-Q3",
    ),
    by_airflow("backup_failed", "maintain.backup", OSError("no such disk"), "no such disk"),
    by_airflow("verify_failed", "maintain.verify", ValueError("ledger chain at seq 9"), "seq 9"),
    by_airflow("restore_failed", "maintain.drill", ValueError("edition lost"), "edition lost"),
    by_airflow(
        "mail_unreachable",
        "collect_submissions.answer",
        smtplib.SMTPServerDisconnected("gone"),
        "gone",
        posting=True,
    ),
    Provoked(
        "run_late maintain",
        nothing,
        lambda house: run_ended(house, "maintain", "the next"),
        "120",
        lambda house: run_late(house, "maintain", "one", 120),
    ),
    Provoked(
        "collecting_stopped",
        lambda house: set_to(house, now=house.now() + timedelta(hours=3)),
        mark_collected,
        "3",
    ),
    Provoked(
        "disk_low home",
        lambda house: set_to(house, disk_free_gb=1e9),
        lambda house: set_to(house, disk_free_gb=0),
        "1e+09 GB",
    ),
    Provoked(
        "letters_undelivered",
        refused,
        lambda house: house.ledger.move_letter("notice-1", "failed", "sent", house.now()),
        "550 no such user",
    ),
    Provoked(
        "holidays_unknown 2098",
        far_calendar,
        lambda house: far_calendar(house, "2098-01-01,False,元旦"),
        "2098-01-15",
    ),
    Provoked(
        "backup_old",
        lambda house: (set_to(house, now=house.now() + timedelta(days=3)), mark_collected(house)),
        backup,
        "3",
    ),
    Provoked("approval_overdue 2026-Q3 authority", proposed, approved, "2026-Q3"),
    Provoked(
        "returns_behind 2026-Q3",
        slow,
        lambda house: received(house, "2026-Q3", 60, "2026-10-13T09:00:00"),
        "（2%）；2026-Q2 季报在截止日前后的同一天已收到 40 份，应报 87 份（46%）。本季截止日 2026-10-15，还有 2 天",
    ),
]


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A house in which nothing is wrong."""
    house = house_at(tmp_path / "home", disk_free_gb=0)
    house.ledger.record_snapshot("registry", house.registry.snapshot(), BEGUN)
    backup(house)
    mark_collected(house)
    assert watch(house) == {"raised": 0, "cleared": 0, "standing": 0}
    assert house.ledger.letters() == []
    return house


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    with mail_server(tmp_path_factory.mktemp("mail") / "ca.pem", Behaviour()) as running:
        yield running


def sent(house: House, server: Running) -> list[str]:
    """The plain texts of the alerts that went out just now."""
    before = len(server.behaviour.letters)
    set_to(house, deliver=True, smtp_url=_secret(server.url), smtp_ca=server.ca)
    deliver(house)
    messages = [
        one for one in server.behaviour.letters[before:] if str(one["Message-ID"]).startswith("<alert-")
    ]
    return [f"{one['Subject']}\n{one.get_body(('plain',)).get_content()}" for one in messages]


def _secret(url: str):
    from pydantic import SecretStr

    return SecretStr(url)


@pytest.mark.parametrize("case", ALERTS, ids=lambda case: case.cause)
def test_a_trouble_is_one_letter_until_it_is_over(house, server, case):
    kind = case.cause.split()[0]
    case.provoke(house)
    case.look(house)
    case.look(house)
    assert [one.cause for one in standing_alerts(house)] == [case.cause]
    (letter,) = sent(house, server)
    assert case.said in letter
    assert letter.count(f"/ops/runbook#{kind}") == 2, "in both languages"
    case.look(house)
    assert sent(house, server) == []

    case.mend(house)
    watch(house)
    assert standing_alerts(house) == []
    assert sent(house, server) == []


@pytest.mark.parametrize(
    "case",
    [one for one in ALERTS if not one.cause.startswith(("holidays", "letters", "backup_old", "returns"))],
    ids=lambda case: case.cause,
)
def test_what_comes_back_is_told_again(house, server, case):
    for _ in range(2):
        case.provoke(house)
        case.look(house)
        assert len(sent(house, server)) == 1
        case.mend(house)
        watch(house)


def test_every_kind_was_provoked():
    kinds = {key for key in _messages()["alerts"] if f"{key}_what" in _messages()["alerts"]}
    provoked = {one.cause.split()[0] for one in ALERTS} | {"source_unreachable"}  # which collecting raises
    assert provoked == kinds
    assert set(CHECKS) <= kinds


def test_whoever_decides_above_is_told_too_where_it_is_for_them(house):
    proposed(house)
    watch(house)
    task_failed(house, "maintain.prune", None, OSError("no"))
    assert {one.subject: one.recipients for one in house.ledger.letters()} == {
        "approval_overdue": ("operator@office.example", "department@sheng.example"),
        "task_failed": ("operator@office.example",),
    }


def test_a_slip_in_a_key_is_over_with_the_next_success(house):
    task_failed(house, "quarterly_report.measure", "2026Q3", ValueError("no quarter"))
    task_succeeded(house, "quarterly_report.measure", "2026-Q3")
    assert standing_alerts(house) == []


def test_another_quarters_success_does_not_end_a_failure(house):
    task_failed(house, "quarterly_report.report", "2026-Q2", ValueError("no"))
    task_succeeded(house, "quarterly_report.report", "2026-Q3")
    assert [one.cause for one in standing_alerts(house)] == ["task_failed quarterly_report.report 2026-Q2"]


def test_a_late_run_is_not_over_while_it_goes_on(house):
    run_late(house, "maintain", "one", 120)
    run_ended(house, "maintain", "one")
    run_ended(house, "collect_submissions", "two")
    assert len(standing_alerts(house)) == 1


def test_letters_that_fail_later_are_told_of_the_next_day(house):
    refused(house)
    watch(house)
    later = Letter("notice-2", "notice", "b.lnk", ("gone@office.example",))
    set_to(house, now=house.now() + timedelta(hours=2))
    mark_collected(house)
    house.ledger.record_notice(later, house.now())
    house.ledger.move_letter("notice-2", "queued", "failed", house.now(), "550 no such user")
    assert watch(house)["raised"] == 0
    set_to(house, now=house.now() + timedelta(hours=23))
    mark_collected(house)
    assert watch(house) == {"raised": 1, "cleared": 0, "standing": 1}
    assert watch(house)["raised"] == 0


def test_a_new_house_is_not_in_trouble(tmp_path):
    house = house_at(tmp_path / "home", disk_free_gb=0)
    assert watch(house) == {"raised": 0, "cleared": 0, "standing": 0}
    assert last_collected(house) is None
    mark_collected(house)
    assert last_collected(house) == NOW


@pytest.mark.parametrize(
    ("at", "there", "here"),
    [
        ("2026-10-13T12:00:00", 40, 30),  # behind by an eighth only
        ("2026-10-19T12:00:00", 40, 2),  # grace is over: who is missing now is another matter
        ("2026-09-30T12:00:00", 40, 0),  # collection has not begun
    ],
)
def test_returns_are_not_behind_for_nothing(house, at, there, here):
    set_to(house, now=datetime.fromisoformat(f"{at}+08:00"))
    received(house, "2026-Q2", there, "2026-07-12T09:00:00")
    received(house, "2026-Q3", here, "2026-10-12T09:00:00")
    assert watch(house)["standing"] == 0


def test_what_came_a_day_later_in_the_quarter_before_is_not_held_against_this_one(house):
    set_to(house, now=datetime.fromisoformat("2026-10-13T12:00:00+08:00"))
    received(house, "2026-Q2", 40, "2026-07-13T13:00:00")
    received(house, "2026-Q3", 2, "2026-10-12T09:00:00")
    assert watch(house)["standing"] == 0


def test_what_the_scheduler_calls_of_a_late_run_finds_the_house(house, monkeypatch):
    """By its name, with a run as Airflow's scheduler describes it."""
    monkeypatch.setenv("JINCHUANG_HOME", str(house.home))
    alarms.run_late(minutes=45, context={"dag_run": {"dag_id": "collect_submissions", "dag_run_id": "one"}})
    assert [one.cause for one in standing_alerts(house)] == ["run_late collect_submissions"]
