"""The page as operators have it: in a real Airflow, behind its login, in its frame, driven in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from operations.airflow_api import AirflowApi, until
from operations.airflow_services import Site, running, site
from operations.page.access import COLLECT
from tasks.settings import House
from tests import ledgers
from tests.conftest import NOW, copied
from tests.operations_page.conftest import decided
from warehouse.returns import submissions

pytestmark = pytest.mark.airflow
HELD = "轻合金所"  # sent its return of the third quarter late


@dataclass(frozen=True)
class Control:
    """A running Airflow over a house of its own, and a browser."""

    where: Site
    house: House
    browser: Browser

    def open(self, user: str, path: str = "/ops/", *, language: str = "zh-CN") -> Page:
        """A window of somebody who asks for a page and is led to the login first."""
        page = self.browser.new_context(locale=language, viewport={"width": 1440, "height": 900}).new_page()
        page.goto(f"{self.where.url}{path}")
        page.locator("input[name=username]").fill(user)
        page.locator("input[name=password]").fill(self.where.passwords[user])
        page.locator("button[type=submit]").click()
        return page

    def held(self) -> str:
        return next(
            one.judged.sha256 for one in submissions(self.house.ledger) if one.judged.verdict == "held"
        )


@pytest.fixture(scope="module")
def control(small_house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    home, registry = tmp_path_factory.mktemp("control"), small_house.settings.registry
    house = copied(small_house, home / "house")
    told = {"HOME": str(home / "house"), "REGISTRY": str(registry), "NOW": NOW.isoformat()}
    told = {f"JINCHUANG_{name}": value for name, value in told.items()}
    where = site(home / "airflow", {**ledgers.variables(house.home), **told})
    with running(where) as services, sync_playwright() as playwright:
        services.run("db-migrate", "airflow", "db", "migrate")
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        services.wait_for("db-migrate")
        address = ("--host", "127.0.0.1", "--port", str(where.port))
        services.run("api-server", "airflow", "api-server", *address, "--workers", "1")
        services.run("dag-processor", "airflow", "dag-processor")

        def listening() -> bool | None:
            services.assert_alive()
            try:
                return httpx.get(f"{where.url}/api/v2/version", trust_env=False).is_success or None
            except httpx.TransportError:
                return None

        until(listening, seconds=120, what="the api-server")
        expect.set_options(timeout=30_000)  # the other worker of a test run may have both cores
        yield Control(where, house, browser)
        browser.close()


def test_without_a_login_nothing_is_shown(control):
    for path in ("/ops/", "/ops/returns/2026-Q3/NM01/U06", "/ops/runbook", f"/ops/files/{control.held()}"):
        assert httpx.get(control.where.url + path, trust_env=False).status_code == 401
    led = httpx.get(f"{control.where.url}/ops/?state=held", headers={"accept": "text/html"}, trust_env=False)
    assert (led.status_code, led.headers["location"]) == (
        303,
        "/api/v2/auth/login?next=%2Fops%2F%3Fstate%3Dheld",
    )
    late = httpx.get(f"{control.where.url}/ops/health", trust_env=False)
    assert (late.status_code, late.json()) == (503, {"status": "late"}), "nothing was collected yet"


def test_a_viewer_finds_who_is_missing_but_decides_nothing(control):
    page = control.open("viewer")
    expect(page.locator("h1")).to_contain_text("应报 14 份，已采用 11 份；缺报 1 份、待核 1 份、退回 1 份")
    page.locator("select[name=state]").select_option("missing")
    expect(page.locator(".grid tbody th[scope=row]")).to_have_count(1)
    assert "state=missing" in page.url
    page.locator(".owed a", has_text=HELD).click()
    expect(page.locator("#panel")).to_contain_text("晚于截止时间")
    expect(page.locator("#panel form")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_empty()
    refused = page.request.post(
        f"{control.where.url}/ops/decide",
        form={"submission": control.held(), "action": "release", "reason": "x"},
        headers={"origin": control.where.url},
    )
    assert refused.status == 403
    assert not decided(control.house, control.held())


class Elsewhere(BaseHTTPRequestHandler):
    """Another site on the same machine, whose page sends a form to ours as soon as it is opened."""

    target = fields = ""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        form = f'<form method="post" action="{self.target}">{self.fields}</form><script>document.forms[0].submit()</script>'
        self.wfile.write(form.encode())


def test_a_forged_request_of_an_operator_is_refused(control):
    page = control.open("ops", "/ops/returns/2026-Q3/NM01/U06")
    token = page.locator("form.act input[name=token]").first.get_attribute("value")
    sent = {"submission": control.held(), "action": "release", "reason": "forged", "token": token or ""}
    Elsewhere.target = f"{control.where.url}/ops/decide"
    Elsewhere.fields = "".join(f'<input name="{name}" value="{value}">' for name, value in sent.items())
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as other:
        Thread(target=other.serve_forever, daemon=True).start()
        with page.expect_response(f"{control.where.url}/ops/decide") as answer:
            page.goto(f"http://127.0.0.1:{other.server_port}/")
        other.shutdown()
    assert answer.value.status == 403
    assert not decided(control.house, control.held())


def test_an_operator_releases_a_held_return_in_airflows_frame(control):
    page = control.open("ops", "/")
    page.locator("a", has_text="报送状态").first.click()
    frame = page.frame_locator("iframe")
    frame.locator(".owed a", has_text=HELD).click()
    panel = frame.locator("#panel")
    panel.locator("textarea").first.fill("已电话核实 <b>迟报原因</b>")
    panel.get_by_role("button", name="放行").click()
    expect(panel.locator(".waits")).to_contain_text("待下次收报审核生效")
    expect(panel.locator(".ruling")).to_contain_text("放行 ops")
    expect(panel.locator(".ruling")).to_contain_text("<b>迟报原因</b>")
    (decision,) = decided(control.house, control.held())
    assert (decision.action, decision.by) == ("release", "ops")
    with AirflowApi(control.where.url, "ops", control.where.passwords["ops"]) as api:
        api.log_in()
        until(lambda: api.knows(COLLECT) or None, seconds=60, what=COLLECT)
        panel.get_by_role("button", name="现在收报审核").click()
        expect(panel.locator(".go")).to_contain_text("正在收报审核")
        (run,) = api.runs(COLLECT)
        assert run.active
    with page.context.expect_page() as opened:
        frame.locator("#editions ~ table a", has_text="网页").first.click()
    expect(opened.value.locator("h1")).to_be_visible()


def test_a_reviewer_reads_it_in_english(control):
    page = control.open("reviewer", language="en-GB")
    expect(page.locator("h1")).to_contain_text("11 of 14 returns are in use: 1 missing, 1 held, 1 returned")
    page.get_by_role("link", name="中文").click()
    expect(page.locator("h1")).to_contain_text("应报 14 份")
