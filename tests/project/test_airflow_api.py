"""Airflow's answers, as a server gives them that is busy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest

from operations.airflow_api import AirflowApi

RUN = {"dag_id": "collect_submissions", "dag_run_id": "demo", "state": "queued", "partition_key": None}


class Busy(ThreadingHTTPServer):
    """Answers each request with the next status of ``statuses``, the last one for ever."""

    statuses: list[int]
    asked: list[str]


class Answer(BaseHTTPRequestHandler):
    server: Busy

    def do_POST(self) -> None:
        self.server.asked.append(self.path)
        self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.statuses.pop(0) if len(self.server.statuses) > 1 else self.server.statuses[0]
        body = json.dumps(RUN if status == 200 else {"detail": "database is locked"}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@pytest.fixture
def busy() -> Iterator[Busy]:
    server = Busy(("127.0.0.1", 0), Answer)
    server.asked = []
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def triggered(server: Busy) -> str:
    with AirflowApi(f"http://127.0.0.1:{server.server_port}", "admin", "") as api:
        return api.trigger("collect_submissions", "demo").state


def test_a_busy_database_is_asked_again(busy: Busy) -> None:
    busy.statuses = [500, 503, 200]
    assert triggered(busy) == "queued"
    assert len(busy.asked) == 3


def test_a_server_that_stays_ill_is_told_with_its_words(busy: Busy) -> None:
    busy.statuses = [500]
    with pytest.raises(httpx.HTTPStatusError, match=r"dagRuns: 500 .*database is locked"):
        triggered(busy)
    assert len(busy.asked) == 5


def test_a_refusal_is_not_asked_again(busy: Busy) -> None:
    busy.statuses = [403]
    with pytest.raises(httpx.HTTPStatusError, match="403"):
        triggered(busy)
    assert len(busy.asked) == 1
