"""What we ask of Airflow over its REST interface, and how to wait for an answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from graphlib import TopologicalSorter
from typing import Any, TypeVar

import httpx
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_fixed

T = TypeVar("T")
ACTIVE = frozenset({"queued", "running"})


def _servers_fault(error: BaseException) -> bool:
    return isinstance(error, httpx.HTTPStatusError) and error.response.is_server_error


class TookTooLong(RuntimeError):
    """Something awaited did not happen in time."""


def until(answer: Callable[[], T | None], *, seconds: float, what: str, every: float = 0.5) -> T:
    """Ask again until the answer is something other than None."""
    deadline = time.monotonic() + seconds
    while (got := answer()) is None:
        if time.monotonic() > deadline:
            raise TookTooLong(f"{what}: not within {seconds:.0f} s")
        time.sleep(every)
    return got


@dataclass(frozen=True)
class Run:
    dag: str
    id: str
    state: str
    partition_key: str | None

    @property
    def active(self) -> bool:
        return self.state in ACTIVE


@dataclass(frozen=True)
class Task:
    run: Run
    id: str
    name: str
    state: str
    tries: int
    seconds: float | None


@dataclass(frozen=True)
class Question:
    """A task that waits in Required Actions: what it asks, of whom, and what may be answered."""

    dag: str
    run: str
    task: str
    subject: str
    body: str
    options: tuple[str, ...]
    users: tuple[str, ...]


class AirflowApi:
    """A logged-in client. Use as a context manager."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._login = {"username": user, "password": password}
        self._client = httpx.Client(base_url=url, timeout=30, trust_env=False)
        self._orders: dict[str, list[str]] = {}

    def __enter__(self) -> AirflowApi:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def log_in(self) -> None:
        answer = self._client.post("/auth/token", json=self._login)
        answer.raise_for_status()
        self._client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def healthy(self) -> bool:
        """True when api-server, database, scheduler and dag-processor are all at work."""
        try:
            health = self._client.get("/api/v2/monitor/health", timeout=5)
        except httpx.TransportError:
            return False  # not listening yet
        parts = health.json() if health.is_success else {}
        needed = ("metadatabase", "scheduler", "dag_processor")
        return all(parts.get(part, {}).get("status") == "healthy" for part in needed)

    def put_pools(self, pools: Mapping[str, Mapping[str, object]]) -> None:
        entities = [{"name": name, **pool} for name, pool in pools.items()]
        create = {"action": "create", "entities": entities, "action_on_existence": "overwrite"}
        self._ask("PATCH", "/pools", json={"actions": [create]})

    def knows(self, *dags: str) -> bool:
        return all(self._client.get(f"/api/v2/dags/{dag}/details").is_success for dag in dags)

    def import_errors(self) -> list[str]:
        return [error["stack_trace"] for error in self._ask("GET", "/importErrors")["import_errors"]]

    def trigger(self, dag: str, run_id: str, *, partition_key: str | None = None) -> Run:
        body = {"logical_date": None, "dag_run_id": run_id, "partition_key": partition_key}
        return _run(self._ask("POST", f"/dags/{dag}/dagRuns", json=body))

    def runs(self, dag: str, *, since: datetime | None = None) -> list[Run]:
        """Runs of a DAG, oldest first; ``since`` bounds the instant they were asked for."""
        given: dict[str, Any] = {"order_by": "run_after", "limit": 100}
        if since is not None:
            given["run_after_gte"] = since.isoformat()
        return [_run(row) for row in self._ask("GET", f"/dags/{dag}/dagRuns", params=given)["dag_runs"]]

    def run(self, dag: str, run_id: str) -> Run:
        return _run(self._ask("GET", f"/dags/{dag}/dagRuns/{run_id}"))

    def give_up(self, run: Run) -> None:
        self._ask("PATCH", f"/dags/{run.dag}/dagRuns/{run.id}", json={"state": "failed"})

    def tasks(self, run: Run) -> list[Task]:
        rows = self._ask("GET", f"/dags/{run.dag}/dagRuns/{run.id}/taskInstances")["task_instances"]
        order = self._order(run.dag)
        rows.sort(key=lambda row: order.index(row["task_id"]))
        return [_task(run, row) for row in rows]

    def _order(self, dag: str) -> list[str]:
        """Task ids from first to last."""
        if dag not in self._orders:
            rows = self._ask("GET", f"/dags/{dag}/tasks")["tasks"]
            after = TopologicalSorter[str]({row["task_id"]: () for row in rows})
            for row in rows:
                for later in row["downstream_task_ids"]:
                    after.add(later, row["task_id"])
            self._orders[dag] = list(after.static_order())
        return self._orders[dag]

    def questions(self, dag: str) -> list[Question]:
        """What waits for a person's answer in the runs of a DAG."""
        given = {"response_received": False, "state": "awaiting_input"}
        rows = self._ask("GET", f"/dags/{dag}/dagRuns/~/hitlDetails", params=given)["hitl_details"]
        return [_question(row) for row in rows]

    def answer(self, question: Question, option: str, comment: str | None = None) -> None:
        """Answer as the one who is logged in; HTTPStatusError if he may not, or if somebody was first."""
        path = f"/dags/{question.dag}/dagRuns/{question.run}/taskInstances/{question.task}/-1/hitlDetails"
        body = {"chosen_options": [option], "params_input": {"comment": comment}}
        self._ask("PATCH", path, json=body)

    def returned(self, task: Task) -> Any:
        """What a task returned (its XCom), or None."""
        path = f"/dags/{task.run.dag}/dagRuns/{task.run.id}/taskInstances/{task.id}/xcomEntries/return_value"
        answer = self._client.get(f"/api/v2{path}")
        return answer.json()["value"] if answer.is_success else None

    def log_tail(self, task: Task, lines: int = 25) -> str:
        """The end of a task's log, with the error and where it was raised."""
        path = f"/dags/{task.run.dag}/dagRuns/{task.run.id}/taskInstances/{task.id}/logs/{max(task.tries, 1)}"
        events = self._ask("GET", path, headers={"Accept": "application/json"})["content"]
        return "\n".join([line for event in events for line in _log_lines(event)][-lines:])

    # On SQLite a request that wrote while another wrote is turned away with 500 and nothing done: ask again.
    @retry(
        retry=retry_if_exception(_servers_fault), wait=wait_fixed(1), stop=stop_after_attempt(5), reraise=True
    )
    def _ask(self, method: str, path: str, **given: Any) -> Any:
        answer = self._client.request(method, f"/api/v2{path}", **given)
        if answer.is_error:
            told = f"{method} {path}: {answer.status_code} {answer.text[:500]}"
            raise httpx.HTTPStatusError(told, request=answer.request, response=answer)
        return answer.json()


