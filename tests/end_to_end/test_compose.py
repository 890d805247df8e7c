"""docker-compose.yml lived through natively: PostgreSQL, people, each service by its own command, a collection, the end.

The tests stand in order and share one deployment. Only the day is given to it, so that what comes in is in time.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import httpx
import psutil
import pytest
import sqlalchemy as sa

from operations import people, sessions
from operations.airflow_api import AirflowApi, Run, until
from operations.airflow_services import REPOSITORY
from tests import postgres
from tests.conftest import house_at
from tests.end_to_end.containers import COMPOSE, Containers, kept_running, secrets_written
from tests.house.filing import send, workbook

pytestmark = pytest.mark.airflow
TODAY = "2026-04-10T09:00:00+08:00"  # the quarter is open, and no report is due
QUESTION = """
from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import dag

@dag(schedule=None)
def question():
    ApprovalOperator(task_id="ask", subject="?", assigned_users=[{"id": "reviewer", "name": "reviewer"}])

question()
"""


def trial() -> dict[str, str]:
    """What operations/compose.env.example says for trials, and letters on."""
    lines = (REPOSITORY / "operations" / "compose.env.example").read_text(encoding="utf-8").splitlines()
    said = dict(line.lstrip("#").split("=", 1) for line in lines if line.startswith("#") and "=" in line)
    wanted = ("COMPOSE_PROFILES", "JINCHUANG_SMTP_CA", "JINCHUANG_DELIVER", "JINCHUANG_MAIL_FROM")
    return {name: said[name] for name in wanted}


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory, small_registry: Path) -> Iterator[Containers]:
    """Everything up, in compose's order."""
    folder = tmp_path_factory.mktemp("compose")
    dags = folder / "dags"
    dags.mkdir()
    for path in (REPOSITORY / "dags").glob("*.py"):
        (dags / path.name).symlink_to(path)
    (dags / "question.py").write_text(QUESTION, encoding="utf-8")
    found = Containers(folder, trial(), dags, {"JINCHUANG_NOW": TODAY})
    for volume in found.volumes():
        Path(found.here(volume)).mkdir(exist_ok=True, mode=0o700)
    registry = Path(found.here("/opt/jinchuang/registry"))
    registry.rmdir()
    registry.symlink_to(small_registry)
    secrets_written(found)
    inbox = house_at(folder / "units", inbox=Path(found.here("/srv/inbox")), registry=registry)
    for unit, cells in {"U01": {}, "U02": {"rd_technical_staff": 201}}.items():
        book = workbook("EQ01", unit, "2026-Q1", filed_on=date(2026, 4, 8), **cells)
        send(inbox, f"{unit}.xlsx", book, "2026-04-09T09:00:00")

    asked_for = COMPOSE["services"]["postgres"]["environment"]
    password = Path(found.here(asked_for["POSTGRES_PASSWORD_FILE"])).read_text(encoding="utf-8")
    options = f"-p {found.ports['5432']} -c listen_addresses=127.0.0.1"
    initdb = ["--username=postgres", asked_for["POSTGRES_INITDB_ARGS"]]
    with postgres.server(*initdb, options=options, password=password) as socket:
        script = found.here("/docker-entrypoint-initdb.d/databases.sh")
        Path(script).rmdir()
        Path(script).symlink_to(REPOSITORY / "operations" / "postgres-init.sh")
        subprocess.run([script], check=True, env={**found.environment("postgres"), "PGHOST": str(socket)})
        assert found.healthy("postgres")
        try:
            started(found)
            yield found
        finally:
            found.stop()


def started(found: Containers) -> None:
    assert found.start("init").wait(timeout=300) == 0, found.said("init")
    del found.running["init"]
    for name in ("mail", "api-server", "scheduler", "dag-processor"):
        found.start(name)
    for name in kept_running():
        until(lambda name=name: found.healthy(name), seconds=180, what=name)  # type: ignore[misc]


@pytest.fixture(scope="module")
def as_person(there: Containers) -> Iterator[dict[str, AirflowApi]]:
    passwords = json.loads(there.secret("people"))
    url = there.here("http://127.0.0.1:8080")
    found = {name: AirflowApi(url, name, passwords[name]) for name in people.ROLES}
    for one in found.values():
        one.log_in()
    found["ops"].trigger("question", "asked")  # early: an answer within a second of the question goes astray
    yield found
    for one in found.values():
        one.__exit__()


def test_nothing_listens_but_on_loopback(there):
    ours = {process.pid for process in there.processes()}  # some of them end meanwhile
    every = psutil.net_connections("inet")
    listening = {one.laddr.ip for one in every if one.pid in ours and one.status == "LISTEN"}
    assert listening == {"127.0.0.1"}


def memory(process: psutil.Process) -> int:
    """Its own and its part of what is shared, in bytes; nothing once it has ended."""
    with suppress(psutil.NoSuchProcess):
        return int(process.memory_full_info().pss)
    return 0


def test_each_fits_into_its_memory(there):
    for name, process in there.running.items():
        limit = COMPOSE["services"][name]["mem_limit"]
        allowed = int(limit[:-1]) * {"m": 2**20, "g": 2**30}[limit[-1]]
        used = sum(memory(one) for one in sessions.members({process.pid}))
        assert used < allowed / 2, f"{name} uses {used >> 20} MB of {limit} at rest"


