"""What the page shows: who is missing, what to do, the matrix and its filters, one return's history, in two languages."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from expectations.findings import finding
from expectations.yaml12 import read_yaml
from operations.page import words
from operations.page.keeper import Keeper
from operations.page.picture import STATES, Asked, picture
from operations.page.todo import ahead
from tasks.alert import raise_alert
from tasks.letters import KINDS
from tests.conftest import house_at
from tests.operations_page.crowd import crowd
from tests.wording.test_wording import leaves
from warehouse.records import Arrival, Judged, Letter, Proposal

HERE = Path(words.__file__).parent
HELD = "/returns/2026-Q3/NM01/U06"
MISSING = "/returns/2026-Q3/IT01/U09"


def text(answer) -> str:
    """What a reader sees of a page, on one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())  # a blank that keeps words together, too


def units(answer) -> list[str]:
    return re.findall(r'<th scope="row">[^<]*<small>(\w+)</small>', answer.text)


def test_the_headline_says_who_is_missing(log_in):
    told = text(log_in("viewer").get("/"))
    assert "2026年第三季度：应报 14 份，已采用 11 份；缺报 1 份、待核 1 份、退回 1 份" in told
    assert re.search("还差 3 份 缺报 1 份 信息学院 工业大数据 待核 1 份 轻合金所", told)
    assert "R2.1：研发与技术人员不得多于从业人员" in told, "why it went back"
    assert "1 份待核：与单位核实后放行或退回" in told
    assert "影子运行" in told, "delivery is off"
    assert "上次收报审核完成于 10月26日 08:00" in told


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("state=missing", ["U09"]),
        ("state=open", ["U03", "U06", "U09"]),
        ("centre=IT01", ["U08", "U09", "U10", "U12"]),
        ("centre=NM01&state=nil", ["U07"]),
        ("q=理工大学", ["U04", "U04"]),
        ("q=gear+drives", ["U80"]),
        ("q=u06", ["U06"]),
        ("quarter=2026-Q2&state=late", ["U05", "U12"]),
        ("q=nobody", []),
    ],
)
def test_the_address_says_what_is_shown(log_in, asked, shown):
    assert units(log_in("viewer").get(f"/?{asked}")) == shown


def test_every_cell_tells_its_state_in_words_and_leads_to_its_return(log_in):
    page = log_in("viewer").get("/")
    cells = re.findall(
        r'<td[^>]*><a href="/ops/returns/([^"]+)"><svg.*?#m-(\w+)".*?<span class="sr">([^<]+)', page.text
    )
    assert len(cells) == 42
    assert ("2026-Q3/NM01/U06", "held", "待核") in cells
    assert ("2026-Q1/NM01/U07", "nil", "零报，已采用") in cells


def test_before_the_deadline_a_return_is_awaited_and_not_missing(house_copy, log_in):
    early = house_at(house_copy.home, registry=house_copy.settings.registry, now="2026-10-10T09:00:00+08:00")
    counts = picture(early, Asked("2026-Q3")).counts
    assert counts["awaited"] == 1
    assert not counts["missing"]


def test_the_calendar_ahead_counts_days(house_copy):
    dates = [(one.kind, one.quarter, one.days, one.detail) for one in ahead(house_copy)]
    assert dates[:3] == [
        ("opens", "2026-Q4", 67, 0),
        ("reminder", "2026-Q4", 74, -7),
        ("reminder", "2026-Q4", 79, -2),
    ]


def test_trouble_stands_on_top_with_what_to_do(house_copy, log_in):
    raise_alert(house_copy, "source_unreachable sftp<main>", error="timed out")
    page = log_in("viewer").get("/")
    assert "来源 sftp&lt;main&gt; 无法访问" in page.text
    assert 'href="/ops/runbook#source_unreachable"' in page.text
    assert "请核对地址、账号和网络" in page.text


def test_letters_that_went_wrong_are_listed(house_copy, log_in):
    ledger, now = house_copy.ledger, house_copy.now()
    ledger.record_notice(Letter("notice-lost", "notice", "x", ("op@office.example",)), now)
    ledger.move_letter("notice-lost", "queued", "failed", now, "550 <no such user>")
    told = log_in("viewer").get("/").text
    assert "1\u00a0封信没有寄出或寄出与否不明" in told
    assert "notice-lost" in told
    assert "op@office.example" in told
    assert "550 &lt;no such user&gt;" in told


def test_a_draft_waits_for_approval_until_it_is_issued(house_copy, log_in):
    folder = house_copy.drafts / "2026-Q3-authority-e2-99"
    folder.mkdir(parents=True)
    (folder / "report.html").write_text("<h1>draft</h1>")
    waiting = Proposal("2026-Q3", "authority", 2, "hash", 99, folder.name)
    house_copy.ledger.record(waiting, [], house_copy.now())
    answer = log_in("viewer").get("/")
    page = answer.text
    assert "审批 2026年第三季度 进展报告第 2 版" in text(answer)
    assert 'href="/required_actions?response_received=false"' in page
    assert f'href="/ops/drafts/{folder.name}/report.html"' in page
    issued = Proposal("2026-Q3", "authority", 1, "hash", 99, folder.name)
    house_copy.ledger.record(issued, [], house_copy.now())
    assert "审批" not in text(log_in("viewer").get("/")), "the first edition is out already"


