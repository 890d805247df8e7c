"""What an operator does on the page is recorded once, in his name; what is forged, blank or too late is not."""

from __future__ import annotations

import re

import pytest

from operations.page import actions
from tests.operations_page.conftest import HOST, decided
from warehouse.records import Exemption
from warehouse.returns import submissions

HELD, RETURNED = "/returns/2026-Q3/NM01/U06", "/returns/2026-Q3/EQ01/U03"
HERE = {"origin": f"http://{HOST}", "sec-fetch-site": "same-origin"}


@pytest.fixture
def held(house_copy) -> str:
    found = submissions(house_copy.ledger)
    return next(one.judged.sha256 for one in found if one.judged.verdict == "held")


def fields(browser, path: str, action: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    form = re.search(
        rf'<form[^>]*action="/ops/{action}"[^>]*>(.*?)</form>', browser.get(path).text, re.DOTALL
    )
    assert form, f"{path} has no form {action}"
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[1]))


def release(browser, **more: str) -> dict[str, str]:
    return fields(browser, HELD, "decide") | {"action": "release", "reason": "已电话核实"} | more


def test_a_release_is_recorded_and_waits_for_the_next_collection(house_copy, log_in, held):
    browser = log_in("ops")
    answer = browser.post("/decide", data=release(browser), headers=HERE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/ops/returns/2026-Q3/NM01/U06")
    (decision,) = decided(house_copy, held)
    assert (decision.action, decision.by, decision.reason) == ("release", "ops", "已电话核实")
    page = browser.get(HELD).text
    assert "所做的决定待下次收报审核生效" in page
    assert 'action="/ops/collect"' in page
    assert "<summary>改变决定</summary>" in page
    assert "1\u00a0项决定待下次收报审核生效" in browser.get("/").text


@pytest.mark.parametrize(
    ("headers", "wrong"),
    [
        ({"origin": "http://evil.example"}, {}),
        ({"origin": "null"}, {}),
        ({"sec-fetch-site": "cross-site", "origin": f"http://{HOST}"}, {}),
        ({"sec-fetch-site": "same-site"}, {}),
        ({}, {}),
        (HERE, {"token": ""}),
        (HERE, {"token": "forged.token.here"}),
        (HERE, {"token": "another's"}),
    ],
)
def test_a_forged_form_is_refused_and_nothing_recorded(house_copy, log_in, held, headers, wrong):
    if wrong.get("token") == "another's":
        wrong = {"token": fields(log_in("ops"), HELD, "decide")["token"]}
        mallory = log_in("ops")
        from airflow.api_fastapi.core_api.security import get_user

        from operations.page.app import app

        user = app.dependency_overrides[get_user]()
        user.get_id = lambda: "somebody else"
        browser, form = mallory, release(mallory) | wrong
    else:
        browser = log_in("ops")
        form = release(browser) | wrong
    answer = browser.post("/decide", data=form, headers=headers)
    assert answer.status_code == 403
    assert not decided(house_copy, held)


def test_a_link_decides_nothing(house_copy, log_in, held):
    browser = log_in("ops")
    assert browser.get("/decide", params=release(browser), headers=HERE).status_code == 403
    assert browser.get("/collect", headers=HERE).status_code == 403
    assert not decided(house_copy, held)


def test_a_page_that_stood_open_too_long_is_refused(house_copy, log_in, held, monkeypatch):
    from operations.page import access

    browser = log_in("ops")
    form = release(browser)
    monkeypatch.setattr(access, "_SECONDS", -1)
    answer = browser.post("/decide", data=form, headers=HERE)
    assert answer.status_code == 403
    assert "本页打开太久" in answer.text
    assert not decided(house_copy, held)


@pytest.mark.parametrize("action", ["decide", "allow-late", "waive", "collect"])
def test_a_viewer_may_do_nothing(house_copy, log_in, held, action):
    form = release(log_in("ops"), until="2026-12-31", rule="R2.1")
    answer = log_in("viewer").post(f"/{action}", data=form, headers=HERE)
    assert answer.status_code == 403
    assert "您的账号无权这样做" in answer.text
    assert not decided(house_copy, held)
    assert not house_copy.ledger.recorded(Exemption)


def test_without_a_reason_nothing_is_recorded(house_copy, log_in, held):
    browser = log_in("ops")
    assert browser.post("/decide", data=release(browser, reason=" "), headers=HERE).status_code == 400
    assert browser.post("/decide", data=release(browser, reason="x" * 1001), headers=HERE).status_code == 400
    assert not decided(house_copy, held)


def test_what_stands_otherwise_by_now_is_not_decided(house_copy, log_in):
    browser = log_in("ops")
    accepted = next(one for one in submissions(house_copy.ledger) if one.judged.verdict == "accepted")
    answer = browser.post("/decide", data=release(browser, submission=accepted.judged.sha256), headers=HERE)
    assert answer.status_code == 409
    assert "没有记录" in answer.text
    assert not house_copy.ledger.decisions().get(accepted.judged.sha256)


def test_while_a_collection_writes_the_form_does_not_wait_for_ever(house_copy, log_in, held, monkeypatch):
    monkeypatch.setattr(actions, "PATIENCE", 0.1)
    browser = log_in("ops")
    form = release(browser)
    from tests.conftest import house_at

    other = house_at(house_copy.home, registry=house_copy.settings.registry)
    with other.alone("writing"):
        answer = browser.post("/decide", data=form, headers=HERE)
    assert answer.status_code == 503
    assert "正在收报审核" in answer.text
    assert not decided(house_copy, held)


def test_an_accepted_return_is_left_out_for_a_reason(house_copy, log_in):
    browser, path = log_in("ops"), "/returns/2026-Q3/NM01/U04"
    form = fields(browser, path, "decide") | {"action": "exclude", "reason": "单位来函撤回"}
    assert browser.post("/decide", data=form, headers=HERE).status_code == 303
    (decision,) = decided(house_copy, form["submission"])
    assert (decision.action, decision.reason) == ("exclude", "单位来函撤回")
    assert "不予采用" in browser.get(path).text


def test_a_late_exception_and_a_waiver_last_to_the_end_of_a_day(house_copy, log_in):
    browser = log_in("ops")
    why = {"until": "2026-11-15", "reason": "停产检修"}
    late = fields(browser, RETURNED, "allow-late") | why
    waiver = fields(browser, RETURNED, "waive") | why | {"rule": "R2.1"}
    assert browser.post("/allow-late", data=late, headers=HERE).status_code == 303
    assert browser.post("/waive", data=waiver, headers=HERE).status_code == 303
    one, other = house_copy.ledger.recorded(Exemption)
    assert (one.kind, one.unit, one.centre, one.quarter) == ("late", "U03", "EQ01", "2026-Q3")
    assert (other.kind, other.unit, other.rule, other.by) == ("waiver", "U03", "R2.1", "ops")
    assert one.until.isoformat() == "2026-11-15T15:59:59+00:00"
    page = browser.get(RETURNED).text
    assert "准予迟报至 11月15日 23:59" in page.replace("\u00a0", " ")
    assert "豁免 R2.1" in page
    assert browser.post("/waive", data=waiver | {"until": "soon"}, headers=HERE).status_code == 400


def test_collecting_now_is_started_in_the_users_name(log_in, monkeypatch):
    started = []
    monkeypatch.setattr(actions, "collect_now", started.append)
    browser = log_in("ops")
    browser.post("/decide", data=release(browser), headers=HERE)
    form = fields(browser, HELD, "collect")
    answer = browser.post("/collect", data=form, headers=HERE)
    assert (answer.status_code, started) == (303, ["ops"])