def test_each_owner_is_kept_out_of_the_other_database(there):
    for name, other in (("airflow_database_url", "ledger"), ("jinchuang_ledger_url", "airflow")):
        own = sa.make_url(there.secret(name))
        with sa.create_engine(own).connect() as connection:
            assert connection.scalar(sa.text("select current_database()")) == own.username
        with pytest.raises(sa.exc.OperationalError, match="permission denied"):
            sa.create_engine(own.set(database=other)).connect()


def logged_in(browser: httpx.Client, there: Containers, name: str) -> None:
    """By the form, as a person does."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/auth/login/").text)
    assert token
    password = json.loads(there.secret("people"))[name]
    filled = {"username": name, "password": password, "csrf_token": token[1]}
    assert browser.post("/auth/login/", data=filled).status_code in {200, 302}


def test_people_log_in_on_the_page_and_may_what_their_role_says(there, as_person):
    """The cookie that the form sets is the UI's and that of the page inside Airflow."""
    for name, may in (("admin", 200), ("ops", 200), ("reviewer", 200), ("viewer", 403)):
        with httpx.Client(
            base_url=there.here("http://127.0.0.1:8080"), follow_redirects=True, timeout=60
        ) as browser:
            assert browser.get("/api/v2/dags/question").status_code == 401
            logged_in(browser, there, name)
            assert "_token" in browser.cookies
            assert browser.get("/api/v2/dags/question").status_code == 200
            changed = browser.patch("/api/v2/dags/question", json={"is_paused": False})
            assert changed.status_code == may, name
            menus = browser.get("/ui/auth/menus").json()["authorized_menu_items"]
            assert ("Required Actions" in menus) == (name != "viewer")


def test_behind_a_proxy_with_tls_cookies_go_over_tls_only(there):
    address = "https://jinchuang.example.org"
    told = {
        "Host": "jinchuang.example.org",
        "X-Forwarded-Proto": "https",
        "Referer": f"{address}/auth/login/",
    }
    with httpx.Client(base_url=there.here("http://127.0.0.1:8080"), headers=told, timeout=60) as proxy:
        logged_in(proxy, there, "viewer")
        answer = proxy.get("/auth/")
    (cookie,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith("_token=")]
    assert {"Secure", "HttpOnly"} <= set(cookie.split("; "))


def test_nobody_else_gets_in(there):
    for name, password in (("admin", "admin"), ("airflow", "airflow"), ("reviewer", "")):
        stranger = AirflowApi(there.here("http://127.0.0.1:8080"), name, password)
        with pytest.raises(httpx.HTTPStatusError, match=r"40[01]"):
            stranger.log_in()


def test_starting_again_changes_nobodys_password(there):
    words = COMPOSE["services"]["init"]["command"][-1].split("&&")[-1].split()
    Path(there.here("/run/secrets"), "other").write_text(json.dumps(dict.fromkeys(people.ROLES, "other")))
    words[-1] = "/run/secrets/other"
    done = subprocess.run(
        [there.here(word) for word in words],
        cwd=REPOSITORY, env=there.environment("init"), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "added: nobody" in done.stdout


def test_the_reviewer_answers_what_is_asked_of_the_reviewer(as_person):
    (run,) = as_person["ops"].runs("question")
    where = f"/api/v2/dags/question/dagRuns/{run.id}/taskInstances/ask/-1/hitlDetails"
    until(lambda: waiting(as_person["ops"], run), seconds=60, what="the question")

    def answered(name: str) -> int:
        said = {"chosen_options": ["Approve"], "params_input": {}}
        return as_person[name]._client.patch(where, json=said).status_code

    assert [answered(name) for name in ("viewer", "ops", "admin")] == [403, 403, 403]
    assert answered("reviewer") == 200
    until(lambda: over(as_person["ops"], "question"), seconds=60, what="the answer")


def waiting(api: AirflowApi, run: Run) -> bool | None:
    return [task.state for task in api.tasks(run)] == ["awaiting_input"] or None


def over(api: AirflowApi, dag: str) -> bool | None:
    runs = api.runs(dag)
    assert all(run.state != "failed" for run in runs), [api.log_tail(task) for task in api.tasks(runs[-1])]
    return all(run.state == "success" for run in runs) or None


def test_a_collection_takes_judges_keeps_and_answers(there, as_person):
    as_person["ops"].trigger("collect_submissions", "by-hand")
    until(lambda: over(as_person["ops"], "collect_submissions"), seconds=300, what="the collection")
    with sa.create_engine(there.secret("jinchuang_ledger_url")).connect() as ledger:
        judged = ledger.execute(sa.text("select unit, verdict from verdict order by unit")).all()
    assert [tuple(row) for row in judged] == [("U01", "accepted"), ("U02", "returned")]
    home, letters = Path(there.here("/var/lib/jinchuang")), Path(there.here("/srv/mail"))
    assert not (home / "ledger.db").exists()
    assert list(home.glob("warehouse-*.duckdb"))
    assert list(letters.glob("*answer*.eml"))


def test_it_ends_when_it_is_told_to_and_leaves_nobody(there):
    assert len(there.processes()) >= len(there.running)
    ended = there.stop()
    assert set(ended) == kept_running() - {"postgres"}
    assert there.processes() == []
