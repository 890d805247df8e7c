"""A whole quarter on a simulated calendar, with the real scheduler: from its opening to a revised edition, over REST.

The tests of this file look at one play of it from several sides. ``JINCHUANG_CLOCK`` names the file that holds the day.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import httpx
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from operations.airflow_api import AirflowApi, Question, Run, until
from operations.local_airflow import BAD, COLLECT, DAGS, REPORT, REVISE, announced_by
from operations.mail_catcher import Account, Caught, catcher
from tasks.collect import collect
from tasks.demo_scale import excerpt
from tasks.exempt import allow_late
from tasks.letters import XLSX
from tasks.settings import ROOT, House, Settings
from tests.airflow import Running, airflow
from tests.house.filing import send, workbook
from tests.sources.servers import MailboxServer, S3Server, mailbox, s3_server, sftp_server
from warehouse.records import Approval, Milestone, Proposal

pytestmark = pytest.mark.airflow

Q3 = "2026-Q3"
OPENS, TWO_BEFORE, ONE_AFTER, REPORTED, LATE = (
    f"2026-10-{day}:00" for day in ("08T09:00", "13T09:00", "16T09:00", "20T09:00", "21T10:00")
)
OVER = {"success", "skipped"}
APPROVE, AGAIN = "批准印发 Approve", "退回再收报一次 Collect again"
SOURCES = """\
name,url,connection,unit
office,sftp:///,office,
store,s3://returns,store,
post,imap://INBOX,post,
"""


@dataclass
class Play:
    """The running Airflow, who is logged in, and what was seen: new letters by day, what each who tried to answer got."""

    airflow: Running
    clock: Path
    house: House
    caught: Caught
    sftp: Path
    store: S3Server
    post: MailboxServer
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
            # The letter to the reviewer goes out beside the question, sooner or later than it stands.
            waiting = waiting or any(task.id == "tell" and task.state not in OVER for task in tasks)
            started = {(run.dag, run.partition_key) for run in runs}
            return runs if not waiting and announced_by(self.ops, tasks) <= started else None

        self.runs[when] = until(over, seconds=150, what=f"the work of {when}", every=0.5)
        self.letters[when] = self._new_letters()

    def _new_letters(self) -> list[EmailMessage]:
        seen = sum(map(len, self.letters.values()))
        paths = sorted(self.caught.folder.glob("*.eml"))[seen:]
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]

    def asked(self, dag: str) -> Question:
        """What the reviewer is asked; everybody else tries to answer first and is turned away."""
        (question,) = until(lambda: self.ops.questions(dag) or None, seconds=30, what="the question")
        self.questions.append(question)
        for user in ("admin", "ops", "viewer"):
            with self.airflow.logged_in(user) as api, pytest.raises(httpx.HTTPStatusError) as turned_away:
                api.answer(question, APPROVE)
            self.refused[user] = turned_away.value.response.status_code
        until(lambda: self._parked(question) or None, seconds=60, what="the question's first worker to end")
        return question

    def _parked(self, question: Question) -> bool:
        """Whether the scheduler knows that the worker that asked has ended: an answer before that fails the attempt, and
        the question is asked anew.
        """
        log = self.airflow.site.log("scheduler").read_text("utf-8", "replace")
        told = (line for line in log.splitlines() if "Received executor event" in line)
        return any("task_id='review'" in line and f"run_id='{question.run}'" in line for line in told)

    def approve(self, dag: str, when: str) -> None:
        question = self.asked(dag)
        with self.airflow.logged_in("reviewer") as api:
            api.answer(question, APPROVE, "同意")
        run = until(lambda: self._ended(question), seconds=150, what=f"{dag} after the approval")
        assert run.state == "success", [
            self.ops.log_tail(one) for one in self.ops.tasks(run) if one.state in BAD
        ]
        self.letters[when] += self._new_letters()

    def send_back(self, dag: str, when: str) -> None:
        """The reviewer asks for one more collection, and is asked anew after it."""
        question, began = self.asked(dag), datetime.now(UTC)
        with self.airflow.logged_in("reviewer") as api:
            api.answer(question, AGAIN, "再等一等")
        until(lambda: self._ended(question), seconds=60, what=f"{dag} after it was sent back")
        self._see_through(f"{when} again", began)

    def _ended(self, question: Question) -> Run | None:
        run = self.ops.run(question.dag, question.run)
        return None if run.active else run

    @property
    def ops(self) -> AirflowApi:
        return self.airflow.ops

    def to(self, when: str, kind: str = "") -> set[str]:
        """Who was written to on a day, by letters whose key begins so."""
        mine = (one for one in self.letters[when] if str(one["Message-ID"]).startswith(f"<{kind}"))
        return {str(one["To"]) for one in mine}


def mail(sender: str, content: bytes) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "returns@office.example", "季报"
    message["Message-ID"] = make_msgid(domain="unit.example")
    message.set_content("见附件")
    message.add_attachment(content, *XLSX, filename="季报.xlsx")
    return message


def put(store: S3Server, key: str, content: bytes, received: str) -> None:
    """Into the store, as if on a simulated day: its own clock would say today."""
    store.put(key, content)
    found = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[store.bucket].keys[key]
    found.last_modified = datetime.fromisoformat(f"{received}+08:00").astimezone(UTC).replace(tzinfo=None)


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
        sftp = stack.enter_context(sftp_server(folder / "sftp"))
        store, post = stack.enter_context(s3_server()), stack.enter_context(mailbox())
        variables = {
            "JINCHUANG_HOME": str(home),
            "JINCHUANG_REGISTRY": str(registry),
            "JINCHUANG_CLOCK": str(clock),
            "JINCHUANG_SETTLE_SECONDS": "0",
            "JINCHUANG_DELIVER": "on",
            "JINCHUANG_SMTP_URL": caught.url,
            "JINCHUANG_SMTP_CA": str(caught.ca),
            "AIRFLOW_CONN_OFFICE": sftp.connection(),
            "AIRFLOW_CONN_STORE": store.connection(),
            "AIRFLOW_CONN_POST": post.connection(),
        }
        house = House(Settings(home=home, registry=registry, clock=clock, settle_seconds=0))
        collect(house)  # the house begins: nothing that lies behind it is anybody's business
        (registry / "sources.csv").write_text(SOURCES, "utf-8")
        made = Play(
            stack.enter_context(airflow(folder / "airflow", variables)),
            clock,
            house,
            caught,
            sftp.folder,
            store,
            post,
        )
        _live(made)
        yield made


def _live(play: Play) -> None:
    """Five units of one centre, by four ways: four in time, one of them after it was corrected, one late by permission."""
    play.day(OPENS)
    (play.sftp / "U01.xlsx").write_bytes(workbook("EQ01", "U01"))
    play.post.put(
        mail("u02@unit.example", workbook("EQ01", "U02", rd_technical_staff=201)), "2026-10-10T09:00:00+08:00"
    )
    put(play.store, "U03.xlsx", workbook("EQ01", "U03"), "2026-10-12T09:00:00")
    send(play.house, "U04.xlsx", workbook("EQ01", "U04"), "2026-10-12T10:00:00")
    play.day(TWO_BEFORE)
    play.post.put(mail("u02@unit.example", workbook("EQ01", "U02")), "2026-10-14T09:00:00+08:00")
    play.day(ONE_AFTER)
    play.day(REPORTED)
    play.send_back(REPORT, REPORTED)
    play.approve(REPORT, REPORTED)
    until_day = datetime.fromisoformat("2026-10-25T23:59:59+08:00")
    allow_late(play.house, "U80", "EQ01", Q3, until_day, "示例处长甲", "系统故障")
    (play.sftp / "U80.xlsx").write_bytes(workbook("EQ01", "U80"))
    play.day(LATE)
    play.approve(REVISE, LATE)


# ── what was seen
UNITS = {f"u{number}@unit.example" for number in ("01", "02", "03", "04", "80")}


def test_templates_go_to_every_unit_as_the_quarter_opens(play):
    assert play.to(OPENS) == play.to(OPENS, "opening") == UNITS


def test_reminders_go_to_exactly_those_who_owe_a_return(play):
    u02, u80 = "u02@unit.example", "u80@unit.example"
    assert play.to(TWO_BEFORE, "reminded") == {u02, u80}, "one was sent back, one never came"
    assert play.to(ONE_AFTER, "reminded") == {u80, "contact@eq01.example"}
    assert play.to(REPORTED, "reminded") == {u80, "contact@eq01.example", "department@sheng.example"}
    assert play.to(LATE, "reminded") == set()
    kinds = [one.kind for one in play.house.ledger.recorded(Milestone)]
    assert kinds == ["opened", "reminded-2", "reminded+1", "reminded+5"]


def test_every_way_in_is_collected_from_and_answered(play):
    arrivals = {(one.source, one.name.rpartition("/")[2]) for one in play.house.ledger.arrivals()}
    assert arrivals == {
        ("office", "U01.xlsx"),
        ("post", "季报.xlsx"),
        ("store", "U03.xlsx"),
        ("inbox", "U04.xlsx"),
        ("office", "U80.xlsx"),
    }
    verdicts = Counter((one.unit, one.verdict) for one in play.house.ledger.verdicts())
    assert verdicts == Counter(
        [(unit, "accepted") for unit in ("U01", "U02", "U03", "U04", "U80")] + [("U02", "returned")]
    )
    assert play.to(TWO_BEFORE, "answer") == UNITS - {"u80@unit.example"}
    assert play.to(TWO_BEFORE, "receipt") == play.to(ONE_AFTER, "receipt") == {"u02@unit.example"}
    assert play.to(LATE, "answer") == play.to(LATE, "exemption") == {"u80@unit.example"}


def test_only_the_reviewer_may_answer_and_what_was_said_is_in_the_ledger(play):
    assert play.refused == {"admin": 403, "ops": 403, "viewer": 403}
    assert [one.users for one in play.questions] == [("reviewer",)] * 3
    first, _, revised = (one.started_by for one in play.house.ledger.recorded(Proposal))
    assert (first, revised) == ("ops", "ops"), "who started the collection that announced it"
    said = [(one.action, one.by, one.comment) for one in play.house.ledger.recorded(Approval)]
    assert said == [
        ("again", "reviewer", "再等一等"),
        ("approve", "reviewer", "同意"),
        ("approve", "reviewer", "同意"),
    ]
    assert f"{play.airflow.site.url}/ops/drafts/2026-Q3-e2-" in play.questions[-1].body
    assert "修订说明" in play.questions[-1].body
    assert "延期报送" in play.questions[-1].body, "what was allowed is told"


def test_sent_back_it_is_collected_once_more_before_he_is_asked_again(play):
    again = [run.dag for run in play.runs[f"{REPORTED} again"]]
    assert sorted(again) == [COLLECT, REPORT]
    assert play.to(f"{REPORTED} again") == {"operator@office.example", "reviewer@sheng.example"}


def test_officials_get_the_report_once_it_was_approved_and_its_revision(play):
    officials = {"official-a@sheng.example", "official-b@sheng.example"}
    assert officials <= play.to(REPORTED, "report")
    assert officials <= play.to(LATE, "report")
    editions = [(one.folder, one.number) for one in play.house.ledger.editions(Q3)]
    assert editions == [("2026-Q3-e1", 1), ("2026-Q3-e2", 2)]
    revised = next(one for one in play.letters[LATE] if one["To"] in officials)
    assert "修订" in str(revised["Subject"])
    text = revised.get_body(("plain",)).get_content()
    assert "示例齿轮传动有限公司" in text, "whose late return moved the figures"


def test_every_letter_went_out_once(play):
    assert {one.state for one in play.house.ledger.letters()} == {"sent"}
    keys = [str(one["Message-ID"]) for letters in play.letters.values() for one in letters]
    assert len(keys) == len(set(keys)) == len(play.house.ledger.letters())
    assert play.house.ledger.broken_link() is None