def _run(row: Mapping[str, Any]) -> Run:
    return Run(row["dag_id"], row["dag_run_id"], row["state"], row.get("partition_key"))


def _task(run: Run, row: Mapping[str, Any]) -> Task:
    state = row["state"] or ""
    return Task(run, row["task_id"], row["task_display_name"], state, row["try_number"], row["duration"])


def _question(row: Mapping[str, Any]) -> Question:
    task = row["task_instance"]
    users = tuple(one["id"] for one in row["assigned_users"] or ())
    return Question(
        task["dag_id"],
        task["dag_run_id"],
        task["task_id"],
        row["subject"],
        row["body"],
        tuple(row["options"]),
        users,
    )


def _log_lines(event: Any) -> Iterator[str]:
    """One entry of a task's log; of a traceback the frames outside Airflow."""
    if isinstance(event, str):
        yield event
    elif not (text := str(event.get("event", ""))).startswith("::"):  # "::group::" folds lines in the UI
        yield text
        for cause in event.get("error_detail") or []:
            for frame in cause.get("frames") or []:
                if "/site-packages/airflow/" not in frame["filename"]:
                    yield f"  {frame['filename']}:{frame['lineno']} in {frame['name']}"
            yield f"  {cause.get('exc_type')}: {cause.get('exc_value')}"
