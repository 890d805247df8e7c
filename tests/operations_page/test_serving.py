"""What is handed out and to whom: only what the ledger names, with headers that keep it from doing harm."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest

from operations.page import files, runbook, runs
from warehouse.records import Arrival, Judged, Proposal
from warehouse.returns import submissions

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/runbook",
        "/returns/2026-Q3/NM01/U06",
        "/files/x",
        "/annotated/x",
        "/editions/x/y",
        "/drafts/x/y",
    ],
)
def test_without_a_login_a_program_gets_401_and_a_browser_the_login(log_in, path):
    nobody = log_in("")
    assert nobody.get(path).status_code == 401
    led = nobody.get(path, headers={"accept": "text/html"})
    assert led.status_code == 303
    assert led.headers["location"].startswith("/api/v2/auth/login?next=%2Fops%2F")
    assert nobody.post("/decide", headers={"accept": "text/html"}).status_code == 401


def test_every_answer_has_the_headers_that_keep_it_in_place(log_in):
    for path in (
        "/",
        "/returns/2026-Q3/NM01/U06",
        "/runbook",
        "/style.css",
        "/static/htmx.min.js",
        "/nothing",
    ):
        headers = log_in("ops").get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "SAMEORIGIN"
    page = log_in("ops").get("/").text
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?! src)", page), "the policy would stop it"


def test_a_file_is_given_back_as_it_came(house_copy, log_in):
    held = next(one for one in submissions(house_copy.ledger) if one.judged.verdict == "held")
    answer = log_in("viewer").get(f"/files/{held.judged.sha256}")
    assert answer.content == house_copy.archive.raw_path(held.judged.sha256).read_bytes()
    assert answer.headers["content-type"] == XLSX
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "示例轻合金研究所" in unquote(answer.headers["content-disposition"])


def test_what_a_stranger_sent_is_never_opened_by_the_browser(house_copy, log_in):
    ledger, now, sha256 = house_copy.ledger, house_copy.now(), "f" * 64
    ledger.record_arrivals(
        [Arrival("mail", '..\\../x/a"\r\nSet-Cookie: b\u202elmth.html', "1", sha256, 9, now)], now
    )
    ledger.record_verdicts(
        "unknown", [Judged(sha256, "refused", None, None, None, False, False, "")], [], now
    )
    house_copy.archive.raw_path(sha256).write_bytes(b"<script>alert(1)</script>")
    answer = log_in("viewer").get(f"/files/{sha256}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("a/b/季报.xlsx", "季报.xlsx"),
        ("C:\\temp\\季报.xlsx", "季报.xlsx"),
        ('x"<>|?*.xlsx', "x______.xlsx"),
        ("..", "file"),
        ("a\nb\u202e.xlsx", "a·b·.xlsx"),
        ("长" * 300 + ".xlsx", "长" * 120 + ".xlsx"),
    ],
)
def test_a_file_name_is_tamed(name, given):
    assert files.file_name(name) == given


def test_an_annotated_workbook_is_given_once_it_is_made(house_copy, log_in):
    from tasks.annotated import annotated_path

    returned = next(one.judged for one in submissions(house_copy.ledger) if one.judged.verdict == "returned")
    path = annotated_path(house_copy, returned)
    path.unlink(missing_ok=True)
    assert log_in("viewer").get(f"/annotated/{returned.sha256}").status_code == 404
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"PK")
    answer = log_in("viewer").get(f"/annotated/{returned.sha256}")
    assert (answer.content, answer.headers["content-type"]) == (b"PK", XLSX)


def test_an_edition_is_shown_walled_off_and_nothing_else_of_the_disk(house_copy, log_in):
    browser, edition = log_in("viewer"), house_copy.ledger.editions("2026-Q3")[0]
    page = browser.get(f"/editions/{edition.folder}/report.html")
    assert page.content == (house_copy.editions / edition.folder / "report.html").read_bytes()
    assert page.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    pdf = browser.get(f"/editions/{edition.folder}/report.pdf").headers
    assert pdf["content-type"] == "application/pdf"
    assert pdf["content-disposition"].startswith("attachment")
    stray = house_copy.editions / edition.folder / "stray.txt"
    stray.write_text("not in the ledger")
    for path in (
        f"/editions/{edition.folder}/stray.txt",
        f"/editions/{edition.folder}/..%2f..%2fledger.db",
        f"/editions/{edition.folder}/%2e%2e/report.html",
        "/editions/..%2feditions/report.html",
        "/editions/2031-Q1-authority-e1/report.html",
    ):
        assert browser.get(path).status_code == 404, path


def test_a_draft_is_shown_only_if_it_was_proposed(house_copy, log_in):
    browser, drafts = log_in("viewer"), house_copy.drafts
    for name in ("2026-Q3-authority-e2-9", "unknown"):
        (drafts / name).mkdir(parents=True)
        (drafts / name / "report.html").write_text("<h1>draft</h1>")
    (drafts / "2026-Q3-authority-e2-9" / "link.html").symlink_to(house_copy.home / "ledger.db")
    house_copy.ledger.record(
        Proposal("2026-Q3", "authority", 2, "hash", 9, "2026-Q3-authority-e2-9"), [], house_copy.now()
    )
    shown = browser.get("/drafts/2026-Q3-authority-e2-9/report.html")
    assert (shown.status_code, shown.text) == (200, "<h1>draft</h1>")
    assert shown.headers["content-security-policy"].startswith("sandbox")
    for path in (
        "/drafts/unknown/report.html",
        "/drafts/2026-Q3-authority-e2-9/link.html",
        "/drafts/2026-Q3-authority-e2-9/..%2f..%2fledger.db",
        "/drafts/..%2fdrafts/report.html",
    ):
        assert browser.get(path).status_code == 404, path


@pytest.mark.parametrize(
    ("ago", "status"), [(timedelta(minutes=119), 200), (timedelta(minutes=121), 503), (None, 503)]
)
def test_a_monitor_is_told_whether_returns_are_collected_and_nothing_more(log_in, ago, status):
    from operations.page.app import app

    nobody = log_in("")
    app.dependency_overrides[runs.last_success] = lambda: datetime.now(UTC) - ago if ago else None
    answer = nobody.get("/health")
    assert (answer.status_code, answer.json()) == (status, {"status": "ok" if status == 200 else "late"})


def test_the_runbook_has_an_anchor_a_kind_of_trouble(monkeypatch, tmp_path, log_in):
    text = "# Ops\n\n## Runbook\n\n### disk_low\n\nMake **room** <script>.\n\n### other\n\nLook.\n\n## Else\n\nno\n"
    (tmp_path / "operations.md").write_text(text)
    monkeypatch.setattr(runbook, "SOURCE", tmp_path / "operations.md")
    runbook.runbook.cache_clear()
    page = log_in("viewer").get("/runbook").text
    runbook.runbook.cache_clear()
    assert '<h3 id="disk_low">disk_low</h3>' in page
    assert "<strong>room</strong> &lt;script&gt;" in page
    assert "Else" not in page


def test_what_the_page_loads_leaves_warehouse_and_checks_alone():
    """One process writes DuckDB and then none may read it; and the plugin itself is imported by every task."""
    heavy = "duckdb", "pandas", "great_expectations", "pyarrow", "openpyxl", "altair", "typst"
    light = (*heavy, "fastapi", "operations.page.app", "tasks.settings")
    look = "print([name for name in {!r} if name in sys.modules])"
    told = f"import sys, operations.plugin; {look.format(light)}; import operations.page.app; {look.format(heavy)}"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert re.findall(r"^\[.*\]$", done.stdout, re.MULTILINE) == ["[]", "[]"]