def test_a_held_return_shows_its_file_findings_and_letter(log_in):
    told = text(log_in("viewer").get(HELD))
    assert "示例轻合金研究所 U06 待核" in told
    assert "2026年第三季度季报-示例轻合金研究所-NM01.xlsx" in told
    assert "晚于截止时间" in told
    assert "审核结果 u06@unit.example 排队" in told
    assert "您的账号只能查看" in told


def test_a_missing_return_says_that_nothing_came(log_in):
    assert "还没有收到文件" in text(log_in("ops").get(MISSING))


def test_htmx_gets_the_part_and_a_browser_the_page(log_in):
    browser = log_in("viewer")
    assert "<html" in browser.get(HELD).text
    part = browser.get(HELD, headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith("<article")


def test_what_is_not_there_is_not_found(log_in):
    browser = log_in("viewer")
    for path in (
        "/?quarter=2031-Q1",
        "/returns/2026-Q3/NM01/U01",
        "/returns/x/y/z",
        "/returns/2026-Q4/NM01/U06",
    ):
        assert browser.get(path).status_code == 404, path


def test_strangers_words_are_text(house_copy, log_in):
    """File names, findings and senders come from outside, whatever they hold."""
    ledger, now, evil = house_copy.ledger, house_copy.now(), '"><img src=y onerror=x>.xlsx'
    arrival = Arrival("mail", f"2026-Q3/{evil}", "1", "e" * 64, 10, now)
    said = finding("hold", "returns.extra_sheet", sheet="<img src=x>", found="<b onclick=x>")
    known = Judged("e" * 64, "held", "2026-Q3", "U09", "IT01", False, False, "", (said,))
    ledger.record_arrivals([arrival], now)
    ledger.record_verdicts("2026-Q3", [known], [], now)
    for path in (MISSING, "/"):
        page = log_in("ops").get(path).text
        assert "<img" not in page
        assert "<b onclick" not in page
    assert "&#34;&gt;&lt;img src=y onerror=x&gt;.xlsx" in log_in("ops").get(MISSING).text


# ── languages
def test_the_browsers_language_the_chosen_one_and_the_kept_one(log_in):
    browser = log_in("viewer")
    assert "应报" in browser.get("/", headers={"accept-language": "zh-CN,en;q=0.8"}).text
    english = browser.get("/", headers={"accept-language": "en-GB"}).text
    assert "11 of 14 returns are in use: 1 missing, 1 held, 1 returned" in english
    assert not re.findall(
        r"还|缺报|截止|发件箱", re.sub(r'<p class="why">.*?</p>', "", english, flags=re.DOTALL)
    )
    assert "11 of 14" in browser.get("/?lang=en").text
    assert "11 of 14" in browser.get("/", headers={"accept-language": "zh"}).text, "kept in a cookie"


def test_both_languages_say_the_same_and_every_state_and_kind_of_letter_has_a_name():
    trees = {one: dict(leaves(read_yaml(HERE / f"{one}.yml"))) for one in ("zh", "en")}
    assert trees["zh"].keys() == trees["en"].keys()
    for path, zh in trees["zh"].items():
        named = [
            {name for _, name, _, _ in string.Formatter().parse(one) if name}
            for one in (zh, trees["en"][path])
        ]
        assert named[0] == named[1], path
    assert not re.search("[\u3000-\u9fff\uff00-\uffef]", " ".join(trees["en"].values()))
    assert {f".states.{one}" for one in STATES} <= trees["zh"].keys()
    assert {f".letters.{one}" for one in KINDS} <= trees["zh"].keys()


# ── what it costs
def test_more_units_and_quarters_take_no_more_queries(tmp_path):
    import sqlalchemy as sa

    from operations.page.todo import todo

    few, many = (crowd(tmp_path / str(n), n, q) for n, q in ((20, 2), (120, 8)))
    asked: dict[str, int] = {}
    for house in (few, many):
        name, count = str(house.home), [0]
        sa.event.listen(house.ledger.engine, "before_cursor_execute", lambda *_, count=count: count.append(1))
        seen = picture(house, Asked())
        assert seen.groups
        todo(seen)
        asked[name] = len(count)
    assert asked[str(few.home)] == asked[str(many.home)] < 30


def test_the_registry_is_read_again_when_a_file_changes_and_kept_while_it_is_wrong(tmp_path, house_copy):
    import shutil

    registry = shutil.copytree(house_copy.settings.registry, tmp_path / "registry")
    keeper = Keeper(house_at(house_copy.home, registry=registry))
    house, engine = keeper.look(), keeper.look().ledger.engine
    assert keeper.look().registry is house.registry
    units = registry / "units.csv"
    good = units.read_text("utf-8")
    units.write_text(good.replace("轻合金所", "轻合金研究"), "utf-8")
    assert keeper.look().registry.unit["U06"].short == "轻合金研究"
    units.write_text("unit,what\nU06,x\n", "utf-8")
    assert keeper.look().registry.unit["U06"].short == "轻合金研究"
    assert keeper.fault
    units.write_text(good, "utf-8")
    assert keeper.look().registry.unit["U06"].short == "轻合金所"
    assert not keeper.fault
    assert keeper.look().ledger.engine is engine
